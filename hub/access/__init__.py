"""Who acts, and what may they do? People, sessions, sign-in, API clients and their keys; the whole policy is ``permissions``."""
