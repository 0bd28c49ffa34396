"""The command line: one file for each family of commands, all of them thin over desktop.services."""
