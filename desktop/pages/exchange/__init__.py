"""The hand-over: its page, its job, its stick."""
