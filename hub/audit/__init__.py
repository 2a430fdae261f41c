"""Who did, or saw, what: the append-only, tamper-evident record. Other packages call ``record``."""
