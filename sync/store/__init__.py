"""The laptop's store: records, drafts, outbox, entities, requests, people, in one encrypted database."""
