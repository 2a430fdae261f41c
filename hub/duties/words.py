"""The closed vocabularies of the law table and of the facts: anything else is refused by name."""

from typing import Final

EVENTS: Final = (
    "placement_start",
    "placement_change",
    "placement_end",
    "return",
    "missing",
    "admission",
    "discharge",
)

# Who opens an obligation of a row: the calculator on facts, the hub's own workflow, or nobody where the hub is not told of what
# sets it off; then the row is there for the reader.
OPENED_BY: Final = ("calculator", "workflow", "nobody")

# What starts the clock of a row that is not the calculator's, which never answers these.
TRIGGERS: Final = (
    "consultation_received",
    "notice_received",
    "one_sided_notice",
    "parts_to_follow",
    "schedule_7_event",
    "exploitation_suspected",
    "interview_request_sent",
    "interview_not_accepted",
    "interview_carried_out",
    "report_received",
    "repeat_missing_threshold",
    "second_missing_episode",
    "register_check",
    "temporary_move",
    "eighteenth_birthday",
    "transfer_referral",
)

SETTINGS: Final = (
    "foster_ifa",
    "foster_own",
    "foster_other_la",
    "connected_person",
    "childrens_home",
    "secure_home",
    "supported_accommodation",
    "residential_school",
    "parent",
    "adoption",
    "health",
    "youth_detention",
    "independent",
    "other",
)

LEGAL_STATUSES: Final = (
    "S20",
    "S20SB",
    "S21",
    "S31C",
    "S31S",
    "S38",
    "S43",
    "S44",
    "S46",
    "ACA21",
    "RLAA",
    "YDA",
    "PACE",
    "YRO",
    "S25",
    "23B8B",
    "WS76",
    "NONE",
)

MARKERS: Final = (
    "cse",
    "cce",
    "gangs",
    "trafficking",
    "missing_history",
    "victim_of_crime",
    "perpetrator",
    "substance_misuse",
    "suicide_self_harm",
    "mental_health",
    "uasc",
    "other",
)

CATEGORIES: Final = ("missing", "away")
RELATIONS: Final = ("in_area", "adjoining", "distant", "outside_england_and_wales")
JURISDICTIONS: Final = ("England", "Wales", "England and Wales")

BASES: Final = ("statute", "statutory_guidance", "recommendation", "policy")
CONFIDENCES: Final = ("verified", "from memory", "inference", "unverified")
UNVERIFIED: Final = "unverified"

# Units that carry their own number, and words of the law that give none: policy/tolerance.toml gives those a number.
COUNTED_UNITS: Final = ("working_days", "hours", "calendar_days")
NUMBERLESS_UNITS: Final = ("without_delay", "promptly", "as_soon_as_possible", "policy")
UNITS: Final = ("before", *COUNTED_UNITS, *NUMBERLESS_UNITS)
COUNT_FROM: Final = ("event", "approval", "trigger")

OWERS: Final = (
    "placing_authority",
    "host_authority",
    "entry_authority",
    "registered_person",
    "supported_accommodation_provider",
    "fostering_agency",
    "police_force",
    "rhi_provider",
    "interview_broker",
    "nhs_or_education_body",
    "care_home_or_hospital",
    "hub",
)
OWED_TO: Final = (
    *OWERS,
    "approval_record",
    "placement_panel",
    "health_bodies",
    "general_practitioners",
    "education_provider",
    "iro",
    "child_and_family",
    "carer",
    "notified_at_start",
    "host_health_and_education",
    "host_register",
    "responsible_authority",
    "receiving_authority",
    "care_plan_review",
    "repeat_missing_meeting",
    "child",
)

# Whom a rung of a ladder reaches, and how high up they are: a ladder stops at the height that its basis allows.
ROLE_HEIGHT: Final = {
    "operator": 1,
    "social_worker": 1,
    "duty_desk": 1,
    "missing_coordinator": 1,
    "provider_coordinator": 1,
    "out_of_hours": 1,
    "team_manager": 2,
    "desk_manager": 2,
    "privacy_lead": 2,
    "iro_manager": 2,
    "virtual_school_head": 2,
    "registered_manager": 2,
    "service_manager": 3,
    "head_of_service": 4,
    "nominated_officer": 4,
    "responsible_individual": 4,
    "dcs": 5,
    "chief_executive": 5,
}
ROLES: Final = tuple(ROLE_HEIGHT)
CEILINGS: Final = {
    "recommendation": "service_manager",
    "policy": "head_of_service",
    "statutory_guidance": "head_of_service",
    "statute": "dcs",
}

# The conditions a row may name under ``when``; ``applies`` holds one function for each.
CONDITIONS: Final = (
    "under_18",
    "planned",
    "emergency",
    "looked_after",
    "not_looked_after",
    "not_adoption",
    "care_planning_runs",
    "out_of_area",
    "within_england_and_wales",
    "adjoining",
    "distant",
    "gated",
    "no_short_break",
    "childrens_home",
    "supported_accommodation_16_17",
    "fostering_agency",
    "host_is_not_placing",
    "health_or_school",
    "health",
    "away_three_months",
    "youth_detention",
    "criteria_named",
    "reported_missing",
    "was_missing",
)
