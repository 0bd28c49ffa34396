"""Households visited, and those that nobody has heard from."""
