"""Data at rest: keyed databases, slots, migrations, encrypted files, the audit chain. Hub and store stand on it."""
