"""The light central platform: takes envelopes, keeps them, derives rows and gives those to whom they concern."""
