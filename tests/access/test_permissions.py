"""The policy page: what it must always say, and that the routes and the page agree."""

import pytest
from flask import Flask

from hub.access.checking import check, roles_that_may, scopes_for_clients
from hub.access.permission_pages import SHORT, Route, as_markdown, as_table, cell
from hub.access.permissions import PARTIES, PERMISSIONS, ROLES, SCOPES, scopes_of
from hub.core.actor import SYSTEM, Actor
from hub.core.errors import NotPermitted
from hub.core.http import PUBLIC
from hub.directory.models import KINDS

ABOUT_A_CHILD = ("notice.", "placement.", "register.", "match.", "file.", "obligation.", "evidence.")


def client(kind: str, *scopes: str) -> Actor:
    return Actor("api_client", "cli_1", 7, "org_1", kind, frozenset(scopes))


def test_every_line_uses_the_words_of_the_page_and_gives_its_reason() -> None:
    for name, line in PERMISSIONS.items():
        assert line.scopes <= SCOPES.keys(), name
        assert line.kinds, name
        assert line.kinds <= set(KINDS), name
        assert line.parties <= PARTIES.keys(), name
        assert line.why, name
        assert name.count(".") == 1, name


def test_every_scope_opens_something() -> None:
    assert SCOPES.keys() == {scope for line in PERMISSIONS.values() for scope in line.scopes}


@pytest.mark.parametrize("permission", [name for name in PERMISSIONS if name.startswith(ABOUT_A_CHILD)])
def test_the_operator_with_every_scope_never_comes_near_a_child(permission: str) -> None:
    with pytest.raises(NotPermitted):
        check(client("hub_operator", *SCOPES), permission)


@pytest.mark.parametrize("permission", [name for name in PERMISSIONS if name.startswith(ABOUT_A_CHILD)])
def test_oversight_with_every_scope_never_comes_near_a_child(permission: str) -> None:
    with pytest.raises(NotPermitted):
        check(client("oversight", *SCOPES), permission)


@pytest.mark.parametrize("permission", [name for name, line in PERMISSIONS.items() if line.scopes])
def test_a_client_without_scopes_is_told_which_one_it_lacks(permission: str) -> None:
    line = PERMISSIONS[permission]
    with pytest.raises(NotPermitted, match="lacks the scope") as refused:
        check(client(sorted(line.kinds)[0]), permission)
    assert all(f"“{scope}”" in refused.value.sentence for scope in line.scopes)


@pytest.mark.parametrize("permission", [name for name, line in PERMISSIONS.items() if line.scopes])
def test_whatever_is_open_to_a_kind_of_organisation_is_open_to_some_role_in_it(permission: str) -> None:
    for kind in PERMISSIONS[permission].kinds:
        assert roles_that_may(permission, kind), kind


def test_every_role_opens_something_and_each_of_its_scopes_does_in_each_of_its_organisations() -> None:
    for name, role in ROLES.items():
        for kind in role.kinds:
            assert [line for line in PERMISSIONS if name in roles_that_may(line, kind)], name
            assert role.scopes <= scopes_for_clients(kind), (name, kind)


def person(kind: str, *roles: str) -> Actor:
    return Actor("person", "per_1", 7, "org_1", kind, scopes_of(roles), frozenset(roles))


def test_a_person_is_told_whose_part_it_is() -> None:
    with pytest.raises(NotPermitted, match="it is for team manager or service manager or nominated officer or DCS"):
        check(person("local_authority", "social_worker"), "obligation.excuse")
    with pytest.raises(NotPermitted, match=r"it is for privacy lead\. Ask one of them, or your administrator"):
        check(person("police_force", "administrator"), "audit.read")


def test_a_person_may_what_any_of_their_roles_may() -> None:
    both = person("local_authority", "social_worker", "team_manager")
    for permission in ("notice.register", "notice.acknowledge", "obligation.excuse"):
        check(both, permission)


def test_a_role_that_is_no_longer_on_the_page_opens_nothing() -> None:
    assert scopes_of(["witchfinder"]) == frozenset()


@pytest.mark.parametrize("role", ["administrator", "privacy_lead", "analyst", "operator"])
def test_who_looks_after_people_systems_and_records_never_comes_near_a_child(role: str) -> None:
    for kind in ROLES[role].kinds:
        for permission in (name for name in PERMISSIONS if name.startswith(ABOUT_A_CHILD)):
            with pytest.raises(NotPermitted):
                check(person(kind, role), permission)


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
        if line.scopes == {"operate"}:
            with pytest.raises(NotPermitted):
                check(client("local_authority", *SCOPES), name)
            check(client("hub_operator", "operate"), name)


def test_the_operator_may_look_after_others_entries_with_the_scope_operate_alone() -> None:
    check(client("hub_operator", "operate"), "contact_point.add")
    check(client("hub_operator", "operate"), "client.disable")


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


def test_the_matrix_has_every_role_by_a_short_name_of_its_own() -> None:
    assert list(SHORT) == list(ROLES)
    assert len(set(SHORT.values())) == len(ROLES)


def test_a_cell_of_the_matrix_says_whether_all_some_or_none_may() -> None:
    assert cell("notice.register", "social_worker") == "●"
    assert cell("proposal.read", "administrator") == "◐", "of councils and forces"
    assert cell("notice.register", "duty_desk") == ""


def test_the_matrix_is_printed_and_written_from_the_page() -> None:
    routes = [Route("/api/v1/notices/<ref>", "GET", "notice.read")]
    assert "| `GET /api/v1/notices/<ref>` | notice.read | ● |" in as_markdown(routes)
    assert "| privacy lead | PL |" in as_markdown(routes)
    table = as_table(routes)
    assert (table.row_count, len(table.columns)) == (1, len(ROLES) + 3)
