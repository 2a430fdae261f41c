"""What the server of the hub without keys loads."""

from bench.unsealed import take_keys_out
from hub.app import create_app

take_keys_out()
app = create_app()
