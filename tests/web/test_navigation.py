"""What stands at the top of every page, to whom: few entries, none of them refused, and never two for one thing."""

import pytest
from flask import Flask

from hub.access.permissions import ALL, PERMISSIONS, ROLES, scopes_of
from hub.core.actor import Actor
from hub.demonstration.people import PEOPLE
from hub.web.design import OFFERED
from tests.web.walking import view_of

MOST = 8
"""Entries of one role, but for the account: what is looked through at 2 a.m."""
OF_INTERVIEWS = {"/interviews", "/providing", "/extracts"}


def offered(kind: str, *roles: str) -> set[str]:
    actor = Actor("person", "per_nobody", 1, "org_nobody", kind, scopes=scopes_of(roles))
    return {each.path for each in OFFERED if each.is_for(actor)}


def every_role() -> list[tuple[str, str]]:
    return [(kind, name) for name, role in ROLES.items() for kind in sorted(role.kinds)]


@pytest.mark.parametrize(("kind", "role"), every_role())
def test_nobody_has_two_entries_for_interviews_or_more_than_they_can_look_through(kind: str, role: str) -> None:
    paths = offered(kind, role)
    assert len(paths & OF_INTERVIEWS) <= 1
    assert len(paths) <= MOST


@pytest.mark.parametrize(
    ("kind", "role", "path"),
    [
        ("local_authority", "missing_coordinator", "/interviews"),
        ("local_authority", "duty_desk", "/interviews"),
        ("rhi_provider", "coordinator", "/providing"),
        ("rhi_provider", "interviewer", "/providing"),
        ("police_force", "call_handler", "/extracts"),
    ],
)
def test_each_finds_interviews_under_one_name(kind: str, role: str, path: str) -> None:
    assert offered(kind, role) & OF_INTERVIEWS == {path}


def test_everybody_of_the_cast_has_something_besides_today(cast) -> None:
    for name, (member, _, roles) in PEOPLE.items():
        assert len(offered(cast.actors[member].organisation_kind or "", *roles)) >= 2, name


def test_every_entry_is_a_page_and_its_permission_one_of_the_policy(app: Flask) -> None:
    for each in OFFERED:
        assert view_of(app, each.path, "GET"), each.path
        assert each.permission in PERMISSIONS
        assert each.kinds <= ALL
