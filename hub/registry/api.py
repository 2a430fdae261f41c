"""Every route over notices and placements: one blueprint, laid in modules by what is asked."""

from hub.registry import api_casework, api_drafts, api_notices, api_placements, api_register
from hub.registry.blueprint import blp

__all__ = ["api_casework", "api_drafts", "api_notices", "api_placements", "api_register", "blp"]
