"""What residents and requests mean: areas, numbers, working days, the course of a request, names, duplicates."""
