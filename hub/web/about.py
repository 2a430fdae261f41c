"""The pages about the hub itself: how to join, how accessible it is, what becomes of personal data, its cookies."""

from datetime import date
from typing import Final

from flask import Blueprint, Response

from hub.access import policy
from hub.access.held_forms import service as held_forms
from hub.core.http import resource
from hub.core.idempotency import KEPT
from hub.core.settings import Settings
from hub.registry.uploads.policy import load_upload_policy
from hub.web.cookies import cookies
from hub.web.health import public
from hub.web.pages import page

blp = Blueprint("about", __name__, template_folder="templates")

LOOKED_AT_ON: Final = date(2026, 11, 22)
"""When somebody last looked at every page, with the tests that the statement names."""


@blp.get("/joining")
@public
def joining() -> Response:
    """What to do if your organisation has not joined."""
    return page("about/joining.html")


@blp.get("/accessibility")
@public
def accessibility() -> Response:
    """The accessibility statement."""
    return page("about/accessibility.html", looked_at_on=LOOKED_AT_ON, operator=resource(Settings).operator_name)


@blp.get("/privacy")
@public
def privacy() -> Response:
    """The privacy notice."""
    settings = resource(Settings)
    uploads = load_upload_policy(settings.config_dir)
    return page(
        "about/privacy.html",
        operator=settings.operator_name,
        officer=settings.privacy_email,
        invitation_days=policy.in_force().invitation_lifetime.days,
        answer_days=KEPT.days,
        form_minutes=int(held_forms.KEPT.total_seconds() // 60),
        upload_days=uploads.kept.days,
        unfinished_days=uploads.unfinished.days,
        session_hours=int(policy.in_force().session.absolute.total_seconds() // 3600),
    )


@blp.get("/cookies")
@public
def cookie_list() -> Response:
    """Every cookie, what it is for and how long it lasts."""
    return page("about/cookies.html", cookies=list(cookies()))
