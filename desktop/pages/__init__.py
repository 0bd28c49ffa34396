"""The window around the form page: its bar, its pages, and what they say."""
