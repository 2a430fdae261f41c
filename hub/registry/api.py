"""Every route over notices and placements: one blueprint, laid in modules by what is asked."""

from hub.registry.blueprint import blp

__all__ = ["blp"]
