"""Strangers ask for other organisations' records on every route, and compare the answers with those for what does not exist."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import requests
from flask import Flask

from attack.asking import Way, lists, ways
from attack.belongings import Belongings
from attack.browsing import Browser
from attack.telling import Report
from hub.core.ids import new_ref

Answer = tuple[int, str, tuple[tuple[str, str], ...]]
_OWN_BUSINESS = re.compile(r"date|content-length|set-cookie|x-request-reference", re.IGNORECASE)
_NEW_EACH_TIME = re.compile(r"[0-9a-f]{64}|\b(?:req|key)_[0-9a-z]{26}\b")
"""Tokens and keys of forms, and the reference of the request."""
AUDIT = "/api/v1/audit"
RECORDS = frozenset({AUDIT, "/audit"})
DIRECTORY = frozenset({"/api/v1/interview-providers"})
"""Who sells interviews, where and for how much, is open: whose entry it is, and by which card, stands in it."""
RECORD_ABOUT = "/audit/about/<ref>"
"""Where one sees what one's own organisation asked for, by the references that it asked with."""
ASKED_BY = ("organisation", "person", "subject", "placement", "notice", "actor")
"""Parameters by which lists are asked for."""
REFUSED = (401, 403, 404)
OPEN_TO_ALL = {("/sign-in/with/<ref>", "idp")}
"""Which organisations offer a sign-in of their own is on the page before the sign-in."""
OPEN_TO_FORCES = {
    ("POST /api/v1/missing-episodes/<ref>/finding", "mis"),
    ("GET /missing/report/<ref>", "pla"),
    ("GET /missing/report/<ref>/check", "pla"),
    ("POST /missing/report/<ref>", "pla"),
}
"""Any force may find any child, and report any missing: whoever tells it gives the reference, and the act is on record.

The form says nothing of the child, and is the same whether there is such a placement or not.
"""
LEADS_ON = frozenset({"/held/<ref>", "/held/<ref>/discard"})
"""Where everybody but the one who typed it is led on, to the same page whether anything is held there or not."""


@dataclass
class Stranger:
    """Somebody with an account of their own, and the answers they got about records that do not exist."""

    name: str
    browser: Browser
    colleagues: frozenset[str]
    """The references of everybody who acts for the same organisation."""
    is_force: bool = False
    absent: dict[tuple[Way, str], Answer] = field(default_factory=dict)

    def asks(self, way: Way, ref: str) -> Answer:
        given = {} if way.body is None else {"json" if way.is_of_the_api else "data": way.body}
        answer = self.browser.ask(way.method, way.path(ref), headers={"If-Match": '"1"'}, **given)
        return _seen(answer, ref)

    def about_nothing(self, way: Way, prefix: str) -> Answer:
        """The answer about a record of this kind that does not exist."""
        if (way, prefix) not in self.absent:
            self.absent[way, prefix] = self.asks(way, new_ref(prefix))
        return self.absent[way, prefix]


def _seen(answer: requests.Response, ref: str) -> Answer:
    """What a stranger can compare: all of an answer but the reference that they sent themselves."""
    headers = sorted(
        (n.lower(), v.replace(ref, "REF")) for n, v in answer.headers.items() if not _OWN_BUSINESS.search(n)
    )
    body = _NEW_EACH_TIME.sub("TOKEN", answer.text.replace(ref, "REF"))
    return answer.status_code, body, tuple(headers)


def attack(
    report: Report,
    app: Flask,
    strangers: list[Stranger],
    theirs: Belongings,
    *,
    asked_of_lists: int,
    every_so_many: int,
) -> None:
    """Try every route with every stranger on everything that is not theirs."""
    report.section(
        "Other organisations' records",
        "Every address and method that names a record, asked by strangers about records of others; what exists and what "
        "does not must look the same.",
    )
    every = list(ways(app))[::every_so_many]
    for stranger in strangers:  # first: what they ask for themselves will stand in their own record
        _on_lists(report, stranger, list(lists(app)), theirs, asked_of_lists)
    for stranger in strangers:
        _on_records(report, stranger, every, theirs)


def _on_records(report: Report, stranger: Stranger, every: list[Way], theirs: Belongings) -> None:
    let_in, told_apart, unreached, tried = [], [], [], 0
    for way, prefix, ref in _each(every, theirs.refs):
        if stranger.is_force and (str(way), prefix) in OPEN_TO_FORCES:
            continue
        answer, absent = stranger.asks(way, ref), stranger.about_nothing(way, prefix)
        tried += 1
        if way.rule == RECORD_ABOUT and answer[0] == 200 and not any(word in answer[1] for word in theirs.words):
            continue  # it asked for that itself, and was refused
        where = f"{way} with {prefix}_…: {answer[0]}"
        if answer != absent:
            told_apart.append(f"{where} {_difference(answer, absent)}")
        if answer[0] < 300:
            let_in.append(where)
        elif answer[0] not in REFUSED and way.rule not in LEADS_ON:
            unreached.append(where)
    name = stranger.name
    report.many(f"{name} reads or writes a record of others", "401, 403 or 404", let_in, tried=tried)
    report.many(
        f"{name} tells what exists from what does not", "the same answer, letter by letter", told_apart, tried=tried
    )
    report.many(f"{name} is stopped by permission and by nothing else", "on every route", unreached, tried=len(every))


def _difference(answer: Answer, absent: Answer) -> str:
    headers = sorted(set(answer[2]) ^ set(absent[2]))
    bodies = (answer[1][-200:], absent[1][-200:]) if answer[1] != absent[1] else ()
    return f"and {absent[0]} for what does not exist; {headers} {bodies}"


def _each(every: list[Way], refs: Mapping[str, object]) -> Iterator[tuple[Way, str, str]]:
    for way in every:
        for prefix, listed in refs.items():
            if (way.rule, prefix) in OPEN_TO_ALL:
                continue
            for ref in listed:  # type: ignore[attr-defined]
                yield way, prefix, ref


def _on_lists(report: Report, stranger: Stranger, addresses: list[str], theirs: Belongings, at_most: int) -> None:
    """Lists, as they are and asked for by references of others: nothing of others may stand in them."""
    refs = sorted(ref for listed in theirs.refs.values() for ref in listed)
    some = refs[:: max(1, len(refs) // at_most)]
    leaks, tried = [], 0
    for address in addresses:
        for query in ["", *(f"?{name}={ref}" for name in ASKED_BY for ref in some)]:
            text = stranger.browser.get(address + query).text
            tried += 1
            secrets = theirs.words if address in RECORDS | DIRECTORY else theirs.words | set(refs)
            leaks += [f"{address}{query} shows {each}" for each in secrets if each in text and each not in query]
    report.many(f"{stranger.name} finds something of others in a list", "nothing is there", leaks, tried=tried)
    acted = {entry["actor"] for entry in stranger.browser.get(f"{AUDIT}?limit=200").json().get("items", [])}
    others = sorted(acted - stranger.colleagues)
    report.many(f"{stranger.name} reads what others did", "the own organisation's acts alone", others, tried=1)
