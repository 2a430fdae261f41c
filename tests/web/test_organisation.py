"""Every page of an organisation opens for its administrator, and for nobody whom the policy shuts out."""

import pytest
from flask import Flask

from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.web.organisation_desk import seat

PAGES = (
    "/organisation",
    "/organisation/people",
    "/organisation/people/search",
    "/organisation/invitations/new",
    "/organisation/contact-points",
    "/organisation/contact-points/new",
    "/organisation/contact-points/new/details?role=duty_desk&channel=email",
    "/organisation/contact-points/new/details?role=duty_desk&channel=webhook",
    "/organisation/ladders",
    "/organisation/ladders/host_desk",
    "/organisation/ladders/host_desk/change",
    "/organisation/ladders/placing_statute/change?start=hub",
    "/organisation/systems",
    "/organisation/systems/new",
    "/organisation/proposals",
    "/organisation/sign-in",
    "/organisation/sign-in/new",
)


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_opens_every_page(app: Flask, database: Database, cast: Cast, path: str) -> None:
    grace = seat(app, database, cast, "grace")
    answer = grace.opens(path)
    assert answer.status_code == 200, answer.text[-3000:]
    assert "%(" not in grace.reads


@pytest.mark.parametrize("path", PAGES)
def test_whoever_administers_nothing_opens_none_of_the_forms(
    app: Flask, database: Database, cast: Cast, path: str
) -> None:
    tom = seat(app, database, cast, "tom")
    for_readers = {"/organisation/contact-points", "/organisation/ladders", "/organisation/ladders/host_desk"}
    expected = 200 if path in for_readers | {"/organisation/proposals"} else 403
    assert tom.opens(path).status_code == expected
