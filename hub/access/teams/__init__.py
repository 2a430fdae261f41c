"""How an organisation's people share its work."""
