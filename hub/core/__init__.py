"""The kernel: database, clock, errors, references, settings, secrets. It imports no other hub package."""
