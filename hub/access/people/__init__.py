"""People of an organisation, and how they are invited."""
