"""Duplicates and conflicts, decided."""
