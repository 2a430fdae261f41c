"""A desk that is told: its inbox, reading and answering a notice, what it does next, and matches to decide."""
