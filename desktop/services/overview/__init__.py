"""Figures, opinions, publication."""
