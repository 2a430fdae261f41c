"""What a notice asks, in one table: each question by its path in ``NoticeIn``, in which kinds of notice, in which section.

Pages, the list of tasks, the answers to be checked and what the legal minimum still asks are all drawn from it.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from flask_babel import lazy_gettext

from hub.registry.content import ARRIVALS, LEAVINGS
from hub.web.fact_words import SETTING_WORDS, STATUS_WORDS
from hub.web.forms import control_of
from hub.web.writing import words

BEGINS: Final = frozenset({"consultation", "placement_start", "placement_move"})
"""Kinds in which a placing authority describes a placement."""
TELLS: Final = BEGINS | {"placement_change"}
ARRIVE, LEAVE = frozenset(ARRIVALS), frozenset(LEAVINGS)
ENDS: Final = LEAVE | {"placement_end"}
FOLLOWS: Final = ENDS | {"placement_change", "placement_move"}
NAMES_CHILD: Final = (TELLS | ARRIVE | LEAVE) - {"placement_move"}
ALL: Final = TELLS | ARRIVE | ENDS
COUNCILS: Final = "councils"
"""In the place of options: the councils of England and Wales, by GSS code."""


@dataclass(frozen=True)
class Question:
    """One question. ``name``: its control; ``asks``: how (a macro of ``asked.html``); ``kinds``: of which notices.

    ``most``: where the browser stops taking letters of one line. Longer text is judged when it is saved, and kept whole.
    """

    name: str
    asks: str
    label: str
    hint: str = ""
    kinds: Collection[str] = ALL
    options: words.Words | str | None = None
    rows: int = 4
    most: int = 200


@dataclass(frozen=True)
class Group:
    """Questions that stand together. ``is_folded``: seldom needed, so that it opens on demand."""

    title: str
    questions: tuple[Question, ...]
    is_folded: bool = False


@dataclass(frozen=True)
class Section:
    """One page of a draft. ``key``: the end of its address."""

    key: str
    title: str
    groups: tuple[Group, ...]
    hint: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for group in self.groups for question in group.questions)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(question.name for question in self.questions)


def _contact(path: str, kinds: Collection[str] = ALL) -> tuple[Question, ...]:
    return (
        Question(f"{path}.name", "text", lazy_gettext("Name"), kinds=kinds, most=120),
        Question(f"{path}.phone", "phone", lazy_gettext("Telephone"), kinds=kinds, most=40),
        Question(f"{path}.email", "email", lazy_gettext("E-mail address"), kinds=kinds, most=254),
    )


def _place(path: str) -> tuple[Question, ...]:
    return (
        Question(f"{path}.name", "text", lazy_gettext("Name"), kinds=TELLS | ARRIVE, most=160),
        Question(f"{path}.address", "longer", lazy_gettext("Address"), kinds=TELLS | ARRIVE, rows=2),
        Question(f"{path}.phone", "phone", lazy_gettext("Telephone"), kinds=TELLS | ARRIVE, most=40),
    )


_PLACEMENT: Final = Question(
    "placement", "text", lazy_gettext("Reference of the placement"),
    lazy_gettext("It begins pla_ and stands on the receipt. Go to the notice of the start, and it is filled in for you."),
    FOLLOWS, most=40,
)  # fmt: skip
_CHILD: Final = Section("child", lazy_gettext("The child"), (
    Group("", (
        Question("child.family_name", "text", lazy_gettext("Family name"), kinds=NAMES_CHILD, most=100),
        Question("child.given_names", "text", lazy_gettext("Given names"), kinds=NAMES_CHILD, most=100),
        Question("child.born_on", "day", lazy_gettext("Date of birth"), lazy_gettext("For example, 27 3 2012"), NAMES_CHILD),
        Question(
            "legal_status", "choice", lazy_gettext("Legal status"), kinds=TELLS | ARRIVE, options=STATUS_WORDS,
        ),
        Question("placing_authority", "choice", lazy_gettext("Council that placed the child"), kinds=ARRIVE, options=COUNCILS),
        Question("s20_or_s21", "yes_no", lazy_gettext("Is the child accommodated under section 20 or 21?"), kinds=ARRIVE),
        Question("s31", "yes_no", lazy_gettext("Is there a care or supervision order under section 31?"), kinds=ARRIVE),
    )),
    Group(lazy_gettext("More about the child"), (
        Question("child.aliases", "lines", lazy_gettext("Other names"), lazy_gettext("One on each line"), NAMES_CHILD, rows=2),
        Question("child.sex", "radios", lazy_gettext("Sex"), kinds=NAMES_CHILD, options=words.SEXES),
        Question("child.identifiers.local_id", "text", lazy_gettext("Your own number for the child"), kinds=NAMES_CHILD, most=40),
        Question("child.identifiers.nhs_number", "text", lazy_gettext("NHS number"), kinds=NAMES_CHILD, most=20),
        Question("child.identifiers.upn", "text", lazy_gettext("Unique pupil number"), kinds=NAMES_CHILD, most=20),
        Question("legal_note", "longer", lazy_gettext("Note on the legal status"), kinds=TELLS | ARRIVE, rows=2),
        Question("child_protection_plan", "yes_no", lazy_gettext("Is there a child protection plan?"), kinds=TELLS | ARRIVE),
    ), is_folded=True),
    Group(lazy_gettext("A series of short breaks"), (
        Question("short_break.days", "number", lazy_gettext("Days of this stay"), kinds=BEGINS, most=3),
        Question("short_break.days_in_12_months", "number", lazy_gettext("Days in any 12 months, this stay too"),
                 kinds=BEGINS, most=3),
    ), is_folded=True),
))  # fmt: skip
_WHERE: Final = Section("where", lazy_gettext("Where"), (
    Group("", (
        Question("setting", "choice", lazy_gettext("Kind of placement"), kinds=TELLS | ARRIVE, options=SETTING_WORDS),
        Question("address.lines", "lines", lazy_gettext("Address, without the postcode"), lazy_gettext("One line for each line"),
                 BEGINS | ARRIVE, rows=3),
        Question("address.postcode", "postcode", lazy_gettext("Postcode"), kinds=BEGINS | ARRIVE, most=12),
    )),
    Group(lazy_gettext("The home, agency or carer"), (
        Question("provider.name", "text", lazy_gettext("Name of the home or agency"), kinds=TELLS, most=160),
        Question("provider.urn", "text", lazy_gettext("Ofsted’s number (URN)"), lazy_gettext("Such as SC123456"), TELLS, most=10),
        Question("provider.phone", "phone", lazy_gettext("Telephone of the home or agency"), kinds=TELLS, most=40),
        Question("carer.name", "text", lazy_gettext("Name of the carer"), kinds=TELLS | ARRIVE, most=120),
        Question("carer.phone", "phone", lazy_gettext("Telephone of the carer"), kinds=TELLS | ARRIVE, most=40),
        Question("specialist_care", "longer", lazy_gettext("Specialist care that is agreed"), kinds=TELLS, rows=2),
    ), is_folded=True),
    Group(lazy_gettext("The postcode is not known, or names the wrong council"), (
        Question("area.host_authority", "choice", lazy_gettext("Council for the address"), kinds=BEGINS | ARRIVE,
                 options=COUNCILS),
        Question("area.reason", "longer", lazy_gettext("Why this council"), lazy_gettext("Only where the postcode says another"),
                 BEGINS | ARRIVE, rows=2),
    ), is_folded=True),
    Group(lazy_gettext("The address is outside England and Wales"), (
        Question("country", "choice", lazy_gettext("Country"), kinds=BEGINS, options=words.COUNTRIES),
        Question("receiving_body.name", "text", lazy_gettext("Body that receives the child there"), kinds=BEGINS, most=120),
        Question("receiving_body.email", "email", lazy_gettext("Its e-mail address"), kinds=BEGINS, most=254),
        Question("receiving_body.phone", "phone", lazy_gettext("Its telephone"), kinds=BEGINS, most=40),
    ), is_folded=True),
))  # fmt: skip
_EMERGENCY: Final = Question(
    "emergency.reason", "longer", lazy_gettext("Why it could not be planned"),
    lazy_gettext("Only in an emergency: other clocks run, and what is not ready may follow. Otherwise leave it empty."),
    (BEGINS - {"consultation"}) | ARRIVE, rows=2,
)  # fmt: skip
_WHEN: Final = Section("when", lazy_gettext("When and why"), (
    Group("", (
        replace(_PLACEMENT, kinds={"placement_move"}),
        Question("starts", "moment", lazy_gettext("When does it start, or when did it?"),
                 lazy_gettext("For example, 27 3 2026. In an emergency give the time too."), BEGINS | ARRIVE),
        _EMERGENCY,
        Question("expected_length", "text", lazy_gettext("How long it is expected to last"), kinds=BEGINS),
        Question("end_reason", "choice", lazy_gettext("Why the placement before ends"), kinds={"placement_move"},
                 options=words.END_REASONS),
        Question("end_note", "longer", lazy_gettext("More about how it ended"), kinds={"placement_move"}, rows=2),
    )),
    Group(lazy_gettext("It is told late"), (
        Question("reason_not_notified_earlier", "longer", lazy_gettext("Why it was not told earlier"),
                 kinds=BEGINS | ARRIVE, rows=2),
    ), is_folded=True),
))  # fmt: skip
_CHANGE: Final = Section("change", lazy_gettext("What has changed"), (
    Group("", (
        replace(_PLACEMENT, kinds={"placement_change"}),
        Question("changed", "moment", lazy_gettext("When did it change?"), kinds={"placement_change"}),
        Question("changes", "longer", lazy_gettext("What has changed"), kinds={"placement_change"}),
    )),
), lazy_gettext("A new address is a move. Whatever else is new goes here, or into the other sections."))  # fmt: skip
_END: Final = Section("end", lazy_gettext("When and why it ends"), (
    Group("", (
        replace(_PLACEMENT, kinds=ENDS),
        Question("ends", "moment", lazy_gettext("When does it end, or when did it?"), kinds=ENDS),
        Question("end_reason", "choice", lazy_gettext("Why it ends"), kinds=ENDS, options=words.END_REASONS),
        Question("end_note", "longer", lazy_gettext("More about it"), kinds=ENDS, rows=3),
        replace(
            _EMERGENCY, label=lazy_gettext("Why it could not be told before"), kinds=ENDS,
            hint=lazy_gettext("Only where it ended at once, or could not be told before."),
        ),
    )),
))  # fmt: skip
_CARE: Final = Section("care", lazy_gettext("Needs, reasons and care plan"), (
    Group("", (
        Question("needs_assessment", "longer", lazy_gettext("Your assessment of the child’s needs"),
                 kinds=TELLS - {"consultation"}, rows=6),
        Question("suitability_reasons", "longer", lazy_gettext("Why this placement best meets them"),
                 kinds=TELLS - {"consultation"}, rows=6),
    )),
    Group(lazy_gettext("The care plan"), (
        Question("care_plan.to_follow", "yes_no", lazy_gettext("Is the care plan to follow?"), kinds=TELLS),
        Question("care_plan.reason", "longer", lazy_gettext("Why it is to follow"), kinds=TELLS, rows=2),
        Question("care_plan.not_given_reason", "longer", lazy_gettext("Or why it is not given"), kinds=TELLS, rows=2),
        Question("care_plan.supplied_on", "day", lazy_gettext("Or the day on which it was supplied before"),
                 lazy_gettext("Attach the same file, so that it can be proved."), TELLS),
    )),
    Group(lazy_gettext("Duties agreed with the host authority"), (
        Question("functions_agreed", "longer", lazy_gettext("What it has agreed to do for you"), kinds=TELLS, rows=2),
    ), is_folded=True),
), lazy_gettext("In an emergency all of this may follow. The duty to send it stays open until you do."))  # fmt: skip
_PEOPLE: Final = Section("people", lazy_gettext("Who to ring"), (
    Group(lazy_gettext("Social worker"), _contact("social_worker", TELLS | ARRIVE)),
    Group(lazy_gettext("Out of hours"), _contact("out_of_hours", TELLS), is_folded=True),
    Group(lazy_gettext("Who placed the child, where it was no council"), _contact("placing_body", ARRIVE), is_folded=True),
    Group(lazy_gettext("Independent reviewing officer (IRO)"), (
        *_contact("iro", TELLS | ARRIVE),
        Question("iro.none_reason", "text", lazy_gettext("Or why none is named"), kinds=TELLS | ARRIVE),
    )),
    Group(lazy_gettext("Education, health and care plan"), (
        Question("ehc_plan.has", "radios", lazy_gettext("Is there a plan?"), kinds=TELLS | ARRIVE, options=words.HAS_PLAN),
        Question("ehc_plan.authority", "choice", lazy_gettext("Council that keeps it"), kinds=TELLS | ARRIVE, options=COUNCILS),
        Question("ehc_plan.reason", "text", lazy_gettext("Why it is not known"), kinds=TELLS | ARRIVE),
    )),
    Group(lazy_gettext("School"), _place("school"), is_folded=True),
    Group(lazy_gettext("GP"), _place("gp"), is_folded=True),
    Group(lazy_gettext("Who wrote this, and who signed it off"), (
        Question("author.name", "text", lazy_gettext("Author’s name"), most=120),
        Question("author.role", "text", lazy_gettext("Author’s role"), most=120),
        Question("manager.name", "text", lazy_gettext("Manager’s name"), most=120),
        Question("manager.role", "text", lazy_gettext("Manager’s role"), most=120),
    ), is_folded=True),
))  # fmt: skip


def _held(path: str) -> tuple[Question, ...]:
    return (
        Question(f"{path}.held", "yes_no", lazy_gettext("Is there one?"), kinds=TELLS | ARRIVE),
        Question(f"{path}.by", "text", lazy_gettext("Who holds it"), kinds=TELLS | ARRIVE, most=160),
        Question(
            f"{path}.updated_on", "day", lazy_gettext("When it was last brought up to date"), kinds=TELLS | ARRIVE
        ),
    )


_RISKS: Final = Section("risks", lazy_gettext("Risks and markers"), (
    Group(lazy_gettext("Trigger plan"), _held("trigger_plan")),
    Group(lazy_gettext("Philomena form"), _held("philomena")),
))  # fmt: skip
_APPROVAL: Final = Section("approval", lazy_gettext("Approval"), (
    Group("", (
        Question("approval.name", "text", lazy_gettext("Name of who approved it"), kinds=BEGINS, most=120),
        Question("approval.role", "text", lazy_gettext("Their role"),
                 lazy_gettext("The nominated officer; for a distant placement the Director of Children’s Services"),
                 BEGINS, most=120),
        Question("approval.approved", "instant", lazy_gettext("When was it approved?"), kinds=BEGINS),
        Question("approval.delegation_ref", "text", lazy_gettext("Reference of the delegation, if there is one"),
                 kinds=BEGINS, most=120),
    )),
))  # fmt: skip
SECTIONS: Final = (_CHILD, _CHANGE, _END, _WHERE, _WHEN, _CARE, _PEOPLE, _RISKS, _APPROVAL)
"""Every section, in the order in which a draft goes through them."""
REST: Final = "rest"
ESSENTIAL: Final = ("setting", "address.lines", "address.postcode", "starts")
"""Asked on the short page of a child who is known, whether or not they are filled in: they are seldom the same."""


def sections_of(kind: str) -> list[Section]:
    """The sections that a notice of *kind* has, each with the questions that are asked of that kind."""
    narrowed = [replace(each, groups=tuple(_groups(each, kind))) for each in SECTIONS]
    return [each for each in narrowed if each.groups]


def _groups(section: Section, kind: str) -> Iterator[Group]:
    for group in section.groups:
        asked = tuple(question for question in group.questions if kind in question.kinds)
        if asked:
            yield replace(group, questions=asked)


def section_of(kind: str, key: str) -> Section | None:
    """The section *key* of a notice of *kind*."""
    return next((each for each in sections_of(kind) if each.key == key), None)


def section_asking(kind: str, path: str) -> Section | None:
    """The section in which a notice of *kind* says what stands at *path*."""
    return next((each for each in sections_of(kind) if control_of(path, each.names) in each.names), None)


def rest_of(kind: str, missing: Collection[str], *, is_emergency: bool) -> Section:
    """One page with all that is still *missing* (paths), for a child who is known already."""
    wanted = {*ESSENTIAL, *(("emergency.reason",) if is_emergency else ())}
    return _rest(kind, lambda name: name in wanted or any(control_of(path, [name]) == name for path in missing))


def rest_again(kind: str, names: Collection[str]) -> Section:
    """The page that asked the questions *names*: by now some of them may be answered, and they are asked all the same."""
    return _rest(kind, lambda name: name in names)


def _rest(kind: str, is_asked: Callable[[str], bool]) -> Section:
    listed = [each for section in sections_of(kind) for each in section.questions if is_asked(each.name)]
    return Section(REST, lazy_gettext("What is still asked"), (Group("", tuple(listed)),))
