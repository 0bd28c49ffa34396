"""The township's board of requests."""
