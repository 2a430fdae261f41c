"""Missing episodes: told by anybody who looks after a child or for one; each teller credited, nothing lost."""
