"""What goes on paper, as words."""
