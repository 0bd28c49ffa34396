"""The supervisor's table, opinions, and what leaves the office for everybody."""
