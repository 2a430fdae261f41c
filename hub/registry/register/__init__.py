"""The children who live in a host's area, and those whom a home or agency looks after."""
