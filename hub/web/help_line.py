"""Whom to ring, on every page: the operator's help line, from the settings, and what to say there."""

from dataclasses import dataclass

from flask import g, request

from hub.core.actor import Actor
from hub.core.http import resource
from hub.core.ids import is_any_ref
from hub.core.settings import Settings


@dataclass(frozen=True)
class HelpLine:
    """How whoever needs help reaches somebody; each part may be empty."""

    phone: str
    email: str
    hours: str
    is_for_us: bool = False
    """Whether somebody of an organisation that has joined is reading: it has an administrator."""

    @property
    def dialled(self) -> str:
        """The number as a telephone takes it: figures, and a plus in front of a country's code."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


def help_line() -> HelpLine:
    """The help line of this hub. It asks nothing of the database: pages of faults show it too."""
    settings = resource(Settings)
    return HelpLine(settings.help_phone, settings.help_email, settings.help_hours, _is_for_us())


def reference_here() -> str:
    """What the page is about, as its address says: the last reference in it; empty where there is none."""
    parts = [str(part) for part in (request.view_args or {}).values()]
    return next((part for part in reversed(parts) if is_any_ref(part)), "")


def _is_for_us() -> bool:
    actor: Actor | None = g.get("actor")
    return actor is not None and actor.kind == "person"
