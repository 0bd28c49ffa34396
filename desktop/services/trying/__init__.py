"""Invented data, the story, practice."""
