"""Charts as painted widgets: every mark can be reached by key, opened and heard, and prints in black and white."""
