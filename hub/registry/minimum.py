"""What the law asks to be in a notice, per kind: asked at submission, in plain words, each with the law that asks it.

An emergency is never stopped: what the notice to a host must contain and cannot yet (needs, reasons, care plan, date of birth)
counts as to follow, and keeps an obligation of its own open. Pure: content in, faults out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from hub.core.errors import Invalid
from hub.core.sentences import Sentence, worded
from hub.registry.content import Content, at_of, is_emergency, is_outside

REG_13: Final = "SI 2010/959 reg 13(4)"
REG_14: Final = "SI 2010/959 reg 14"
REG_11: Final = "SI 2010/959 reg 11(2)(d)"
REG_41: Final = "SI 2015/541 reg 41"
REG_28: Final = "SI 2023/416 reg 28, from memory"
WRITTEN: Final = "every written notice must say it"
REGISTER: Final = "the host's register of children asks it"
TO_REACH_IT: Final = "it cannot be reached without it"
VOLUNTARY: Final = "voluntary notice"
IN_WALES: Final = {
    REG_13: "WSI 2015/1818 reg 14, from memory",
    REG_14: "WSI 2015/1818 reg 15, from memory",
    REG_11: "WSI 2015/1818 reg 12, from memory",
    REG_41: VOLUNTARY,
    REG_28: VOLUNTARY,
}
"""What asks the same of a sender in Wales, where the English regulations do not run: of homes, no law that the hub knows."""


@dataclass(frozen=True)
class Fault:
    """A field, what to do about it, and the law that asks."""

    field: str
    sentence: Sentence
    source: str

    @property
    def told(self) -> Sentence:
        """What to do, and the law that asks."""
        return worded("{sentence} ({source})", sentence=self.sentence, source=self.source)


def refuse_below_minimum(content: Content, *, nation: str) -> None:
    """Raise ``Invalid`` with every fault of *content*; a fault says what asks for the field."""
    fields: dict[str, list[str]] = {}
    for fault in faults_of(content, nation=nation):
        fields.setdefault(fault.field, []).append(fault.told)
    if fields:
        raise Invalid(
            worded(
                "The notice cannot be submitted yet: the fields say what is missing, and what asks for it. It can be kept as a "
                "draft."
            ),
            code="below_minimum",
            fields=fields,
        )


def faults_of(content: Content, *, nation: str = "England") -> list[Fault]:
    """What the statutory minimum of this kind of notice still asks for, by the law of the sender's *nation*."""
    found = [fault for part in _ASKED[content["kind"]] for fault in part(content)]
    return (
        [replace(fault, source=IN_WALES.get(fault.source, fault.source)) for fault in found]
        if nation == "Wales"
        else found
    )


def to_follow(content: Content) -> list[str]:
    """The parts of a notice to the host that are to follow: said to be, or missing in an emergency."""
    if content["kind"] not in ("placement_start", "placement_move"):
        return []
    missing = [part for part in ("needs_assessment", "suitability_reasons") if part not in content]
    plan = content.get("care_plan", {})
    if not (plan.get("file") or plan.get("not_given_reason")):
        missing.append("care_plan")
    if "child" in content and not content["child"].get("born_on"):
        missing.append("date_of_birth")
    return missing


def _may_follow(content: Content) -> bool:
    """Whether the council need not wait for what is not known yet: a child found at night may not say when it was born."""
    return is_emergency(content) and content["kind"] in ("placement_start", "placement_move")


def _child(source: str) -> Callable[[Content], Iterator[Fault]]:
    def check(content: Content) -> Iterator[Fault]:
        child = content.get("child", {})
        if not child.get("family_name"):
            yield Fault("child.family_name", worded("Enter the child's family name."), source)
        if not child.get("given_names"):
            yield Fault("child.given_names", worded("Enter the child's given names."), source)
        if not child.get("born_on") and not _may_follow(content):
            yield Fault("child.born_on", worded("Enter the child's date of birth."), source)

    return check


def _known(content: Content) -> Iterator[Fault]:
    if not content.get("placement"):
        yield Fault("placement", worded("Say which placement it is about."), WRITTEN)


def _known_or_child(source: str) -> Callable[[Content], Iterator[Fault]]:
    """A provider that does not know the hub's reference describes the child instead."""
    described = _child(source)
    return lambda content: iter(()) if content.get("placement") else described(content)


def _place(content: Content) -> Iterator[Fault]:
    if is_outside(content):
        body = content.get("receiving_body", {})
        if not body.get("name"):
            yield Fault("receiving_body.name", worded("Name the body that receives the child there."), TO_REACH_IT)
        if not (body.get("email") or body.get("phone")):
            yield Fault("receiving_body.email", worded("Say how that body is reached."), TO_REACH_IT)
        return
    address = content.get("address", {})
    if not address.get("lines"):
        yield Fault("address.lines", worded("Enter the address at which the child will live."), REG_13)
    if not address.get("postcode") and "area" not in content:
        yield Fault("address.postcode", worded("Enter the postcode, or name the council whose area it is."), REG_13)


def _setting(content: Content) -> Iterator[Fault]:
    if not content.get("setting"):
        yield Fault("setting", worded("Say what kind of placement it is."), REG_13)
    if not content.get("legal_status"):
        yield Fault("legal_status", worded("Enter the child's legal status."), REG_13)


def _start(content: Content) -> Iterator[Fault]:
    if at_of(content, "starts") is None:
        yield Fault("starts_on", worded("Enter the date the placement started or will start."), REG_13)
    elif (
        is_emergency(content)
        and content["kind"] in ("placement_start", "placement_move")
        and "starts_at" not in content
    ):
        yield Fault(
            "starts_at", worded("In an emergency, enter the time the placement started as well as the date."), REG_13
        )


def _reasons(content: Content) -> Iterator[Fault]:
    """Needs, reasons and care plan; in an emergency they may follow."""
    if is_emergency(content):
        return
    if not content.get("needs_assessment"):
        yield Fault("needs_assessment", worded("Give your assessment of the child's needs."), REG_13)
    if not content.get("suitability_reasons"):
        yield Fault("suitability_reasons", worded("Say why this placement best meets the child's needs."), REG_13)
    yield from _care_plan(content)


def _care_plan(content: Content) -> Iterator[Fault]:
    plan = content.get("care_plan", {})
    if not (plan.get("file") or plan.get("to_follow") or plan.get("not_given_reason")):
        sentence = worded(
            "Attach the care plan, say when it was supplied, say that it is to follow, or why it is not given."
        )
        source = REG_11 if content["kind"] == "consultation" else REG_13
        yield Fault("care_plan", sentence, source)


def _change(content: Content) -> Iterator[Fault]:
    if at_of(content, "changed") is None:
        yield Fault("changed_on", worded("Enter the date of the change."), WRITTEN)
    told = content.keys() - {"kind", "placement", "changed_at", "changed_on", "author", "manager", "prior_notice"}
    if not told:
        yield Fault("changes", worded("Say what has changed."), WRITTEN)
    if "address" in content:
        yield Fault("address", worded("A new address is a new placement: send a placement_move."), REG_13)


def _end(content: Content) -> Iterator[Fault]:
    if at_of(content, "ends") is None:
        yield Fault("ends_on", worded("Enter the date the placement ended or will end."), REG_14)
    if not content.get("end_reason"):
        yield Fault("end_reason", worded("Say why it ends."), REGISTER)


def _admitted(source: str) -> Callable[[Content], Iterator[Fault]]:
    def check(content: Content) -> Iterator[Fault]:
        if at_of(content, "starts") is None:
            yield Fault("starts_at", worded("Enter when the child was admitted."), source)

    return check


def _leaving(source: str) -> Callable[[Content], Iterator[Fault]]:
    def check(content: Content) -> Iterator[Fault]:
        if at_of(content, "ends") is None:
            yield Fault("ends_at", worded("Enter when the child left."), source)

    return check


def _placed_by(source: str) -> Callable[[Content], Iterator[Fault]]:
    def check(content: Content) -> Iterator[Fault]:
        body = content.get("placing_body", {})
        if not content.get("placing_authority") and not (body.get("name") and (body.get("phone") or body.get("email"))):
            sentence = worded("Name the council that placed the child, or who did and how they are reached.")
            yield Fault("placing_authority", sentence, source)

    return check


def _answers(source: str) -> Callable[[Content], Iterator[Fault]]:
    """What reg 41 asks besides: s20 or s21, s31, IRO and EHC plan; the last two may be none or unknown with a reason."""

    def check(content: Content) -> Iterator[Fault]:
        for field, named in (
            ("s20_or_s21", worded("accommodated under section 20 or 21")),
            ("s31", worded("subject to a section 31 order")),
        ):
            if field not in content:
                yield Fault(field, worded("Say whether the child is {named}.", named=named), source)
        iro = content.get("iro", {})
        if not iro.get("none_reason") and not (iro.get("name") and (iro.get("phone") or iro.get("email"))):
            yield Fault("iro", worded("Give the IRO's name and contact details, or say why there are none."), source)
        yield from _ehc_plan(content, source)

    return check


def _ehc_plan(content: Content, source: str) -> Iterator[Fault]:
    plan = content.get("ehc_plan", {})
    if "has" not in plan:
        yield Fault("ehc_plan.has", worded("Say whether there is an EHC plan."), source)
    elif plan["has"] == "yes" and not plan.get("authority"):
        yield Fault("ehc_plan.authority", worded("Say which council maintains the EHC plan."), source)
    elif plan["has"] == "not_known" and not plan.get("reason"):
        yield Fault("ehc_plan.reason", worded("Say why it is not known whether there is an EHC plan."), source)


def _fostered(content: Content) -> Iterator[Fault]:
    """The voluntary notice of a fostering agency asks for no more than a host needs to know whom to ring."""
    if at_of(content, "starts") is None:
        yield Fault("starts_at", worded("Enter when the child arrived."), VOLUNTARY)
    address = content.get("address", {})
    if not address.get("lines") or not (address.get("postcode") or "area" in content):
        yield Fault("address", worded("Enter the carer's address and postcode."), VOLUNTARY)
    if not content.get("placing_authority") and not content.get("placing_body", {}).get("name"):
        yield Fault("placing_authority", worded("Name the council that placed the child."), VOLUNTARY)


_HOST_NOTICE: Final = (_child(REG_13), _place, _setting, _start, _reasons)
_ASKED: Final[dict[str, tuple[Callable[[Content], Iterator[Fault]], ...]]] = {
    "consultation": (_child(REG_11), _place, _setting, _start, _care_plan),
    "placement_start": _HOST_NOTICE,
    "placement_change": (_known, _change),
    "placement_move": (_known, _place, _start, _reasons),
    "placement_end": (_known, _end),
    "home_admission": (_child(REG_41), _admitted(REG_41), _placed_by(REG_41), _answers(REG_41)),
    "home_discharge": (_known_or_child(REG_41), _leaving(REG_41)),
    "supported_admission": (_child(REG_28), _admitted(REG_28), _placed_by(REG_28), _answers(REG_28)),
    "supported_discharge": (_known_or_child(REG_28), _leaving(REG_28)),
    "fostering_arrival": (_child(VOLUNTARY), _fostered),
    "fostering_leaving": (_known_or_child(VOLUNTARY), _leaving(VOLUNTARY)),
}
