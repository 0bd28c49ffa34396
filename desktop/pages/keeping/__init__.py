"""Settings, copies, what troubles the computer."""
