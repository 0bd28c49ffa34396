"""The workspace: opened, kept, copied, and who may what."""
