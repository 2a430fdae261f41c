"""The placement notification hub."""
