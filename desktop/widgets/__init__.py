"""Small parts that pages and forms are made of; each takes the theme and the words it shows."""
