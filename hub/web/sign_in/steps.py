"""What carries a sign-in from page to page: its cookie, and where each step leads."""

from datetime import datetime
from typing import Final

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session

from hub.access import browser
from hub.access.models import Person, SignIn
from hub.access.sign_in import service as sign_in
from hub.access.sign_in.service import Step
from hub.core.db import Database
from hub.core.http import resource
from hub.web.account.pages import tell

UNDER_WAY, CEREMONY = "hub_sign_in", "hub_passkey"
_PAGES: Final = {"second_factor": "sign_in.second_factor_form", "enrol": "sign_in_enrol.choose"}


def token_of(cookie: str) -> str:
    """What the browser holds of a sign-in under way, or of a passkey that it was asked for."""
    return request.cookies.get(browser.cookie_name(cookie), "")


def under_way(session: Session, stage: sign_in.Stage, *, now: datetime) -> tuple[SignIn, Person]:
    """The sign-in under way in this browser, and whose it is. Raises ``Unauthenticated``, code ``begin_again``."""
    row = sign_in.pending(session, token_of(UNDER_WAY), stages={stage}, now=now)
    return row, sign_in.person_of(session, row)


def waits(step: Step, next_path: str, *, now: datetime) -> Response:
    """Lead on to the next page of a sign-in that is not complete, and remember where it was to go."""
    with resource(Database).write() as session:
        row = sign_in.pending(session, step.token, stages={step.kind}, now=now)
        sign_in.remember(session, row, next=next_path)
    return lead_on(step)


def lead_on(step: Step) -> Response:
    """Lead on to the next page of a sign-in that is not complete."""
    response: Response = redirect(url_for(_PAGES[step.kind]), 303)  # type: ignore[assignment]
    browser.set_cookie(response, UNDER_WAY, step.token)
    return response


def arrived(response: Response, step: Step) -> Response:
    """Give the browser its session; what carried the sign-in is dropped."""
    for cookie in (UNDER_WAY, CEREMONY):
        drop(response, cookie)
    return browser.signed_in(response, step)


def arrived_at(step: Step, next_path: str) -> Response:
    """Give the browser its session and lead it to where it was going; or on, where another factor is asked for."""
    if step.kind != "signed_in":
        return lead_on(step)
    return arrived(redirect(next_path, 303), step)  # type: ignore[arg-type]


def drop(response: Response, cookie: str) -> None:
    """Take a cookie back."""
    if token_of(cookie):
        browser.set_cookie(response, cookie, "", max_age=0)


def tell_of_new_device(session: Session, person: Person, *, now: datetime) -> None:
    """Tell a person that somebody signed in from a browser that was not seen with their account before."""
    if not browser.is_known_device(request, person.ref):
        tell(session, person, "person.new_device", now=now, device=browser.device(request), at=now)
