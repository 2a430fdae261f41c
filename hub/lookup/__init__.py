"""Which child is meant, and what may be shown of it: look-ups by police and councils, each answered after it is on record."""
