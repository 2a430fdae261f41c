"""Two people wrote the same notice of a home at once: what stands now beside what was typed, question by question."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext

from hub.core.clock import utc_now
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.web import forms
from hub.web.forms import Typed
from hub.web.home import answers
from hub.web.home.answers import Form
from hub.web.home.said import END_WORDS
from hub.web.home.sheets import Sheet
from hub.web.stale import Difference, Spoken, differing

_LABELS: Mapping[str, str] = {
    "child.given_names": lazy_gettext("Child’s given names"),
    "child.family_name": lazy_gettext("Child’s family name"),
    "child.born_on": lazy_gettext("Date of birth"),
    answers.COUNCIL: lazy_gettext("Council that placed the child"),
    "carer.name": lazy_gettext("Carer’s name"),
    "carer.phone": lazy_gettext("Carer’s telephone"),
    "address.lines": lazy_gettext("Carer’s address"),
    "address.postcode": lazy_gettext("Carer’s postcode"),
    answers.ORDER: lazy_gettext("How the child is looked after"),
    "legal_note": lazy_gettext("Which other order or agreement"),
    answers.IRO: lazy_gettext("The independent reviewing officer (IRO)"),
    "iro.name": lazy_gettext("Name of the IRO"),
    "iro.phone": lazy_gettext("Telephone of the IRO"),
    "ehc_plan.has": lazy_gettext("EHC plan"),
    answers.PLAN_COUNCIL: lazy_gettext("Council that keeps the plan"),
    "social_worker.name": lazy_gettext("Social worker’s name"),
    "social_worker.phone": lazy_gettext("Social worker’s telephone"),
    "emergency.reason": lazy_gettext("What happened, if it was an emergency"),
    "placing_body.name": lazy_gettext("Who else placed the child"),
    "placing_body.phone": lazy_gettext("Their telephone"),
    "end_reason": lazy_gettext("Why the child left"),
    "end_note": lazy_gettext("Where to"),
}
_SPOKEN: Spoken = {
    answers.ORDER: {
        "S20": lazy_gettext("Section 20: by agreement"),
        "S31C": lazy_gettext("Care order (section 31)"),
        "S38": lazy_gettext("Interim care order (section 38)"),
        "S21": lazy_gettext("Section 21: police protection, remand or hospital"),
        "23B8B": lazy_gettext("A care leaver"),
        "other": lazy_gettext("Something else"),
    },
    answers.IRO: {
        "not_told": lazy_gettext("The council has not told us yet"),
        "known": lazy_gettext("We know"),
        "none": lazy_gettext("There is none"),
    },
    "ehc_plan.has": {
        "yes": lazy_gettext("Yes"),
        "no": lazy_gettext("No"),
        "not_known": lazy_gettext("The council has not told us yet"),
    },
    "end_reason": END_WORDS,
}


def differences(sheet: Sheet, stands: Typed, form: Form) -> list[Difference]:
    """The questions of *sheet* that *stands*, a draft as its form shows it, and what was typed answer differently."""
    whole, _ = answers.spread(form, sheet.stem, areas=resource(Areas), now=utc_now())
    own = {
        name: form[name] for name in (answers.ORDER, answers.IRO, answers.COUNCIL, answers.PLAN_COUNCIL) if name in form
    }
    labels = {sheet.stem: str(sheet.deed.when or gettext("When")), **_LABELS}
    return differing(labels, stands, {**forms.typed_in(sheet.names, whole), **own}, _SPOKEN)
