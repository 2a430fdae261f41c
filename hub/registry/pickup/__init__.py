"""How organisations that have not joined open and answer what they were told."""
