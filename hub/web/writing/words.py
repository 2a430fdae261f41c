"""The codes of notices as people say them: kinds, states, reasons, countries, audiences, relations, files."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext

Words = Mapping[str, str]

KINDS: Final[Words] = {
    "consultation": lazy_gettext("Consultation on a distant placement"),
    "placement_start": lazy_gettext("Placement"),
    "placement_change": lazy_gettext("Change to a placement"),
    "placement_move": lazy_gettext("Move to another placement"),
    "placement_end": lazy_gettext("End of a placement"),
    "home_admission": lazy_gettext("Admission to a children’s home"),
    "home_discharge": lazy_gettext("Discharge from a children’s home"),
    "supported_admission": lazy_gettext("Admission to supported accommodation"),
    "supported_discharge": lazy_gettext("Discharge from supported accommodation"),
    "fostering_arrival": lazy_gettext("Arrival at a foster carer"),
    "fostering_leaving": lazy_gettext("Leaving a foster carer"),
}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "registered": (lazy_gettext("Registered"), "green"),
    "superseded": (lazy_gettext("Corrected since"), "grey"),
    "withdrawn": (lazy_gettext("Withdrawn"), "red"),
    "draft": (lazy_gettext("Draft"), "blue"),
}
"""State → words, and the colour that stands beside them."""
DUTY_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "met": (lazy_gettext("Met"), "green"),
    "met_late": (lazy_gettext("Met late"), "orange"),
    "registered_not_reached": (lazy_gettext("Sent, not yet reached"), "yellow"),
    "open": (lazy_gettext("Still owed"), "blue"),
    "overdue": (lazy_gettext("Overdue"), "red"),
    "excused": (lazy_gettext("Excused"), "grey"),
    "void": (lazy_gettext("Does not apply any more"), "grey"),
}
END_REASONS: Final[Words] = {
    "planned_move": lazy_gettext("A planned move"),
    "returned_home": lazy_gettext("The child went home"),
    "adopted": lazy_gettext("The child was adopted"),
    "turned_18": lazy_gettext("The child turned 18"),
    "responsibility_transferred": lazy_gettext("Another council took responsibility"),
    "order_ended": lazy_gettext("The order ended"),
    "breakdown": lazy_gettext("The placement broke down"),
    "immediate_risk": lazy_gettext("There was an immediate risk"),
    "detained": lazy_gettext("The child was detained"),
    "died": lazy_gettext("The child died"),
    "other": lazy_gettext("Another reason"),
}
COUNTRIES: Final[Words] = {
    "Scotland": lazy_gettext("Scotland"),
    "Northern Ireland": lazy_gettext("Northern Ireland"),
    "Channel Islands": lazy_gettext("Channel Islands"),
    "Isle of Man": lazy_gettext("Isle of Man"),
    "outside_uk": lazy_gettext("Outside the United Kingdom"),
}
SEXES: Final[Words] = {
    "female": lazy_gettext("Female"),
    "male": lazy_gettext("Male"),
    "other": lazy_gettext("Other"),
    "not_known": lazy_gettext("Not known"),
}
HAS_PLAN: Final[Words] = {
    "yes": lazy_gettext("Yes"),
    "no": lazy_gettext("No"),
    "not_known": lazy_gettext("Not known"),
}
AUDIENCES: Final[Words] = {
    "host_authority": lazy_gettext("The host authority"),
    "police_force": lazy_gettext("The police force"),
    "placing_authority": lazy_gettext("The placing authority"),
    "provider": lazy_gettext("The home or agency that looks after the child"),
    "health_body": lazy_gettext("A health body that the host tells"),
}
WITHHELD_FROM: Final[Words] = {
    "parent": lazy_gettext("A parent"),
    "contact_person": lazy_gettext("Somebody else with whom the child has contact"),
    "previous_carer": lazy_gettext("A carer from before this placement"),
}
CAPACITIES: Final[Words] = {
    **AUDIENCES,
    "former": lazy_gettext("Told before"),
    "recipient": lazy_gettext("Told"),
    "redirected_from": lazy_gettext("Passed it on: not its area"),
}
RELATIONS: Final[Words] = {
    "in_area": lazy_gettext("In your own area"),
    "adjoining": lazy_gettext("Out of area, in an adjoining council’s"),
    "distant": lazy_gettext("Out of area and distant: that council does not adjoin yours"),
    "outside_england_and_wales": lazy_gettext("Outside England and Wales"),
}
FILE_PARTS: Final[Words] = {
    "care_plan": lazy_gettext("Care plan"),
    "needs_assessment": lazy_gettext("Assessment of needs"),
    "risk_assessment": lazy_gettext("Risk assessment"),
    "trigger_plan": lazy_gettext("Trigger plan"),
    "other": lazy_gettext("Something else"),
}
TO_FOLLOW: Final[Words] = {
    "needs_assessment": lazy_gettext("your assessment of the child’s needs"),
    "suitability_reasons": lazy_gettext("why this placement best meets them"),
    "care_plan": lazy_gettext("the care plan"),
    "date_of_birth": lazy_gettext("the child’s date of birth"),
}
BASES: Final[Words] = {
    "statute": lazy_gettext("Law"),
    "statutory_guidance": lazy_gettext("Statutory guidance"),
    "recommendation": lazy_gettext("Recommendation"),
    "policy": lazy_gettext("Policy of this hub"),
}
STANDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "reached": (lazy_gettext("Reached"), "green"),
    "sent": (lazy_gettext("On its way"), "yellow"),
    "reached_nobody": (lazy_gettext("Cannot be reached: ring that desk"), "red"),
}
"""How a recipient stands: reached, told by e-mail that is on its way, or nobody is there."""
