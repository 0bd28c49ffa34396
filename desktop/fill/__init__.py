"""The form page: one group of questions on the screen, the outline beside it, nothing lost on the way."""
