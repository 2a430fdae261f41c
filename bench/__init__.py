"""How fast the hub is, beside references measured in the same run, and what survives when its workers are killed."""
