"""What the cast sends: notices about children who do not exist, at the postcodes of public buildings."""

import random
from datetime import date, datetime, timedelta
from typing import Any, Final

from hub.demonstration.cast import LEEDS

KENT_ADDRESS: Final = {"lines": ["Willow House", "1 Fictitious Lane", "Maidstone"], "postcode": "ME14 1XQ"}
SOCIAL_WORKER: Final = {"name": "P. Specimen", "phone": "01632 960100", "email": "p.specimen@leeds.example"}
IRO: Final = {"name": "I. Invented", "phone": "01632 960101"}
NO_PLAN: Final = {"has": "no"}


def care_plan(mark: str) -> bytes:
    """A one-page PDF, different in each telling."""
    head = f"%PDF-1.4\n% A fictitious care plan, telling {mark}\n"
    return (head + "1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n").encode()


def _child(mark: str, telling_of: str) -> dict[str, Any]:
    """A child who does not exist, and is another one in each telling."""
    chance = random.Random(f"{mark} {telling_of}")  # noqa: S311 - nothing secret hangs on it
    given, family = chance.choice(_GIVEN), "".join(chance.choices("bdfglmnprst", k=3)).capitalize() + "ville"
    return {
        "family_name": f"{family} {chance.choice(_INVENTED)}",
        "given_names": given,
        "born_on": (date(2011, 7, 1) + timedelta(days=chance.randrange(1200))).isoformat(),
        "sex": "not_known",
        "identifiers": {"local_id": f"DEMO-{telling_of}-{mark}"},
    }


_GIVEN: Final = [
    "Rowan",
    "Ash",
    "Wren",
    "Robin",
    "Heather",
    "Reed",
    "Juniper",
    "Sorrel",
    "Linden",
    "Clover",
    "Briar",
    "Fern",
    "Hazel",
    "Jay",
    "Lark",
    "Sage",
]
_INVENTED: Final = ["Fictitious", "Invented", "Imaginary", "Madeup", "Nonesuch", "Pretend", "Specimen", "Example"]


def planned_placement(mark: str, starts: datetime, care_plan_ref: str) -> dict[str, Any]:
    """The whole of a planned, distant placement in a children's home."""
    return {
        "kind": "placement_start",
        "child": _child(mark, "planned"),
        "legal_status": "S20",
        "setting": "childrens_home",
        "address": KENT_ADDRESS,
        "provider": {"urn": "SC900001"},
        "starts_at": starts.isoformat(),
        "needs_assessment": "Invented for the demonstration: needs a small home with a settled staff team.",
        "suitability_reasons": "Invented for the demonstration: the home offers that, and school places are near.",
        "care_plan": {"file": care_plan_ref},
        "social_worker": SOCIAL_WORKER,
        "iro": IRO,
        "ehc_plan": NO_PLAN,
        "out_of_hours": {"name": "Leeds emergency duty team", "phone": "01632 960102"},
    }


def consultation(planned: dict[str, Any]) -> dict[str, Any]:
    """What Kent is asked before the director decides."""
    return {**planned, "kind": "consultation"}


def start_of(planned: dict[str, Any], placement: str) -> dict[str, Any]:
    """The notice of the placement that was consulted on."""
    return {**planned, "placement": placement}


def home_admission(planned: dict[str, Any]) -> dict[str, Any]:
    """The home's own notice of the same arrival (SI 2015/541 reg 41)."""
    shared = ("child", "legal_status", "address", "starts_at", "iro", "ehc_plan")
    return {name: planned[name] for name in shared} | _from_the_home()


def untold_child(mark: str) -> dict[str, Any]:
    """The child of whom the council has told nobody, as somebody who knows them describes them."""
    return _child(mark, "untold")


def unknown_admission(mark: str, arrived: datetime) -> dict[str, Any]:
    """The home's notice of a child of whom the council has told nobody."""
    return {
        "child": untold_child(mark),
        "legal_status": "S20",
        "address": KENT_ADDRESS,
        "starts_at": arrived.isoformat(),
        "emergency": {"reason": "Invented for the demonstration: the earlier placement ended that night."},
        "iro": {"none_reason": "Not known to the home yet."},
        "ehc_plan": {"has": "not_known", "reason": "Not known to the home yet."},
    } | _from_the_home()


def _from_the_home() -> dict[str, Any]:
    return {
        "kind": "home_admission",
        "setting": "childrens_home",
        "placing_authority": LEEDS,
        "s20_or_s21": True,
        "s31": False,
        "social_worker": SOCIAL_WORKER,
    }


def late_notice(mark: str, started: datetime, host: str) -> dict[str, Any]:
    """The council's own notice of that child, nine days late, naming a host that is not the host."""
    return {
        "kind": "placement_start",
        "child": untold_child(mark),
        "legal_status": "S20",
        "setting": "childrens_home",
        "address": KENT_ADDRESS,
        "area": {"host_authority": host, "reason": "Entered by mistake, for the demonstration."},
        "provider": {"urn": "SC900001"},
        "starts_at": started.isoformat(),
        "emergency": {"reason": "Invented for the demonstration: the earlier placement ended that night."},
        "reason_not_notified_earlier": "Invented for the demonstration: the duty worker left.",
        "needs_assessment": "Invented for the demonstration.",
        "suitability_reasons": "Invented for the demonstration.",
        "care_plan": {"to_follow": True, "reason": "It is being rewritten after the emergency."},
        "social_worker": SOCIAL_WORKER,
        "iro": IRO,
    }


# --- the return home interview ----------------------------------------------------------------------------------------

FRIEND: Final = "Casper Madeup"
"""Whom the child names in the interview. Nobody is called that."""


def interview_wanted(episode: str, *, by: str) -> dict[str, Any]:
    """What Leeds asks for. The price cap is made up."""
    return {
        "episodes": [episode],
        "needs": {"modes": ["in_person"], "times": ["after_school"]},
        "preferences": {"where": "Invented: not at the home.", "who": "Invented: somebody new."},
        "risk": "Invented for the demonstration: no known risk to an adult.",
        "contact": {"name": "P. Specimen", "phone": "01632 960100"},
        "award": "first_acceptable",
        "price_cap_pence": 20_000,
        "purchase_order": "DEMO-4711",
        "by": by,
    }


def interview_report(mark: str) -> dict[str, Any]:
    """What Beacon writes of it: a structured record, and the account."""
    record = {
        "about": {"born_on": untold_child(mark)["born_on"]},
        "interview": {
            "interviewer": "Y. Lane",
            "role_of_interviewer": "Interviewer",
            "independence": "other_organisation",
            "place": "public_place",
            "present": ["nobody"],
        },
        "reasons": {"push": ["isolation"], "pull": ["friends"], "words": f"Invented: wanted to see {FRIEND}."},
        "during": {"where": ["another_town"], "company": ["friend"], "travel": ["train"]},
        "after": {"returned": "police", "afraid": False},
        "harms": [{"kind": "threats", "when": "during", "words": "Invented: a man at the station shouted."}],
        "risks": [{"kind": "cce", "level": "medium", "words": "Invented: was asked to carry a bag."}],
        "child": {"words": "Invented: I only wanted to see my friend.", "told_who_sees_it": True},
        "wishes": {
            "words": "Invented: to see him at weekends.",
            "host_authority": "not_asked",
            "police_force": "agrees",
        },
        "recommendations": [{"to": "placing_authority", "text": "Invented: arrange that the two can meet."}],
        "people": [{"name": FRIEND, "role": "friend"}],
        "intelligence": {
            "for_police": True,
            "kinds": ["exploitation"],
            "words": f"Invented: a man at the station offers bags to carry; he asked {FRIEND} too.",
        },
    }
    return {
        "record": record,
        "narrative": f"Invented for the demonstration: the child spoke of {FRIEND} and the train.",
    }


def extract_for_police(force: str, *, by: str) -> dict[str, Any]:
    """Why a force (the reference of its organisation) is given the intelligence, and nothing else."""
    return {
        "recipient": force,
        "view": "intelligence",
        "necessity": ["protect_others", "investigate_crime"],
        "proportionality": "Invented: no less says whom to look for, and more is not needed for it.",
        "wishes": "agrees",
        "by": by,
    }
