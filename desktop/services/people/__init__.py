"""Residents and households: found, registered, visited, counted, and their own rights."""
