"""A scripted attack on a running hub: each attempt is printed with how it was refused. ``make attack``."""
