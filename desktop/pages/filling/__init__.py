"""The form page in its window, what stands beside it and what follows it."""
