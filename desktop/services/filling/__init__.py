"""Forms filled in, handed in, and read again."""
