"""A national year of return home interviews across borders: what the broker does of it, beside what e-mail does."""
