"""The calculator's front: JSON facts in, the obligations they set off out. It places the councils; the law is ``duties``."""

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError

from hub.core.errors import Invalid
from hub.core.sentences import as_sentence, worded
from hub.directory.areas import Areas, Authority
from hub.duties.calendar import Calendar
from hub.duties.explain import Owed, explain
from hub.duties.facts import Council, Facts, ShortBreak
from hub.duties.table import Law
from hub.registry.explain_schemas import INSTANTS, FactsIn, OwedOut

_BEYOND: Final = {"S": "Scotland", "N": "Northern Ireland", "L": "Channel Islands", "M": "Isle of Man"}
_BEYOND_CODE: Final = re.compile(r"[SNLM][0-9]{8}")
_UNPLACED: Final = (
    "placement_postcode is not a whole postcode that the directory can place with certainty. "
    "Check it, or give host_authority instead."
)
_DISAGREE: Final = worded(
    "The postcode and the host authority that were given do not agree: the host authority was used."
)


def explain_facts(payload: Mapping[str, Any], *, law: Law, calendar: Calendar, areas: Areas) -> list[dict[str, Any]]:
    """What is owed on the JSON facts *payload*, as JSON.

    Raises Invalid, each sentence naming its field: for an unknown field or word, an instant without its offset, an unknown
    council, a postcode that cannot be placed.
    """
    dumped: list[dict[str, Any]] = OwedOut(many=True).dump(
        owed_on(read_facts(payload), law=law, calendar=calendar, areas=areas)
    )
    return dumped


def read_facts(payload: Mapping[str, Any]) -> dict[str, Any]:
    """*payload* through FactsIn. Raises Invalid with every fault under its field."""
    try:
        loaded: dict[str, Any] = FactsIn().load(payload)
    except ValidationError as fault:
        messages = _flat(fault.messages_dict)
        sentences = dict.fromkeys(sentence for each in messages.values() for sentence in each)
        raise Invalid(" ".join(sentences), fields=messages) from None
    return loaded


def owed_on(loaded: Mapping[str, Any], *, law: Law, calendar: Calendar, areas: Areas) -> list[Owed]:
    """What is owed on facts that FactsIn has loaded. Raises Invalid for councils and postcodes that cannot be placed."""
    return explain(law, calendar, facts_of(loaded, areas=areas))


def facts_of(loaded: Mapping[str, Any], *, areas: Areas) -> Facts:
    """The pure facts, with the councils placed and their relation worked out."""
    placing = _council(loaded["placing_authority"], "placing_authority", areas)
    host, country, warnings = _host(loaded, areas)
    stay = loaded["short_break"]
    return Facts(
        event=loaded["event"],
        placing=placing,
        host=host,
        host_country=country,
        relation=_relation(placing, host, country, areas),
        setting=loaded["setting"],
        age=loaded["age"],
        legal_status=loaded["legal_status"],
        emergency=loaded["emergency"],
        short_break=ShortBreak(**stay) if stay else None,
        markers=frozenset(loaded["markers"]),
        category=loaded["category"],
        date_only=loaded["date_only"],
        warnings=warnings,
        **{f"{stem}_at": loaded[f"{stem}_at"] for stem in INSTANTS},
    )


def _relation(placing: Council | None, host: Council | None, country: str | None, areas: Areas) -> str | None:
    if country:
        return "outside_england_and_wales"
    return areas.relation(placing.gss_code, host.gss_code).kind if placing and host else None


def _council(code: str | None, field: str, areas: Areas) -> Council | None:
    """The council of a current or former code. Raises Invalid with a sentence that names the field."""
    if code is None:
        return None
    try:
        return _as_council(areas.authority(code, field=field))
    except Invalid as fault:
        sentence = worded("{field}: {fault}", field=field, fault=as_sentence(fault.sentence))
        raise Invalid(sentence, fields={field: [sentence]}) from None


def _as_council(authority: Authority) -> Council:
    return Council(authority.gss_code, authority.short_name, authority.nation)


def _host(loaded: Mapping[str, Any], areas: Areas) -> tuple[Council | None, str | None, tuple[str, ...]]:
    """Where the placement is: a council, or a country that has none of ours; and what a person should check."""
    code, postcode = loaded["host_authority"], loaded["placement_postcode"]
    if code is None:
        return _host_by_postcode(postcode, areas) if postcode else (None, None, ())
    if _BEYOND_CODE.fullmatch(code.strip().upper()):
        return None, _BEYOND[code.strip().upper()[0]], ()
    host = _council(code, "host_authority", areas)
    placed = areas.resolve(postcode).authority if postcode else None
    disagree = placed and host and placed.gss_code != host.gss_code
    return host, None, (_DISAGREE,) if disagree else ()


def _host_by_postcode(postcode: str, areas: Areas) -> tuple[Council | None, str | None, tuple[str, ...]]:
    found = areas.resolve(postcode)
    if found.authority:
        return _as_council(found.authority), None, (found.reason,) if found.reason else ()
    if found.confidence == "outside" and found.nation:
        return None, found.nation, ()
    raise Invalid(_UNPLACED, fields={"placement_postcode": [_UNPLACED]})


def _flat(messages: Mapping[Any, Any], path: str = "") -> dict[str, list[str]]:
    """Messages by dotted field, however deep marshmallow nested them."""
    flat: dict[str, list[str]] = {}
    for name, found in messages.items():
        at = f"{path}.{name}" if path else str(name)
        flat |= _flat(found, at) if isinstance(found, Mapping) else {at.removesuffix("._schema"): list(map(str, found))}
    return flat
