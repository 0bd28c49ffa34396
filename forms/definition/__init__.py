"""XForm XML -> an immutable definition: the instance, its binds, its controls, its texts and lists."""
