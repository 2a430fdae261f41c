"""What the server of the references loads."""

from bench.bare import create_bare

app = create_bare()
