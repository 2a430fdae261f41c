"""Which placements are one: found, decided by a person, undone."""
