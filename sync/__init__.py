"""Data at rest and in motion: vault, store, protocol, client and hub."""
