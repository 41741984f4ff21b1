"""The ledger of a round (台账): what came in, what was found, what was answered. SQLite, or PostgreSQL by its URL."""
