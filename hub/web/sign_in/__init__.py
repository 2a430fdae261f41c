"""The pages of signing in and signing out."""
