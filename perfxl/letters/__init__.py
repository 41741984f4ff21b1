"""Letters to the units: written from templates that the clerk can edit, kept as drafts, sent by SMTP."""
