"""The program: services, command line and window."""
