"""The policy page: what it must always say, and that the routes and the page agree."""

import pytest
from flask import Flask

from hub.access.permissions import PARTIES, PERMISSIONS, SCOPES, check
from hub.core.actor import SYSTEM, Actor
from hub.core.errors import NotPermitted
from hub.core.http import PUBLIC
from hub.directory.models import KINDS

ABOUT_A_CHILD = ("notice.", "placement.", "register.", "match.", "file.", "obligation.", "evidence.")


def client(kind: str, *scopes: str) -> Actor:
    return Actor("api_client", "cli_1", 7, "org_1", kind, frozenset(scopes))


def test_every_line_uses_the_words_of_the_page_and_gives_its_reason() -> None:
    for name, line in PERMISSIONS.items():
        assert line.scope is None or line.scope in SCOPES, name
        assert line.kinds, name
        assert line.kinds <= set(KINDS), name
        assert line.parties <= PARTIES.keys(), name
        assert line.why, name
        assert name.count(".") == 1, name


def test_every_scope_opens_something() -> None:
    assert SCOPES.keys() == {line.scope for line in PERMISSIONS.values()} - {None}


@pytest.mark.parametrize("permission", [name for name in PERMISSIONS if name.startswith(ABOUT_A_CHILD)])
def test_the_operator_with_every_scope_never_comes_near_a_child(permission: str) -> None:
    with pytest.raises(NotPermitted):
        check(client("hub_operator", *SCOPES), permission)


@pytest.mark.parametrize("permission", [name for name in PERMISSIONS if name.startswith(ABOUT_A_CHILD)])
def test_oversight_with_every_scope_never_comes_near_a_child(permission: str) -> None:
    with pytest.raises(NotPermitted):
        check(client("oversight", *SCOPES), permission)


@pytest.mark.parametrize("permission", [name for name, line in PERMISSIONS.items() if line.scope])
def test_a_client_without_scopes_is_told_which_one_it_lacks(permission: str) -> None:
    kind = sorted(PERMISSIONS[permission].kinds)[0]
    with pytest.raises(NotPermitted, match=f"lacks the scope “{PERMISSIONS[permission].scope}”"):
        check(client(kind), permission)


def test_a_client_with_the_scope_may() -> None:
    check(client("local_authority", "register"), "notice.register")
    check(client("childrens_home", "register"), "notice.register")
    check(client("police_force", "acknowledge"), "notice.acknowledge")


def test_a_scope_does_not_open_what_is_not_for_that_kind_of_organisation() -> None:
    with pytest.raises(NotPermitted, match="A police force may not do this"):
        check(client("police_force", *SCOPES), "notice.register")
    with pytest.raises(NotPermitted, match="A children's home may not do this"):
        check(client("childrens_home", *SCOPES), "register.read")


def test_only_the_operator_may_run_the_hub_whatever_scopes_others_were_given() -> None:
    for name, line in PERMISSIONS.items():
        if line.scope == "operate":
            with pytest.raises(NotPermitted):
                check(client("local_authority", *SCOPES), name)
            check(client("hub_operator", "operate"), name)


def test_the_operator_may_look_after_others_entries_with_the_scope_operate_alone() -> None:
    check(client("hub_operator", "operate"), "contact_point.add")
    check(client("hub_operator", "operate"), "client.add")


def test_what_concerns_no_child_needs_no_scope() -> None:
    check(client("oversight"), "duties.explain")
    check(client("fostering_agency"), "area.read")


def test_the_system_may_do_what_the_operator_may() -> None:
    check(SYSTEM, "organisation.add")
    with pytest.raises(NotPermitted):
        check(SYSTEM, "notice.read")


def test_a_permission_that_is_not_on_the_page_is_our_fault() -> None:
    with pytest.raises(KeyError):
        check(client("local_authority", *SCOPES), "notice.forge")


def permissions_of(app: Flask) -> dict[str, str | None]:
    views = {name: view for name, view in app.view_functions.items() if not name.startswith(("api-docs", "static"))}
    return {name: getattr(view, "permission", None) for name, view in views.items()}


def test_every_route_names_a_permission_of_the_page(app: Flask) -> None:
    named = permissions_of(app)
    assert named
    astray = {route: name for route, name in named.items() if name != PUBLIC and name not in PERMISSIONS}
    assert astray == {}


def test_every_permission_of_the_page_is_used_by_a_route(app: Flask) -> None:
    assert PERMISSIONS.keys() - set(permissions_of(app).values()) == set()
