"""Requests: the board, their course, their handling."""
