"""Lists of people, requests and records as Qt models: frozen rows in, cells to paint out."""
