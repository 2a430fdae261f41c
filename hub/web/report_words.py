"""What the codes in a report of an interview (``reports.record``) are called on pages."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

Words = Mapping[str, Any]

PLACE_WORDS: Final[Words] = {
    "where_child_lives": lazy_gettext("Where the child lives"),
    "school": lazy_gettext("School"),
    "youth_centre": lazy_gettext("Youth centre"),
    "public_place": lazy_gettext("A public place, such as a café"),
    "car": lazy_gettext("In a car"),
    "office": lazy_gettext("An office"),
    "video": lazy_gettext("By video"),
    "phone": lazy_gettext("By telephone"),
    "other": lazy_gettext("Elsewhere"),
}
PRESENT_WORDS: Final[Words] = {
    "nobody": lazy_gettext("Nobody"),
    "carer": lazy_gettext("Carer or staff of the home"),
    "parent": lazy_gettext("Parent"),
    "social_worker": lazy_gettext("Social worker"),
    "advocate": lazy_gettext("Advocate"),
    "friend": lazy_gettext("Friend"),
    "interpreter": lazy_gettext("Interpreter"),
    "other": lazy_gettext("Somebody else"),
}
INDEPENDENCE_WORDS: Final[Words] = {
    "other_organisation": lazy_gettext("Works for another organisation than those that care for the child"),
    "not_involved_in_care": lazy_gettext("Works for the council, and has no part in the child’s care"),
    "independent_person": lazy_gettext("An independent person"),
    "not_independent": lazy_gettext("Is not independent of the child’s care"),
}
LATE_WORDS: Final[Words] = {
    "child_not_ready": lazy_gettext("The child was not ready before"),
    "child_asked_for_later": lazy_gettext("The child asked for a later time"),
    "carer_asked_for_later": lazy_gettext("A parent or carer asked for a later time"),
    "child_missing_again": lazy_gettext("The child was missing again"),
    "could_not_reach_child": lazy_gettext("The child could not be reached"),
    "commissioned_late": lazy_gettext("It was commissioned late"),
    "interviewer_unavailable": lazy_gettext("The interviewer could not come before"),
    "other": lazy_gettext("Another reason"),
}
"""Why an interview was held after the 72nd hour."""
PUSH_WORDS: Final[Words] = {
    "family_conflict": lazy_gettext("Conflict in the family"),
    "domestic_abuse": lazy_gettext("Domestic abuse"),
    "abuse_or_neglect": lazy_gettext("Abuse or neglect"),
    "substance_at_home": lazy_gettext("Drugs or alcohol at home"),
    "school": lazy_gettext("School"),
    "bullying": lazy_gettext("Bullying"),
    "isolation": lazy_gettext("Loneliness"),
    "unhappy_in_placement": lazy_gettext("Unhappy where they live"),
    "placement_breaking_down": lazy_gettext("The placement is breaking down"),
    "communication": lazy_gettext("Nobody listened or explained"),
    "boundaries": lazy_gettext("Rules and limits"),
    "boredom": lazy_gettext("Boredom"),
    "other": lazy_gettext("Something else"),
}
PULL_WORDS: Final[Words] = {
    "family": lazy_gettext("Family"),
    "friends": lazy_gettext("Friends"),
    "partner": lazy_gettext("Boyfriend or girlfriend"),
    "peers": lazy_gettext("Others of their age"),
    "parties": lazy_gettext("Parties"),
    "drugs_or_alcohol": lazy_gettext("Drugs or alcohol"),
    "exploitation": lazy_gettext("Somebody who exploits them"),
    "contact_online": lazy_gettext("Somebody they met online"),
    "home_area": lazy_gettext("The place they come from"),
    "work_or_money": lazy_gettext("Work or money"),
    "other": lazy_gettext("Something else"),
}
WHERE_WORDS: Final[Words] = {
    "family_home": lazy_gettext("With family"),
    "home_of_friend": lazy_gettext("At a friend’s"),
    "home_of_partner": lazy_gettext("At a boyfriend’s or girlfriend’s"),
    "home_of_adult": lazy_gettext("At the home of another adult"),
    "street": lazy_gettext("In the street"),
    "park": lazy_gettext("In a park"),
    "shops": lazy_gettext("At the shops"),
    "station": lazy_gettext("At a station"),
    "hotel": lazy_gettext("In a hotel"),
    "cafe_or_takeaway": lazy_gettext("In a café or takeaway"),
    "licensed_premises": lazy_gettext("In a pub or club"),
    "school": lazy_gettext("At school"),
    "empty_building": lazy_gettext("In an empty building"),
    "vehicle": lazy_gettext("In a vehicle"),
    "another_town": lazy_gettext("In another town"),
    "not_said": lazy_gettext("Did not say"),
    "other": lazy_gettext("Elsewhere"),
}
COMPANY_WORDS: Final[Words] = {
    "alone": lazy_gettext("Alone"),
    "family": lazy_gettext("Family"),
    "friend": lazy_gettext("A friend"),
    "partner": lazy_gettext("Boyfriend or girlfriend"),
    "older_young_person": lazy_gettext("An older young person"),
    "adult_known": lazy_gettext("An adult whom they know"),
    "adult_unknown": lazy_gettext("An adult whom they did not know"),
    "other_children_in_care": lazy_gettext("Other children in care"),
    "group_or_gang": lazy_gettext("A group or gang"),
    "not_said": lazy_gettext("Did not say"),
    "other": lazy_gettext("Somebody else"),
}
TRAVEL_WORDS: Final[Words] = {
    "on_foot": lazy_gettext("On foot"),
    "bus": lazy_gettext("By bus"),
    "train": lazy_gettext("By train"),
    "taxi": lazy_gettext("By taxi"),
    "lift_from_known": lazy_gettext("A lift from somebody they know"),
    "lift_from_unknown": lazy_gettext("A lift from a stranger"),
    "own_vehicle": lazy_gettext("A vehicle of their own"),
    "not_said": lazy_gettext("Did not say"),
    "other": lazy_gettext("Another way"),
}
MEANS_WORDS: Final[Words] = {
    "own_money": lazy_gettext("Own money"),
    "given_money": lazy_gettext("Was given money"),
    "given_gifts": lazy_gettext("Was given gifts"),
    "given_phone": lazy_gettext("Was given a phone"),
    "own_phone": lazy_gettext("Own phone"),
    "no_phone": lazy_gettext("No phone"),
    "stole": lazy_gettext("Stole"),
    "not_said": lazy_gettext("Did not say"),
    "other": lazy_gettext("Another way"),
}
CRIME_WORDS: Final[Words] = {
    "victim": lazy_gettext("Was a victim"),
    "witness": lazy_gettext("Saw a crime"),
    "suspected": lazy_gettext("Is suspected of one"),
    "made_to": lazy_gettext("Was made to commit one"),
    "none_said": lazy_gettext("Told of none"),
}
RETURNED_WORDS: Final[Words] = {
    "by_themselves": lazy_gettext("By themselves"),
    "police": lazy_gettext("With the police"),
    "family": lazy_gettext("With family"),
    "friend": lazy_gettext("With a friend"),
    "carer_or_staff": lazy_gettext("With a carer or staff"),
    "social_worker": lazy_gettext("With the social worker"),
    "taxi_or_lift": lazy_gettext("By taxi or a lift"),
    "other": lazy_gettext("Another way"),
}
HARM_WORDS: Final[Words] = {
    "physical_assault": lazy_gettext("Physical assault"),
    "sexual_assault": lazy_gettext("Sexual assault"),
    "sexual_exploitation": lazy_gettext("Sexual exploitation"),
    "criminal_exploitation": lazy_gettext("Criminal exploitation"),
    "threats": lazy_gettext("Threats"),
    "robbery": lazy_gettext("Robbery"),
    "self_harm": lazy_gettext("Self-harm"),
    "substance_use": lazy_gettext("Drugs or alcohol"),
    "accident_or_illness": lazy_gettext("Accident or illness"),
    "emotional_harm": lazy_gettext("Emotional harm"),
    "harm_online": lazy_gettext("Harm online"),
    "other": lazy_gettext("Another harm"),
}
WHEN_WORDS: Final[Words] = {
    "before": lazy_gettext("Before"),
    "during": lazy_gettext("While missing"),
    "after": lazy_gettext("After"),
}
RISK_WORDS: Final[Words] = {
    "cse": lazy_gettext("Sexual exploitation"),
    "cce": lazy_gettext("Criminal exploitation"),
    "gangs": lazy_gettext("Gangs"),
    "trafficking": lazy_gettext("Trafficking"),
    "substance_misuse": lazy_gettext("Drugs or alcohol"),
    "suicide_self_harm": lazy_gettext("Suicide or self-harm"),
    "mental_health": lazy_gettext("Mental health"),
    "violence": lazy_gettext("Violence"),
    "sexual_assault": lazy_gettext("Sexual assault"),
    "forced_marriage_fgm_hba": lazy_gettext("Forced marriage, FGM or abuse in the name of honour"),
    "radicalisation": lazy_gettext("Radicalisation"),
    "missing_with_others": lazy_gettext("Going missing with others"),
    "other": lazy_gettext("Another risk"),
}
LEVEL_WORDS: Final[Words] = {
    "low": lazy_gettext("Low"),
    "medium": lazy_gettext("Medium"),
    "high": lazy_gettext("High"),
    "not_known": lazy_gettext("Not known"),
}
WISH_WORDS: Final[Words] = {
    "agrees": lazy_gettext("Does not mind"),
    "objects": lazy_gettext("Does not want it"),
    "agrees_in_part": lazy_gettext("Minds some of it"),
    "not_asked": lazy_gettext("Was not asked"),
    "could_not_say": lazy_gettext("Could not say"),
}
HELPED_WORDS: Final[Words] = {
    "trusted_adult": lazy_gettext("An adult whom they trust"),
    "family_contact": lazy_gettext("Contact with family"),
    "friends": lazy_gettext("Friends"),
    "staff_response": lazy_gettext("How carers or staff responded"),
    "activity": lazy_gettext("Something to do"),
    "school": lazy_gettext("School"),
    "being_listened_to": lazy_gettext("Being listened to"),
    "change_of_plan": lazy_gettext("A change of plan"),
    "nothing_said": lazy_gettext("Named nothing"),
    "other": lazy_gettext("Something else"),
}
PROTECTIVE_WORDS: Final[Words] = {
    "trusted_adult": lazy_gettext("An adult whom they trust"),
    "family": lazy_gettext("Family"),
    "friends": lazy_gettext("Friends"),
    "school_or_work": lazy_gettext("School or work"),
    "activity": lazy_gettext("An activity"),
    "faith_or_community": lazy_gettext("Faith or community"),
    "settled_home": lazy_gettext("A settled home"),
    "accepts_help": lazy_gettext("Accepts help"),
    "insight": lazy_gettext("Sees the risk themselves"),
    "keeps_phone_contact": lazy_gettext("Stays in touch by phone"),
    "none_said": lazy_gettext("None was named"),
    "other": lazy_gettext("Something else"),
}
TOLD_WORDS: Final[Words] = {
    "helplines": lazy_gettext("Helplines"),
    "how_to_stay_safe": lazy_gettext("How to stay safe"),
    "whom_to_ring": lazy_gettext("Whom to ring"),
    "rights_and_advocacy": lazy_gettext("Rights, and advocates"),
    "online_safety": lazy_gettext("Safety online"),
    "other": lazy_gettext("Something else"),
}
ACTION_WORDS: Final[Words] = {
    "made_safe_now": lazy_gettext("Made the child safe"),
    "police_told": lazy_gettext("Told the police"),
    "medical_help": lazy_gettext("Got medical help"),
    "safety_plan": lazy_gettext("Made a safety plan with the child"),
    "carers_told": lazy_gettext("Told the carers"),
    "social_worker_told": lazy_gettext("Told the social worker"),
    "advocate_offered": lazy_gettext("Offered an advocate"),
    "strategy_discussion_asked": lazy_gettext("Asked for a strategy discussion"),
    "care_plan_review_asked": lazy_gettext("Asked for a review of the care plan"),
    "other": lazy_gettext("Something else"),
}
REFERRAL_WORDS: Final[Words] = {
    "childrens_social_care": lazy_gettext("Children’s social care"),
    "police": lazy_gettext("Police"),
    "national_referral_mechanism": lazy_gettext("National Referral Mechanism"),
    "mental_health": lazy_gettext("Mental health service"),
    "health": lazy_gettext("Health service"),
    "sexual_assault_centre": lazy_gettext("Sexual assault referral centre"),
    "substance_service": lazy_gettext("Drug and alcohol service"),
    "advocacy": lazy_gettext("Advocacy"),
    "education": lazy_gettext("Education"),
    "other": lazy_gettext("Another"),
}
INTELLIGENCE_WORDS: Final[Words] = {
    "person": lazy_gettext("A person"),
    "address": lazy_gettext("An address"),
    "vehicle": lazy_gettext("A vehicle"),
    "phone_or_account": lazy_gettext("A phone or an account"),
    "venue": lazy_gettext("A venue"),
    "exploitation": lazy_gettext("Exploitation"),
    "weapons": lazy_gettext("Weapons"),
    "drugs": lazy_gettext("Drugs"),
    "planned_harm": lazy_gettext("Harm that is planned"),
    "other": lazy_gettext("Something else"),
}
PERSON_WORDS: Final[Words] = {
    "parent": lazy_gettext("Parent"),
    "sibling": lazy_gettext("Brother or sister"),
    "relative": lazy_gettext("Other relative"),
    "friend": lazy_gettext("Friend"),
    "partner": lazy_gettext("Boyfriend or girlfriend"),
    "peer": lazy_gettext("Somebody of their age"),
    "child_in_care": lazy_gettext("Another child in care"),
    "carer": lazy_gettext("Carer or staff"),
    "neighbour": lazy_gettext("Neighbour"),
    "adult_of_concern": lazy_gettext("Adult of concern"),
    "stranger": lazy_gettext("Stranger"),
    "professional": lazy_gettext("Professional"),
    "other_person": lazy_gettext("Somebody else"),
}
ADDRESSEE_WORDS: Final[Words] = {
    "placing_authority": lazy_gettext("The council that placed the child"),
    "host_authority": lazy_gettext("The council where the child lives"),
}
CORRECTION_WORDS: Final[Words] = {
    "mistake": lazy_gettext("There is a mistake in it"),
    "something_left_out": lazy_gettext("Something was left out"),
    "child_asked": lazy_gettext("The child asked for it"),
    "asked_by_placing_authority": lazy_gettext("The council asked for it"),
    "other": lazy_gettext("Another reason"),
}
OUTCOME_WORDS: Final[Words] = {
    "strategy_discussion": lazy_gettext("A strategy discussion was held"),
    "enquiry": lazy_gettext("An enquiry was begun"),
    "assessment": lazy_gettext("An assessment was begun"),
    "support_given": lazy_gettext("Support was given"),
    "already_known": lazy_gettext("It was known already"),
    "passed_on": lazy_gettext("It was passed on"),
    "no_further_action": lazy_gettext("Nothing more is done"),
    "not_received": lazy_gettext("It was not received"),
    "open": lazy_gettext("To be answered anew"),
}
"""What became of a referral."""
