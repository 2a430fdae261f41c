"""What does the report of an interview say? Its parts, the codes they are written in, and the lines that views are made of.

The record is the union of the forms in use: why the child went and what drew it, what happened before, during
and after, harm and risk, the child's own words and wishes, what helped, what was done and what should be. All of it is sealed.
Free text stands only under the keys in ``TEXTS``, so that names can be covered wherever somebody may have typed one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

PLACES_OF_INTERVIEW: Final = (
    *("where_child_lives", "school", "youth_centre", "public_place", "car", "office", "video", "phone", "other"),
)
PRESENT: Final = ("nobody", "carer", "parent", "social_worker", "advocate", "friend", "interpreter", "other")
INDEPENDENCE: Final = ("other_organisation", "not_involved_in_care", "independent_person", "not_independent")
LATE: Final = (
    *(
        "child_not_ready",
        "child_asked_for_later",
        "carer_asked_for_later",
        "child_missing_again",
        "could_not_reach_child",
    ),
    *("commissioned_late", "interviewer_unavailable", "other"),
)
"""Why it was later than 72 hours after a return: the codes with which it is recorded as held (``interviews.holding``)."""
PUSH: Final = (
    *("family_conflict", "domestic_abuse", "abuse_or_neglect", "substance_at_home", "school", "bullying", "isolation"),
    *("unhappy_in_placement", "placement_breaking_down", "communication", "boundaries", "boredom", "other"),
)
PULL: Final = (
    *("family", "friends", "partner", "peers", "parties", "drugs_or_alcohol", "exploitation", "contact_online"),
    *("home_area", "work_or_money", "other"),
)
HARMS: Final = (
    *("physical_assault", "sexual_assault", "sexual_exploitation", "criminal_exploitation", "threats", "robbery"),
    *("self_harm", "substance_use", "accident_or_illness", "emotional_harm", "harm_online", "other"),
)
RISKS: Final = (
    *("cse", "cce", "gangs", "trafficking", "substance_misuse", "suicide_self_harm", "mental_health", "violence"),
    *("sexual_assault", "forced_marriage_fgm_hba", "radicalisation", "missing_with_others", "other"),
)
LEVELS: Final = ("low", "medium", "high", "not_known")
WHEN: Final = ("before", "during", "after")
WHERE: Final = (
    *("family_home", "home_of_friend", "home_of_partner", "home_of_adult", "street", "park", "shops", "station"),
    *("hotel", "cafe_or_takeaway", "licensed_premises", "school", "empty_building", "vehicle", "another_town"),
    *("not_said", "other"),
)
COMPANY: Final = (
    *("alone", "family", "friend", "partner", "older_young_person", "adult_known", "adult_unknown"),
    *("other_children_in_care", "group_or_gang", "not_said", "other"),
)
TRAVEL: Final = (
    *("on_foot", "bus", "train", "taxi", "lift_from_known", "lift_from_unknown", "own_vehicle", "not_said", "other"),
)
MEANS: Final = (
    *("own_money", "given_money", "given_gifts", "given_phone", "own_phone", "no_phone", "stole", "not_said", "other"),
)
CRIME: Final = ("victim", "witness", "suspected", "made_to", "none_said")
RETURNED: Final = (
    *("by_themselves", "police", "family", "friend", "carer_or_staff", "social_worker", "taxi_or_lift", "other"),
)
HELPED: Final = (
    *("trusted_adult", "family_contact", "friends", "staff_response", "activity", "school", "being_listened_to"),
    *("change_of_plan", "nothing_said", "other"),
)
PROTECTIVE: Final = (
    *("trusted_adult", "family", "friends", "school_or_work", "activity", "faith_or_community", "settled_home"),
    *("accepts_help", "insight", "keeps_phone_contact", "none_said", "other"),
)
TOLD: Final = ("helplines", "how_to_stay_safe", "whom_to_ring", "rights_and_advocacy", "online_safety", "other")
ACTIONS: Final = (
    *("made_safe_now", "police_told", "medical_help", "safety_plan", "carers_told", "social_worker_told"),
    *("advocate_offered", "strategy_discussion_asked", "care_plan_review_asked", "other"),
)
REFERRALS: Final = (
    *("childrens_social_care", "police", "national_referral_mechanism", "mental_health", "health"),
    *("sexual_assault_centre", "substance_service", "advocacy", "education", "other"),
)
INTELLIGENCE: Final = (
    *("person", "address", "vehicle", "phone_or_account", "venue", "exploitation", "weapons", "drugs"),
    *("planned_harm", "other"),
)
PEOPLE: Final = (
    *("parent", "sibling", "relative", "friend", "partner", "peer", "child_in_care", "carer", "neighbour"),
    *("adult_of_concern", "stranger", "professional", "other_person"),
)
"""What a third party is to the child: the words that stand for its name."""
ADDRESSEES: Final = ("placing_authority", "host_authority")
"""To whom a recommendation may be put."""
SHARED_WITH: Final = ("host_authority", "police_force")
"""About whom the child is asked whether they mind."""

TEXTS: Final = frozenset(
    {"words", "text", "what", "to_whom", "interviewer", "role_of_interviewer", "language", "places", "narrative"}
)
"""Keys under which free text stands. Anything else is a code, a fact, an instant, or a name of somebody in ``people``."""
NAMES: Final = ("name", "also_called")
"""Keys of ``people`` under which third parties are named."""

_INTERVIEW: Final = (
    *("held_at", "held_until", "mode", "in_time", "late_because", "words", "independence", "place"),
    *("interpreter", "language", "present", "interviewer", "role_of_interviewer"),
)
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "interview": _INTERVIEW,
    "reasons": ("push", "pull", "words"),
    "before": ("words",),
    "during": ("where", "places", "company", "travel", "means", "crime", "words"),
    "after": ("returned", "afraid", "words"),
    "child": ("words", "told_who_sees_it"),
    "wishes": ("words", *SHARED_WITH),
    "helped": ("what_helped", "words"),
    "protective": ("factors", "words"),
    "safety": ("told", "words"),
    "intelligence": ("for_police", "kinds", "words"),
}
_LISTS: Final = ("harms", "risks", "actions", "referrals")
"""Lists of things that each have a ``kind``: a view may show the kinds alone, or all that was said."""

FIELDS: Final = (
    *(f"{part}.{line}" for part, lines in _PARTS.items() for line in lines),
    *("no_harm", "no_risk"),
    *(f"{part}.{line}" for part in _LISTS for line in ("kinds", "said")),
    *(f"recommendations.{whom}" for whom in ADDRESSEES),
    *("people", "narrative"),
)
"""Every line of a report that a view can show; the policy names them one by one."""


def lines_of(record: Mapping[str, Any], narrative: str | None = None) -> dict[str, Any]:
    """The report line by line: a code of ``FIELDS`` → what it says, of all that says anything."""
    found = {f"{part}.{line}": record.get(part, {}).get(line) for part, lines in _PARTS.items() for line in lines}
    found |= {name: record.get(name) for name in ("no_harm", "no_risk", "people")} | {"narrative": narrative}
    for part in _LISTS:
        said = record.get(part) or []
        found |= {f"{part}.kinds": _kinds(said), f"{part}.said": said}
    for whom in ADDRESSEES:
        put = [each for each in record.get("recommendations") or [] if each.get("to") == whom]
        found[f"recommendations.{whom}"] = [{"text": each["text"]} for each in put if each.get("text")]
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _kinds(said: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(each["kind"] for each in said if each.get("kind")))
