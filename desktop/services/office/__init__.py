"""What an office does: what came in, duplicates and conflicts, its lists, its hub."""
