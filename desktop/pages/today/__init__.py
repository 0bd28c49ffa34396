"""The day: what to pass on, what is unfinished, what is wrong."""
