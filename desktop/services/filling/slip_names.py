"""The setting that a resident's slip carries their name: one that is lost names nobody unless it was chosen."""

NAMES = "slip_names"
