"""Existing registers of people taken in: lenient reading, every cell that cannot be read named, nobody twice."""
