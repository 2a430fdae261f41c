"""Signing in: the password, the second factor, and how guessing is slowed."""
