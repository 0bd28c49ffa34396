"""Residents: found, registered, shown."""
