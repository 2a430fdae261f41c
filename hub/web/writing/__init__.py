"""Writing notices: what is to be told of, drafts in sections, what sending would do, receipts, and what became of it."""
