"""Every route over notices and placements: one blueprint, laid in modules by what is asked."""

from hub.registry import api_drafts, api_notices, api_placements
from hub.registry.blueprint import blp
from hub.registry.casework import api as api_casework
from hub.registry.register import api as api_register

__all__ = ["api_casework", "api_drafts", "api_notices", "api_placements", "api_register", "blp"]
