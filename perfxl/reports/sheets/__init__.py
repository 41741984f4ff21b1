"""The sheets of the summary workbook: one module each with ``write(book, facts)``, drawn on ``book`` and ``table``."""
