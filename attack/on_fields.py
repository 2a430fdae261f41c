"""Fields that nobody asked for: added to the good body of every route that takes one, at every depth of it.

The routes and their schemas are the application's own, so that a new route is attacked by itself; one for which there is no good
body (``asking.BODIES``), or that nobody here may ask, is reported as if it had let something through.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import marshmallow as ma
import requests
from flask import Flask

from attack.asking import BODIES, Way, ways_with_a_body
from attack.belongings import Belongings
from attack.browsing import Browser, client
from attack.staging import Scene
from attack.telling import Report
from hub.core.ids import new_ref
from hub.demonstration import papers
from hub.demonstration.cast import MEDWAY

LONG_AGO: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
PRIVILEGED: Final[Mapping[str, Any]] = {
    "id": 1,
    "ref": "ntc_" + "0" * 26,
    "organisation": "org_" + "0" * 26,
    "organisation_id": 1,
    "organisation_ref": "org_" + "0" * 26,
    "owner_id": 1,
    "placing_authority_id": 1,
    "state": "met",
    "version": 99,
    "created_at": "2020-01-01T00:00:00Z",
    "verified_at": "2020-01-01T00:00:00Z",
    "disabled_at": None,
    "scan": "clean",
    "sealed": "AA==",
    "password_hash": "x",
    "roles": ["operator"],
    "scopes": ["operate"],
    "is_admin": True,
    "is_operator": True,
    "is_discovered": True,
    "permission": "public",
    "__class__": {"__init__": {}},
    "constructor": {"prototype": {}},
}
"""What only the hub decides, or nobody. A schema's own fields of these names are left out: they are asked for."""


@dataclass(frozen=True)
class Salted:
    """A good body with fields that nobody asked for; ``added``: their paths, as a refusal names them."""

    body: dict[str, Any]
    added: frozenset[str]


def salted(body: Mapping[str, Any], schema: ma.Schema) -> Salted:
    """*body* with every privileged field that *schema* does not have, in it and in whatever is nested in it."""
    added: set[str] = set()
    return Salted(_salted(body, schema, "", added), frozenset(added))


def _salted(body: Mapping[str, Any], schema: ma.Schema, path: str, added: set[str]) -> dict[str, Any]:
    fields = {field.data_key or name: field for name, field in schema.fields.items()}
    extra = {name: value for name, value in PRIVILEGED.items() if name not in fields}
    added.update(path + name for name in extra)
    kept = {name: _below(value, fields.get(name), f"{path}{name}.", added) for name, value in body.items()}
    return kept | extra


def _below(value: Any, field: Any, path: str, added: set[str]) -> Any:
    if isinstance(field, ma.fields.Nested) and isinstance(value, Mapping):
        return _salted(value, field.schema, path, added)
    if isinstance(field, ma.fields.List) and isinstance(value, list):
        return [_below(each, field.inner, f"{path}{number}.", added) for number, each in enumerate(value)]
    return value


def attack(report: Report, app: Flask, scene: Scene, admin: Browser, theirs: Belongings) -> None:
    """Send every route that takes a body what nobody asked it for; then what is others', named inside a body."""
    report.section(
        "Fields that nobody asked for", "To set by hand what only the hub decides: owner, state, dates, scopes."
    )
    senders = [*(client(scene.url, token) for token in scene.cast.tokens.values()), admin]
    tried, through = 0, []
    for way, schema in ways_with_a_body(app):
        tried += 1
        if fault := taken_by(way, schema, senders):
            through.append(f"{way}: {fault}")
    report.many(
        "every route that takes a body, with fields of the hub's own in it and in all that it nests",
        "422, and each field is named",
        through,
        tried=tried,
    )
    _by_reference(report, scene, theirs)


def taken_by(way: Way, schema: ma.Schema, senders: Sequence[Browser]) -> str:
    """What is wrong with how *way* takes a body with fields that nobody asked for; empty where each is refused by its name.

    Whoever may not ask there at all is let be, and the next one asks.
    """
    if way.body is None:
        return "attack/asking.py has no good body for it"
    sent = salted(way.body, schema)
    for sender in senders:
        answer = sender.ask(way.method, way.path(new_ref("xyz")), json=sent.body, headers={"If-Match": '"1"'})
        if answer.status_code not in (401, 403, 404):
            return _fault_of(answer, sent.added)
    return "nobody here may ask there"


def _fault_of(answer: requests.Response, added: Iterable[str]) -> str:
    if answer.status_code != 422:
        return f"{answer.status_code}"
    named = set(answer.json().get("fields", {}))
    unnamed, others = sorted(set(added) - named), sorted(named - set(added))
    if unnamed:
        return f"does not name {', '.join(unnamed[:5])}"
    return f"its body in attack/asking.py is not good: {', '.join(others[:5])}" if others else ""


def _by_reference(report: Report, scene: Scene, theirs: Belongings) -> None:
    """Records of others, named inside a body."""
    cornwall = client(scene.url, scene.cast.tokens["cornwall"])
    org = scene.cast.refs["leeds"]
    planned, late = papers.planned_placement("mine", LONG_AGO, theirs.file), papers.late_notice("m", LONG_AGO, MEDWAY)
    for what, path, body in (
        ("a file of others sent as one's own", "/notices", papers.consultation(planned)),
        ("a notice about a placement of others", "/notices", late | {"placement": theirs.placement}),
        ("a client for another organisation", "/clients", {"name": "Mine", "scopes": ["read"], "organisation": org}),
        ("an identity provider for another", "/identity-providers", {**BODIES["POST /identity-providers"], "organisation": org}),
    ):  # fmt: skip
        answer = cornwall.ask("POST", f"/api/v1{path}", json=body)
        leaks = any(word in answer.text for word in theirs.words)
        report.attempt(what, str(answer.status_code), refused=answer.status_code in (403, 404, 409, 422) and not leaks)
