"""The laptop's schema, as plain SQL files that are never changed once released."""
