"""What the evidence of a notice says on paper: every word of the pack, in the order in which a person reads it.

Nothing is added to the pack and nothing is left out; words of the machine become plain ones, instants become London's. How it
is drawn is ``drawing``'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from hub.core.clock import LONDON
from hub.duties.pages import BASIS_WORDS, plain

Pack = Mapping[str, Any]
_ATTEMPTS_IN_A_ROW: Final = 12
"""A row of a table is never cut between two pages, so none may be longer than one."""
_CHANNELS: Final = {"email": "e-mail", "inbox": "inbox of the hub", "webhook": "webhook"}
_STATES: Final = {"met_late": "met, late"}


@dataclass(frozen=True)
class Heading:
    """A heading: ``level`` 1 is that of the whole, 2 of a part, 3 of one thing in it."""

    text: str
    level: int


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Names and values, one below the other."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """``widths``: how wide each column is beside the others."""

    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Words | Facts | Table


def title_of(pack: Pack) -> str:
    """What the document is called."""
    return f"Evidence of notice {pack['evidence']['notice']}"


def file_name(pack: Pack, ending: str) -> str:
    """What a file of the pack is called: ``ntc_…-evidence.pdf``."""
    return f"{pack['evidence']['notice']}-evidence.{ending}"


def blocks(pack: Pack, *, key_address: str) -> list[Block]:
    """The evidence, block by block. *key_address*: where anybody finds the hub's public key."""
    evidence = pack["evidence"]
    return [
        *_opening(evidence),
        *(block for version in evidence["versions"] for block in _version(version)),
        *_obligations(evidence["obligations"]),
        *_signature(pack, key_address),
    ]


def _opening(evidence: Pack) -> Iterator[Block]:
    yield Heading("Evidence of a notice", 1)
    yield Words(
        "Who was told of a notice, when, through what, what they could see, and who answered. It says nothing about the child: "
        "of what was written it holds fingerprints (SHA-256) and the names of the fields. Times are those of London."
    )
    issued = evidence["issued_to"]
    about = "everybody concerned" if issued["view"] == "sender" else "this recipient alone"
    yield _facts(
        ("Notice", evidence["notice"]),
        ("Kind of notice", _plain(evidence["kind"])),
        ("Placement", evidence["placement"]),
        ("Sent by", _who(evidence["sender"])),
        ("Superseded by", evidence["superseded_by"]),
        ("Issued", instant(evidence["issued_at"])),
        ("Issued to", f"{issued['ref']}, as {issued['view']}: about {about}"),
        ("Format", evidence["format"]),
    )


# --- one version ------------------------------------------------------------------------------------------------------


def _version(version: Pack) -> Iterator[Block]:
    yield Heading(f"Version {version['revision']} of the notice", 2)
    yield _facts(
        ("Reference", version["ref"]),
        ("How it stands", _plain(version["state"])),
        ("Registered", instant(version["registered_at"])),
        ("SHA-256 of its content", version["sha256"]),
    )
    yield from _told(version["told"])
    yield from _deliveries(version["deliveries"])
    yield from _acknowledgements(version["acknowledgements"])
    yield from _files(version["files"])
    for question in version["questions"]:
        yield from _question(question)


def _told(told: Sequence[Pack]) -> Iterator[Block]:
    yield Heading("Who was told", 3)
    if not told:
        yield Words("Nobody.")
    for each in told:
        yield _facts(
            ("Organisation", _who(each["organisation"])),
            ("Told as", _plain(each["capacity"])),
            ("Told", instant(each["told_at"])),
            ("Reached", instant(each["reached_at"]) or "not yet"),
            ("First read", instant(each["first_read_at"]) or "not yet"),
            ("Passed on to", _who(each["redirected_to"])),
            ("Passed on", instant(each["redirected_at"])),
            ("Could see", ", ".join(each["could_see"]) or "nothing of what it says"),
        )


def _deliveries(deliveries: Sequence[Pack]) -> Iterator[Block]:
    yield Heading("What was sent", 3)
    if not deliveries:
        yield Words("Nothing.")
        return
    rows = tuple(row for each in deliveries for row in _delivery(each))
    yield Table(("To", "What", "How it stands", "Attempts"), (52, 53, 36, 29), rows)


def _delivery(each: Pack) -> Iterator[tuple[str, ...]]:
    stands = [
        _plain(each["state"]),
        _said("raised", each["raised_at"]),
        _said("accepted", each["accepted_at"]),
        _said("closed", each["closed_at"]),
    ]
    through = f"by {_CHANNELS.get(each['channel'], each['channel'])} {each['contact_point'] or ''}"
    first = (
        _lines(_named(each["organisation"]), each["organisation"]["ref"], f"desk: {_plain(each['role'])}", through),
        _lines(each["kind"], each["ref"], each["alert"]),
        _lines(*stands),
    )
    attempts = [_attempt(one) for one in each["attempts"]]
    cuts = range(0, len(attempts), _ATTEMPTS_IN_A_ROW)
    parts = [_lines(*attempts[cut : cut + _ATTEMPTS_IN_A_ROW]) for cut in cuts] or ["none"]
    yield (*first, parts[0])
    yield from (("", "", "", part) for part in parts[1:])


def _attempt(attempt: Pack) -> str:
    code = f" ({attempt['code']})" if attempt["code"] else ""
    return f"{attempt['number']}. {instant(attempt['at'])}: {_plain(attempt['outcome'])}{code}"


def _acknowledgements(given: Sequence[Pack]) -> Iterator[Block]:
    yield Heading("Who acknowledged it", 3)
    if not given:
        yield Words("Nobody yet.")
        return
    rows = tuple(
        (each["by"], _lines(_who(each["organisation"]), each["ref"]), instant(each["at"]), _promise(each))
        for each in given
    )
    yield Table(("Who", "For", "When", "Promised"), (45, 55, 38, 32), rows)


def _promise(each: Pack) -> str:
    return f"{_plain(each['promise'])} by {day(each['promise_on'])}" if each["promise"] else "nothing"


def _files(files: Sequence[Pack]) -> Iterator[Block]:
    if not files:
        return
    yield Heading("Files sent with it", 3)
    rows = tuple(
        (_plain(each["part"]), _lines(each["media_type"], f"{each['size_bytes']:,} bytes", each["ref"]), each["sha256"])
        for each in files
    )
    yield Table(("As", "File", "SHA-256 of its content"), (35, 55, 80), rows)


def _question(question: Pack) -> Iterator[Block]:
    yield Heading(f"A {_plain(question['kind'])}", 3)
    yield _facts(
        ("Reference", question["ref"]),
        ("About the field", question["field"]),
        ("How it stands", _plain(question["state"])),
        ("Asked by", _who(question["asked_by"])),
        ("Asked of", _who(question["asked_of"])),
    )
    rows = tuple(
        (_plain(each["act"]), instant(each["at"]), _lines(each["by"], _who(each["organisation"])), each["sha256"])
        for each in question["said"]
    )
    yield Table(("What", "When", "Who", "SHA-256 of what they wrote"), (25, 38, 47, 60), rows)


# --- what is owed -----------------------------------------------------------------------------------------------------


def _obligations(owed: Sequence[Pack]) -> Iterator[Block]:
    yield Heading("How each duty stands", 2)
    if not owed:
        yield Words("Nothing is owed by the organisation this was issued to, or to it.")
    for each in owed:
        yield Heading(f"{each['says']} ({each['duty_code']})", 3)
        yield _facts(
            ("How it stands", _state(each)),
            ("Due", _due(each)),
            ("Owed by", _party(each["owed_by"], each["owed_by_role"])),
            ("Owed to", _party(each["owed_to"], each["owed_to_role"])),
            ("Done", _done(each)),
            ("Reached", instant(each["reached_at"])),
            ("Closed", instant(each["closed_at"])),
            ("Rests on", f"{BASIS_WORDS[each['basis']]}, in force from {each['law_in_force']}"),
            ("Source", "; ".join(each["source"])),
            ("Reference", f"{each['ref']}, about {each['subject']}"),
        )


def _state(each: Pack) -> str:
    return "open, overdue" if each["is_overdue"] else _plain(each["state"])


def _due(each: Pack) -> str:
    when = f"the end of {day(each['due_on'])}" if each["due_on"] else instant(each["due_at"])
    return f"{when or 'not known: a person must say'}{', by local policy' if each['due_is_policy'] else ''}"


def _party(organisation: Pack | None, role: str) -> str:
    return f"{_who(organisation)}, as {plain(role)}" if organisation else plain(role)


def _done(each: Pack) -> str:
    return f"{instant(each['fulfilled_at'])}, by {each['fulfilled_by']}" if each["fulfilled_at"] else "not yet"


# --- the signature ----------------------------------------------------------------------------------------------------


def _signature(pack: Pack, key_address: str) -> Iterator[Block]:
    signature, attached = pack["signature"], file_name(pack, "json")
    yield Heading("Signature, and how to check it", 2)
    yield Words(
        "What is signed is the evidence as a file for machines. It travels inside this document as an attachment, "
        f"{attached}. The pages before say the same in words; where they should differ, the signed file counts."
    )
    yield _facts(
        ("Algorithm", signature["algorithm"]),
        ("Key of the hub", signature["key_id"]),
        ("Signature", signature["value"]),
    )
    yield Words(f"1. Save the attachment of this document as {attached}.")
    yield Words(f"2. Save the hub's public key from {key_address} as key.json. Nobody needs to sign in for it.")
    yield Words(
        f"3. Run: hub evidence verify {attached} --key key.json. It needs no connection, and says whether the evidence is as the "
        "hub issued it."
    )
    yield Words(
        "Without the hub's program: take the value of “evidence” in the attachment, write it as JSON with its keys sorted and "
        "without spaces, in UTF-8, and check the Ed25519 signature of those bytes, which is in hexadecimal digits."
    )


# --- words ------------------------------------------------------------------------------------------------------------


def _facts(*rows: tuple[str, str | None]) -> Facts:
    return Facts(tuple((name, value) for name, value in rows if value))


def _lines(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


def _said(what: str, at: str | None) -> str:
    return f"{what} {instant(at)}" if at else ""


def _named(organisation: Pack) -> str:
    return str(organisation["name"])


def _who(organisation: Pack | None) -> str:
    if organisation is None:
        return ""
    codes = ", ".join(code for code in (organisation["gss_code"], organisation["ref"]) if code)
    return f"{organisation['name']} ({codes})"


def _plain(word: str) -> str:
    return _STATES.get(word, word.replace("_", " "))


def instant(at: str | None) -> str:
    """``2026-11-18T10:00:00Z`` as “18 November 2026, 10:00:00 GMT”; nothing of nothing."""
    if at is None:
        return ""
    local = datetime.fromisoformat(at).astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M:%S %Z}"


def day(on: str) -> str:
    """``2026-11-18`` as “18 November 2026”."""
    read = date.fromisoformat(on)
    return f"{read.day} {read:%B %Y}"
