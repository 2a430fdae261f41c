"""By what a child can be found without being readable."""
