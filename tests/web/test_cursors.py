"""A list goes on where the link to the next ones said, and nowhere else: what is no such place is refused by name."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

import hub.web
from hub.core.db import Database
from hub.core.ids import new_ref
from hub.demonstration.cast import Cast
from tests.access.signing_in import Tab
from tests.access.visiting import words
from tests.web.organisation_desk import seat

SignedIn = Callable[[str], Tab]
NO_PLACE = ("zzz", "-1", "0", "9" * 60, "ntc_", "ntc_" + "u" * 26, "ntc_" + "0" * 27, "pla_%00", "' OR 1=1 --", "٣")
BY_REF = (
    ("tom", "/register", "after", "pla"),
    ("tom", "/matches", "after", "mat"),
    ("priya", "/owed", "after", "obl"),
    ("priya", "/placements", "after", "pla"),
    ("priya", "/notices", "after", "ntc"),
    ("priya", "/uploads", "after", "upl"),
    ("marcus", "/approvals", "after", "apq"),
    ("wren", "/residents", "after", "pla"),
    ("wren", "/residents/left", "after", "pla"),
    ("wren", "/missing/report", "after", "pla"),
    ("okoro", "/missing", "after", "mis"),
    ("okoro", "/look-ups", "after", "lku"),
    ("okoro", "/extracts", "after", "shr"),
    ("tom", "/interviews", "after", "rhi"),
    ("tom", "/interview-agreements", "after", "agr"),
    ("tom", "/interview-providers", "after", "org"),
    ("ola", "/operator/organisations", "after", "org"),
    ("ola", "/operator/reachability", "after", "org"),
    ("ola", "/operator/systems", "after", "cli"),
    ("ola", "/operator/area-corrections", "after", "arc"),
    ("ola", "/operator/deliveries", "before", "dlv"),
)


@pytest.fixture
def signed_in(app: Flask, database: Database, cast: Cast) -> SignedIn:
    return lambda who: seat(app, database, cast, who).tab


@pytest.mark.parametrize(("who", "path", "name", "prefix"), BY_REF, ids=lambda each: str(each))
def test_a_list_by_references_goes_on_after_a_reference_of_its_own_kind_alone(
    signed_in: SignedIn, who: str, path: str, name: str, prefix: str
) -> None:
    tab = signed_in(who)
    assert tab.get(path, query_string={name: new_ref(prefix)}).status_code == 200
    assert tab.get(path, query_string={name: ""}).status_code == 200
    for said in (*NO_PLACE, new_ref("xyz")):
        refused = tab.get(path, query_string={name: said})
        assert refused.status_code == 422, said
        assert f"what stands after “{name}” in the address is not complete" in words(refused)


def test_the_audit_goes_on_at_a_number(signed_in: SignedIn) -> None:
    helen = signed_in("helen")
    assert helen.get("/audit?before=12").status_code == 200
    for said in ("zzz", "-1", "1.5", "9" * 60, "٣"):
        refused = helen.get("/audit", query_string={"before": said})
        assert refused.status_code == 422, said
        assert "“before”" in words(refused)


@pytest.mark.parametrize("said", ["zzz", "-1", "9" * 60, "mis_", "%00"])
def test_over_http_what_is_no_cursor_is_refused_by_its_field(app: Flask, signed_in: SignedIn, said: str) -> None:
    tab, tried = signed_in("helen"), 0
    for rule in app.url_map.iter_rules():
        is_list = str(rule).startswith("/api/v1/") and not rule.arguments and "GET" in (rule.methods or set())
        answer = tab.get(str(rule), query_string={"cursor": said}) if is_list else None
        if answer is not None and answer.status_code == 422:
            fields = answer.json["fields"]
            tried += fields["cursor"] not in (["Unknown field."], [])
    assert tried > 10


def test_no_page_reads_where_a_list_goes_on_by_itself() -> None:
    folder = Path(hub.web.__file__).parent
    reads = re.compile(r"""args(\.get\(|\[)["'](after|before|cursor)["']""")
    elsewhere = [path.name for path in folder.rglob("*.py") if reads.search(path.read_text(encoding="utf-8"))]
    assert elsewhere == []
