"""Bundles: what travels on a stick. `sealing` is the age file, `content` what is in it; who writes is elsewhere."""
