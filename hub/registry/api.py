"""Every route over notices and placements: one blueprint, laid in modules by what is asked."""

from hub.registry import api_drafts, api_notices, api_placements
from hub.registry.blueprint import blp

__all__ = ["api_drafts", "api_notices", "api_placements", "blp"]
