"""The pages of look-ups, laid on one blueprint by the modules that make them."""

from hub.web.look_up import accounts, asking, reviewing, shielding
from hub.web.look_up.blueprint import blp

__all__ = ["accounts", "asking", "blp", "reviewing", "shielding"]
