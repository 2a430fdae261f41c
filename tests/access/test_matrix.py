"""Every route of the API, asked by somebody in every role, about records of theirs and of others: the policy page, held to.

What should be answered follows from ``hub/access/permissions.py`` and the parties of the record; what is answered is what a
signed-in browser gets over HTTP. Beside each record stands the noise, which must neither be seen nor touched.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from hub.access.checking import allows
from hub.access.permissions import PERMISSIONS, ROLES
from hub.core import clock
from hub.core.db import Database
from hub.core.http import PUBLIC, provide
from hub.core.limits import RateLimits
from hub.core.secrets import KeyRing, render_key_file
from hub.core.settings import Settings
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.parties import parties_to
from tests.access.matrix_ask import Ask, asked
from tests.access.matrix_builder import Builder
from tests.access.matrix_requests import REQUESTS
from tests.access.matrix_world import (
    API,
    MEMBERS,
    NOISY_WORDS,
    Noise,
    Record,
    Somebody,
    Undone,
    World,
    noise_of,
    told_of,
)
from tests.conftest import CONFIG, moved_to
from tests.databases import KEY, NOW, Templates, restore

SUCCESS = {200, 201, 202, 204}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, postcode_index_path: Path) -> Path:
    made = tmp_path_factory.mktemp("matrix")
    (made / "keys.toml").write_text(render_key_file([KEY]))
    (made / "postcodes.idx").symlink_to(postcode_index_path)
    return made


@pytest.fixture(scope="module")
def hub(assembled_app: Flask, templates: Templates, folder: Path) -> Iterator[Flask]:
    """The whole application, on a database of its own, at NOW."""
    before = dict(assembled_app.extensions["hub"])
    settings = Settings(mode="test", data_dir=folder, config_dir=CONFIG, log_level="CRITICAL")
    settings = replace(settings, requests_per_minute=10**9, costly_per_minute=10**9, visits_per_minute=10**9)
    if templates.peopled.startswith("postgresql"):
        restore(templates.peopled, peopled=True)
        settings = replace(settings, database_url=templates.peopled)
    else:
        shutil.copy(templates.peopled, folder / "hub.sqlite3")
    database = Database(settings.database, KeyRing([KEY]))
    provide(assembled_app, settings, database, RateLimits(database))
    moved_to(NOW)
    yield assembled_app
    database.close()
    clock.move(None)
    assembled_app.extensions["hub"].update(before)


@pytest.fixture(scope="module")
def world(hub: Flask, templates: Templates, rules: Rulebook, areas: Areas) -> World:
    built = Builder(hub, hub.extensions["hub"][Database], templates.cast, rules, areas).build()
    built.records["notice told of"] = [told_of(notice) for notice in built.records["notice"]]
    return built


@pytest.fixture(scope="module")
def rehearsal(hub: Flask, world: World) -> Iterator[Undone]:
    """The world's database, of which nothing outlasts a request."""
    database = Undone(hub.extensions["hub"][Database].url.render_as_string(hide_password=False), KeyRing([KEY]))
    hub.extensions["hub"][Database] = database
    provide(hub, RateLimits(database))
    yield database
    database.close()


@pytest.fixture(scope="module")
def noise(world: World, rehearsal: Undone) -> Noise:
    """Every row of the noise, as it must stay."""
    with rehearsal.undone():
        return _noise(rehearsal, world)


def guarded(app: Flask) -> dict[tuple[str, str], str]:
    """Every route of the API and its permission."""
    return {
        (method, str(rule).removeprefix(API)): app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
        for rule in app.url_map.iter_rules()
        if str(rule).startswith(API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def expected(who: Somebody, permission: str, ask: Ask, record: Record | None) -> int:
    """What the page says: 403, 404, or 200 for any success."""
    line, scopes = PERMISSIONS[permission], ROLES[who.role].scopes
    if not allows(permission, who.kind, scopes):
        return 403
    if ask.needs and ask.needs not in scopes:
        return ask.refused
    if record is None or not line.parties or ("operator" in line.parties and "operate" in scopes):
        return 200
    return 200 if record.party(who.member) & line.parties else 404


def cases(world: World, ask: Ask, permission: str) -> Iterator[tuple[Somebody, Record | None]]:
    """Who asks about what: each role in each kind of organisation, once as each party that it can be to such a record.

    Who is no party to the record asks as *other* (it has one like it) and as *none* (it has not). Those who may not at all
    ask once, and lists are asked for by everybody.
    """
    asked_before = set()
    for who in world.people:
        may = allows(permission, who.kind, ROLES[who.role].scopes)
        records: list[Record | None] = [*world.about(ask.about, who.member)] if ask.about else [None]
        has_own = any(one is not None and one.party(who.member) for one in records)
        for one in records:
            part = (one.party(who.member), has_own) if one else (who.member if ask.lists else None)
            case = (who.kind, who.role, part if may else None)
            if case not in asked_before:
                yield who, one
            asked_before.add(case)


@pytest.mark.parametrize(("method", "rule"), REQUESTS, ids=lambda part: str(part))
def test_a_route_answers_each_role_as_the_page_says(
    hub: Flask, world: World, noise: Noise, rehearsal: Undone, method: str, rule: str
) -> None:
    permission, ask = guarded(hub)[method, rule], REQUESTS[method, rule]
    astray = []
    for who, record in cases(world, ask, permission):
        with rehearsal.undone():
            answer = asked(who, method, API + rule, ask, record)
            wanted = expected(who, permission, ask, record)
            astray += _faults(world, who, ask, record, answer, wanted)
            if method != "GET" and answer.status_code in SUCCESS and _noise(rehearsal, world) != noise:
                astray.append(f"{who} touched what is others'")
    assert not astray, "\n" + "\n".join(astray)


def _faults(world: World, who: Somebody, ask: Ask, record: Record | None, answer: Any, wanted: int) -> Iterator[str]:
    got = 200 if answer.status_code in {*SUCCESS, *ask.also} and wanted == 200 else answer.status_code
    text = answer.get_data().decode(errors="replace")
    about = f" about {record.ref} ({', '.join(sorted(record.party(who.member))) or 'none'})" if record else ""
    if got != wanted:
        yield f"{who}{about}: {answer.status_code} for {wanted}: {text[:160]}"
    if ask.lists and wanted == 200:
        yield from _missing(world, who, ask.lists, text)
    if heard := [what for what, ref in world.noise.items() if ref in text and who.role != "operator"]:
        yield f"{who}{about} was shown the noise: {heard}"
    if heard := [word for word in NOISY_WORDS if word in text]:
        yield f"{who}{about} was shown the noise: {heard}"


def _missing(world: World, who: Somebody, what: str, said: str) -> Iterator[str]:
    """A list shows what its reader is a party to, and nothing else."""
    for one in world.records[what]:
        if bool(one.party(who.member)) != (one.ref in said):
            yield f"{who} is {'not shown' if one.party(who.member) else 'shown'} {what} {one.ref}"


def _noise(database: Undone, world: World) -> Noise:
    with database.read() as session:
        return noise_of(session, world)


def test_every_route_of_the_api_is_in_the_table(hub: Flask) -> None:
    assert {route for route, permission in guarded(hub).items() if permission != PUBLIC} == REQUESTS.keys()


def test_everybody_is_there(world: World) -> None:
    """Each role in each kind of organisation that has it, and each side of a record."""
    there = {(who.kind, who.role) for who in world.people}
    assert there == {(kind, name) for name, role in ROLES.items() for kind in role.kinds}
    parties = {
        party for records in world.records.values() for one in records for p in one.parties.values() for party in p
    }
    assert parties == {
        *("placing", "host", "force", "provider", "sender", "recipient", "own", "asked", "performer"),
    }


def test_a_decision_is_explained_with_the_parties_that_the_queries_go_by(world: World, rehearsal: Undone) -> None:
    with rehearsal.undone(), rehearsal.read() as session:
        for what, records in world.records.items():
            if what in ("notice told of", "statement"):  # asked for by the reference of something else
                continue
            for one in records:
                for member in MEMBERS:
                    assert parties_to(session, one.ref, world.ids[member]) == one.party(member), (what, member)


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/evidence-key"])
def test_what_is_public_needs_nobody_to_be_known(hub: Flask, rehearsal: Undone, path: str) -> None:
    assert guarded(hub)["GET", path] == PUBLIC
    with rehearsal.undone():
        assert hub.test_client().get(API + path).status_code == 200
