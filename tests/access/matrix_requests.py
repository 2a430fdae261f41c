"""One table: how each route of the API is asked about a record.

A request is such that whoever may make it is answered with success. Where the record's state, and not the policy, can be in
the way, ``also`` names that answer and the line says why.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from tests.access.matrix_ask import Ask
from tests.access.matrix_world import ARRIVALS, SELLS, UPLOADED, Record, Somebody
from tests.registry.papers import MEDWAY
from tests.registry.sample_files import pdf


def _again(_who: Somebody, record: Record | None) -> Mapping[str, Any]:
    """What was sent before."""
    return record.paper if record else {}


def _look_up(who: Somebody, _record: Record | None) -> Mapping[str, Any]:
    """Somebody who is not there, in an incident of the asker's own."""
    incident = {"kent_police": "18-1234-26", "west_yorkshire_police": "13261234567"}.get(who.member, "EDT 2026/1")
    known = {"family_name": "Nobody", "given_names": "Ash", "born_on": "2010-02-03"}
    return {"purpose": "missing_report", "incident_reference": incident, **known}


def _arrival(who: Somebody, _record: Record | None) -> Mapping[str, Any]:
    """The kind of notice that such an organisation sends."""
    return {"kind": ARRIVALS.get(who.member, "placement_start")}


def _spreadsheet(who: Somebody, _record: Record | None) -> Mapping[str, Any]:
    """One row, of the kind that such an organisation uploads."""
    return {"sheet": UPLOADED.get(who.member, "planned_start"), "rows": [{"legal_note": "Invented."}]}


def _gives_back(who: Somebody, _record: Record | None) -> Mapping[str, Any]:
    """Each end by a reason of its own."""
    return BY | {"reason": "taken_back" if who.member == "leeds" else "no_capacity"}


BY = {"by": "T. Field, duty manager"}
WHY = {"reason": "Invented: it was entered in error."}
ALL: Final = {"limit": "200"}
OF_IT: Final = {"organisation": "{ref}", "limit": "200"}
DONE = {"method": "letter", "done_at": "2026-11-17T09:00:00Z", "by": "P. Rao, social worker"}
EXCUSE = {"reason": "not_reasonably_practicable", "note": "Reasons.", "authorised_by": "T. Field, team manager"}
MAILBOX = {"role": "duty_desk", "channel": "email", "address": "another@mail.example", "purpose": "New"}
RUNGS = [{"after_hours": 0, "of": "owed_by", "roles": ["duty_desk"], "repeat_every_working_days": 5}]
PROVIDER: dict[str, Any] = {
    "name": "Sign-in",
    "issuer": "https://login.example/tenant",
    "client_id": "hub",
    "group_roles": {"Us": "administrator"},
}
IN_STEAD = {
    "name": "Storm desk",
    "phone": "01632 960999",
    "reason": "Invented.",
    "from_at": "2026-11-18T18:00:00Z",
    "until_at": "2026-11-18T20:00:00Z",
}
MARKER_STEP = {"version": 1, "by": "P. Fictitious", "reason": "Invented."}
FOUND_AT = "2026-11-18T09:00:00Z"
MISSING_CHILD = {"child": {"family_name": "Other", "given_names": "Ash"}, "missing_from_at": "2026-11-18T08:00:00Z"}
HELD_AT = "2026-11-18T09:00:00Z"
LATER = "2026-11-18T16:00:00Z"
SEEKS = {
    "episodes": ["mis_" + "0" * 26], "risk": "Invented.", "purchase_order": "PO-3", "price_cap_pence": 90_000,
    "by": "T. Field, duty manager", "contact": {"name": "M. Invented", "phone": "01632 960007"},
}  # fmt: skip
OFFERED = {"offered_at": HELD_AT, "how": "phone", "said": "accepted"}
BOOKED = {"starts_at": "2026-11-20T10:00:00Z", "mode": "in_person"}
HELD = {"held_at": HELD_AT, "minutes": 45}
TRIED = {"at": HELD_AT, "how": "phone", "outcome": "no_contact"}
APPROVAL = {"approver_name": "A. Specimen", "approver_role": "Nominated officer", "approved_at": "2026-11-17T09:00:00Z"}

REQUESTS: Final[Mapping[tuple[str, str], Ask]] = {
    # What anyone who is known may ask.
    ("GET", "/areas"): Ask(query={"postcode": "ME14 1XQ"}),
    ("POST", "/duties/explain"): Ask(body={}, also=(422,)),  # facts are needed
    ("GET", "/organisations"): Ask(query=ALL),
    ("GET", "/organisations/<ref>"): Ask("organisation"),
    # Notices.
    ("POST", "/drafts"): Ask(body=_arrival),
    ("GET", "/drafts"): Ask(lists="draft", query=ALL),
    ("GET", "/drafts/<ref>"): Ask("draft"),
    ("GET", "/drafts/<ref>/forecast"): Ask("draft"),
    ("PUT", "/drafts/<ref>"): Ask("draft", body=_arrival, is_edit=True),
    ("DELETE", "/drafts/<ref>"): Ask("draft", is_edit=True),
    ("POST", "/drafts/<ref>/registration"): Ask("draft", also=(422,)),  # the legal minimum is asked for
    ("POST", "/notices"): Ask(body=_arrival, also=(422,)),  # the legal minimum is asked for
    ("GET", "/notices"): Ask(lists="notice", query=ALL),
    ("GET", "/notices/<ref>"): Ask("notice"),
    ("GET", "/notices/<ref>/receipt"): Ask("notice"),
    ("GET", "/notices/<ref>/evidence"): Ask("notice"),
    ("GET", "/notices/<ref>/evidence.pdf"): Ask("notice"),
    ("POST", "/notices/<ref>/correction"): Ask("notice", body=_again),
    ("POST", "/notices/<ref>/withdrawal"): Ask("notice", body=WHY),
    ("POST", "/notices/<ref>/acknowledgement"): Ask("notice", body=BY),
    ("POST", "/notices/<ref>/redirect"): Ask("notice", body=WHY | BY | {"host_authority": MEDWAY}, also=(409,)),
    ("POST", "/notices/<ref>/area-acceptance"): Ask("notice", body=BY, also=(409,)),  # for the host alone
    ("GET", "/notices/<ref>/questions"): Ask("notice"),
    ("POST", "/notices/<ref>/questions"): Ask("notice", body=BY | {"text": "Invented: is it so?"}),
    ("POST", "/questions/<ref>/answer"): Ask("question", body=BY | {"text": "Invented: it is."}),
    ("POST", "/questions/<ref>/further"): Ask("answered question", body=BY | {"text": "Invented: since when?"}),
    ("POST", "/questions/<ref>/settlement"): Ask("question", body=BY),
    ("GET", "/notices/<ref>/host-steps"): Ask("notice", also=(409,)),  # for the host alone
    ("POST", "/notices/<ref>/host-steps"): Ask(
        "notice", body=BY | {"step": "health", "method": "telephone"}, also=(409,)
    ),  # for the host alone
    ("POST", "/host-steps/<ref>/taking-back"): Ask("host step", body=WHY | BY),
    # Placements, the register, matches, files.
    ("GET", "/placements"): Ask(lists="placement", query=ALL),
    ("GET", "/placements/<ref>"): Ask("placement"),
    ("GET", "/placements/<ref>/obligations"): Ask("placement"),
    ("POST", "/placements/<ref>/approvals"): Ask("placement", body=APPROVAL),
    ("GET", "/placements/<ref>/markers"): Ask("placement"),
    ("POST", "/placements/<ref>/markers"): Ask("placement", body={"marker": "cce", "author": "P. Fictitious"}),
    ("POST", "/markers/<ref>/change"): Ask("marker", body={**MARKER_STEP, "detail": "Invented."}),
    ("POST", "/markers/<ref>/review"): Ask("marker", body=MARKER_STEP),
    ("POST", "/markers/<ref>/end"): Ask("marker", body=MARKER_STEP),
    ("GET", "/placements/<ref>/assignment"): Ask("placement"),
    ("PUT", "/placements/<ref>/assignment"): Ask("placement", body={}, is_edit=True, also=(412,)),  # nobody has it yet
    ("POST", "/placements/<ref>/approval-requests"): Ask("placement", body={}, also=(409,)),  # one waits already
    ("GET", "/approval-requests"): Ask(lists="approval request", query=ALL),
    ("GET", "/approval-requests/<ref>"): Ask("approval request"),
    ("POST", "/approval-requests/<ref>/approval"): Ask("approval request", body=APPROVAL | {"delegation_ref": "D 1"}),
    ("POST", "/approval-requests/<ref>/return"): Ask("approval request", body=WHY),
    ("POST", "/approval-requests/<ref>/withdrawal"): Ask("approval request"),
    ("GET", "/register"): Ask(query=ALL),
    ("GET", "/register/counts"): Ask(),
    ("POST", "/register/search"): Ask(body={}, query=ALL),
    ("GET", "/residents"): Ask(query=ALL),
    ("GET", "/matches"): Ask(lists="match", query=ALL),
    ("GET", "/matches/<ref>"): Ask("match"),
    ("POST", "/matches/<ref>/decision"): Ask("match", body={"same": True, "reason": "records_checked"}),
    ("POST", "/matches/<ref>/undoing"): Ask("linked match", body={"reason": "decided_in_error"}),
    ("POST", "/files"): Ask(form=lambda: {"file": (BytesIO(pdf("another")), "Another.pdf")}),
    ("GET", "/files/<ref>"): Ask("file"),
    ("GET", "/files/<ref>/content"): Ask("file"),
    # Missing episodes.
    ("POST", "/missing-episodes"): Ask(body=BY | MISSING_CHILD, also=(422,)),  # only the police describe a child
    ("GET", "/missing-episodes"): Ask(lists="missing episode", query=ALL),
    ("GET", "/missing-episodes/<ref>"): Ask("missing episode"),
    ("POST", "/missing-episodes/<ref>/description"): Ask(
        "missing episode", body=BY | {"child": {"given_names": "Ash"}}, also=(409,)
    ),  # its placement is known
    ("POST", "/missing-episodes/<ref>/grades"): Ask("missing episode", body=BY | {"grade": "medium"}),
    ("POST", "/missing-episodes/<ref>/grade-reason"): Ask(
        "missing episode", body=BY | {"grade": "mgr_" + "0" * 26, "reason": "Invented."}, also=(404,)
    ),  # no such grade was given
    ("POST", "/missing-episodes/<ref>/location"): Ask("missing episode", body=BY | {"located_at": FOUND_AT}),
    ("POST", "/missing-episodes/<ref>/finding"): Ask("missing episode", body=BY | {"located_at": FOUND_AT}),
    ("POST", "/missing-episodes/<ref>/return"): Ask("missing episode", body=BY | {"returned_at": FOUND_AT}),
    ("POST", "/missing-episodes/<ref>/prevention-interview"): Ask(
        "missing episode", body=BY | {"held_at": FOUND_AT}, also=(422,)
    ),  # nobody has found the child yet
    ("POST", "/missing-episodes/<ref>/merge"): Ask(
        "missing episode", body={"other": "mis_" + "0" * 26, "reason": "records_checked"}, also=(404,)
    ),  # there is no other
    ("POST", "/missing-episodes/<ref>/undo"): Ask(
        "missing episode", body={"what": "report", "reason": "entered_in_error"}, also=(409,)
    ),  # each takes back its own
    ("GET", "/missing-patterns"): Ask(),
    ("GET", "/missing-thresholds"): Ask(),
    ("PUT", "/missing-thresholds"): Ask(body={"thresholds": []}, also=(428,)),  # it names no version
    # Spreadsheets.
    ("POST", "/uploads"): Ask(body=_spreadsheet),
    ("GET", "/uploads"): Ask(lists="upload", query=ALL),
    ("GET", "/uploads/<ref>"): Ask("upload"),
    ("GET", "/uploads/<ref>/rows"): Ask("upload"),
    ("POST", "/uploads/<ref>/registration"): Ask("upload"),
    ("POST", "/uploads/<ref>/pause"): Ask("upload begun"),
    ("POST", "/uploads/<ref>/resumption"): Ask("upload paused"),
    ("DELETE", "/uploads/<ref>"): Ask("upload"),
    # What interviews cost.
    ("GET", "/statements"): Ask(),
    ("GET", "/statements/<month>/<ref>"): Ask("statement"),
    ("GET", "/statements/<month>/<ref>.csv"): Ask("statement"),
    ("GET", "/statements/<month>/<ref>.pdf"): Ask("statement"),
    ("GET", "/purchases/<ref>"): Ask("purchase"),
    ("POST", "/purchases/<ref>/agreed-price"): Ask("purchase", body={"agreed_pence": 80_000}),
    ("POST", "/purchase-entries/<ref>/adjustment"): Ask(
        "purchase entry", body={"net_pence": 0, "reason": "charged_in_error"}
    ),
    # Providers of interviews, and what councils agree.
    ("GET", "/interview-providers"): Ask(query=ALL),
    ("GET", "/interview-providers/<ref>"): Ask("interview provider"),
    ("PUT", "/interview-providers/<ref>"): Ask("interview provider", body=SELLS, is_edit=True),
    ("PUT", "/interview-providers/<ref>/capacity"): Ask("interview provider", body={"is_taking": False}),
    ("GET", "/interview-providers/<ref>/rate-cards"): Ask("interview provider"),
    ("POST", "/interview-providers/<ref>/rate-cards"): Ask(
        "interview provider", body={"basis": "fixed", "price_pence": 18_500}
    ),
    ("PUT", "/interview-teams/<ref>"): Ask("interview team", body={"is_ours": True}),
    ("GET", "/interview-agreements"): Ask(lists="interview agreement", query=ALL),
    ("GET", "/interview-agreements/<ref>"): Ask("interview agreement"),
    ("POST", "/interview-agreements"): Ask(body={"kind": "host_pays"}),
    ("POST", "/interview-agreements/<ref>/answer"): Ask(
        "interview agreement", body={"is_agreed": True}, also=(409,)
    ),  # who proposed it does not answer
    ("POST", "/interview-agreements/<ref>/end"): Ask("interview agreement"),
    # Interviews: asked for, offered, commissioned.
    ("POST", "/interview-requests"): Ask(body=SEEKS, also=(422,)),  # that episode is not theirs
    ("GET", "/interview-requests"): Ask(lists="interview sought", query=ALL),
    ("GET", "/interview-requests/<ref>"): Ask("interview"),
    ("POST", "/interview-requests/<ref>/episodes"): Ask("interview sought", body=_again),
    ("POST", "/interview-requests/<ref>/asks"): Ask(
        "interview sought", body={"providers": ["org_" + "0" * 26]}, also=(422,)
    ),  # there is no such provider
    ("POST", "/interview-requests/<ref>/commission"): Ask(
        "interview sought", body=BY | {"performer": "own_interviewer"}
    ),
    ("POST", "/interview-requests/<ref>/commission/ending"): Ask("interview"),
    ("POST", "/interview-requests/<ref>/cancellation"): Ask("interview", body=BY | {"reason": "held_otherwise"}),
    ("POST", "/interview-requests/<ref>/renewal"): Ask("interview cancelled", body=BY),
    ("GET", "/interview-asks"): Ask(lists="interview ask", query=ALL),
    ("GET", "/interview-asks/<ref>"): Ask("interview ask"),
    ("POST", "/interview-asks/<ref>/offer"): Ask("interview ask", body=BY | {"earliest_at": LATER, "mode": "phone"}),
    ("POST", "/interview-asks/<ref>/decline"): Ask("interview ask", body=BY | {"code": "no_capacity"}),
    ("POST", "/interview-asks/<ref>/referral"): Ask("interview ask", body=_again),
    ("POST", "/interview-asks/<ref>/messages"): Ask("interview ask", body=BY | {"text": "Invented: is it far?"}),
    # Interviews: how they go.
    ("GET", "/interview-requests/<ref>/course"): Ask("interview"),
    ("POST", "/interview-requests/<ref>/child-offers"): Ask("interview", body=BY | OFFERED),
    ("POST", "/interview-child-offers/<ref>/carer-offer"): Ask("child offer", body=BY | {"offered_at": HELD_AT}),
    ("POST", "/interview-child-offers/<ref>/taking-back"): Ask(
        "child offer", body={"reason": "wrong_child"}, also=(404,)
    ),  # each takes back its own
    ("POST", "/interview-requests/<ref>/appointments"): Ask("interview", body=BY | BOOKED),
    ("POST", "/interview-appointments/<ref>/change"): Ask("interview appointment", body=BOOKED | {"reason": "other"}),
    ("POST", "/interview-appointments/<ref>/cancellation"): Ask("interview appointment", body={"reason": "other"}),
    ("GET", "/interview-appointments/<ref>.ics"): Ask("interview appointment"),
    ("POST", "/interview-appointments/<ref>/holding"): Ask("interview appointment", body=BY | HELD),
    ("POST", "/interview-appointments/<ref>/taking-back"): Ask("interview held", body={"reason": "wrong_child"}),
    ("POST", "/interview-requests/<ref>/holding"): Ask("interview", body=BY | HELD | {"mode": "video"}),
    ("POST", "/interview-requests/<ref>/attempts"): Ask("interview", body=BY | TRIED),
    ("POST", "/interview-attempts/<ref>/taking-back"): Ask("interview attempt", body={"reason": "wrong_child"}),
    ("POST", "/interview-requests/<ref>/giving-back"): Ask("interview", body=_gives_back),
    ("POST", "/interview-news/<ref>/answer"): Ask("interview news", body={"answer": "own_interview"}),
    # Interviews: what is written of them, given and answered.
    ("GET", "/interview-requests/<ref>/report"): Ask("interview written"),
    ("PUT", "/interview-requests/<ref>/report"): Ask(
        "interview written", body={"narrative": "Invented."}, is_edit=True
    ),
    ("POST", "/interview-requests/<ref>/report/submission"): Ask("interview written", body=BY, is_edit=True),
    ("POST", "/interview-requests/<ref>/report/correction"): Ask("interview reported", body={"reason": "mistake"}),
    ("GET", "/interview-reports"): Ask(lists="interview report", query=ALL),
    ("GET", "/interview-reports/<ref>"): Ask("interview report"),
    ("GET", "/interview-reports/<ref>/recipients"): Ask("interview report"),
    ("POST", "/interview-reports/<ref>/shares"): Ask("interview report", body=_again),
    ("POST", "/interview-reports/<ref>/acknowledgement"): Ask("interview report", body=BY),
    ("GET", "/interview-shares"): Ask(query=ALL),
    ("GET", "/interview-shares/<ref>"): Ask("report view"),
    ("POST", "/interview-shares/<ref>/acknowledgement"): Ask("report view asked", body=BY),
    ("POST", "/interview-shares/<ref>/question"): Ask("report view", body=BY | {"text": "Invented: which shop?"}),
    ("POST", "/interview-shares/<ref>/answer"): Ask("report view asked", body=BY | {"text": "Invented: the first."}),
    ("POST", "/interview-shares/<ref>/recall"): Ask("report view", body={"reason": "wrong_recipient"}),
    ("POST", "/interview-recommendations/<ref>/answer"): Ask("recommendation", body=BY | {"answer": "accepted"}),
    ("POST", "/interview-referrals/<ref>/answer"): Ask("interview referral", body=BY | {"outcome": "assessment"}),
    # Look-ups.
    ("GET", "/look-up-purposes"): Ask(),
    ("POST", "/look-ups"): Ask(body=_look_up),
    ("GET", "/look-ups"): Ask(query=ALL),
    ("GET", "/look-ups/<ref>"): Ask("look-up", needs="audit"),
    ("POST", "/look-ups/<ref>/disclosures"): Ask("look-up", body=_again),
    ("POST", "/look-ups/<ref>/glass-breaking"): Ask(
        "look-up", body=lambda w, r: {**_again(w, r), "reason": "Invented."}
    ),
    ("POST", "/look-ups/<ref>/review"): Ask("look-up", body=BY | {"outcome": "proper"}),
    ("GET", "/look-up-worklist"): Ask(),
    ("GET", "/look-up-reviews"): Ask(lists="look-up review", query=ALL),
    ("GET", "/look-up-reviews/<ref>"): Ask("look-up review"),
    ("POST", "/look-up-reviews/<ref>/outcome"): Ask("look-up review", body=BY | {"outcome": "proper"}),
    ("GET", "/look-up-receipts"): Ask(lists="receipt", query=ALL),
    ("GET", "/placements/<ref>/look-ups"): Ask("placement", query=ALL),
    ("GET", "/placements/<ref>/shield"): Ask("shielded placement"),
    ("POST", "/placements/<ref>/shield"): Ask(
        "shielded placement", body=WHY | BY, also=(409,)
    ),  # it is shielded already
    ("POST", "/placements/<ref>/shield-lifting"): Ask("shielded placement", body=WHY | BY),
    # Obligations and ladders.
    ("GET", "/obligations"): Ask(lists="obligation", query=ALL),
    ("GET", "/obligations/<ref>"): Ask("obligation"),
    ("GET", "/worklist"): Ask(),
    ("POST", "/obligations/<ref>/fulfilment"): Ask("letter owed", body=DONE),
    ("POST", "/obligations/<ref>/excuse"): Ask("obligation", body=EXCUSE),
    ("POST", "/obligations/<ref>/pause"): Ask(
        "obligation", body={"reason": "awaiting_information", "owner": "T. Field, team manager"}
    ),
    ("POST", "/obligations/<ref>/resumption"): Ask("paused obligation"),
    ("POST", "/obligations/<ref>/void"): Ask("obligation", body=BY | {"reason": "not_owed"}),
    ("POST", "/obligations/<ref>/reopening"): Ask("closed obligation", body={"reason": "closed_in_error"}),
    ("PUT", "/obligations/<ref>/due-date"): Ask("obligation", body={"due_on": "2026-12-01"}, also=(409,)),  # it has one
    ("GET", "/ladders"): Ask(),
    ("POST", "/ladders/dry-run"): Ask(body={"name": "host_desk", "due_at": "2026-11-20T10:00:00Z"}),
    ("PUT", "/ladders/<name>"): Ask(body={"rungs": RUNGS}),
    # What came in and went out.
    ("GET", "/inbox"): Ask(lists="alert", query=ALL),
    ("POST", "/inbox/<ref>/reading"): Ask("alert"),
    ("GET", "/events"): Ask(lists="event", query=ALL),
    ("GET", "/deliveries"): Ask("notice told of", query={"subject": "{ref}", "limit": "200"}),
    ("POST", "/deliveries/<ref>/resend"): Ask("delivery", also=(409,)),  # it was delivered
    # The directory.
    ("POST", "/organisations"): Ask(body={"kind": "other_body", "name": "Another"}),
    ("PATCH", "/organisations/<ref>"): Ask("organisation", body={"name": "Renamed"}, is_edit=True, also=(412,)),
    ("DELETE", "/organisations/<ref>"): Ask("organisation"),
    ("POST", "/organisations/<ref>/joining"): Ask("organisation"),
    ("GET", "/organisations/<ref>/contact-points"): Ask("organisation", query=ALL),
    ("POST", "/organisations/<ref>/contact-points"): Ask("organisation", body=MAILBOX),
    ("GET", "/organisations/<ref>/reachability"): Ask("organisation"),
    ("GET", "/reachability"): Ask(query=ALL),
    ("GET", "/organisations/<ref>/duty"): Ask("organisation"),
    ("GET", "/organisations/<ref>/duty-calendar"): Ask("organisation"),
    ("POST", "/organisations/<ref>/duty-overrides"): Ask("organisation", body=IN_STEAD),
    ("DELETE", "/duty-overrides/<ref>"): Ask("override"),
    ("GET", "/contact-points/<ref>"): Ask("contact point"),
    ("PATCH", "/contact-points/<ref>"): Ask("contact point", body={"purpose": "Changed"}, is_edit=True),
    ("POST", "/contact-points/<ref>/verification"): Ask("contact point", body={"verified_by": "T. Field"}),
    ("POST", "/contact-points/<ref>/secret"): Ask("contact point", body={}),
    ("DELETE", "/contact-points/<ref>"): Ask("contact point"),
    ("GET", "/area-corrections"): Ask(query=ALL),
    ("POST", "/area-corrections/<ref>/confirmation"): Ask("area correction"),
    ("POST", "/area-corrections/<ref>/refusal"): Ask("area correction"),
    ("GET", "/proposals"): Ask(lists="proposal", query=ALL),
    ("GET", "/proposals/<ref>"): Ask("proposal"),
    ("POST", "/proposals/<ref>/confirmation"): Ask("proposal"),
    ("POST", "/proposals/<ref>/refusal"): Ask("proposal", body={"reason": "Not ours"}),
    ("POST", "/proposals/<ref>/withdrawal"): Ask("proposal", also=(409,)),  # another proposed it
    # Teams.
    ("GET", "/teams"): Ask(lists="team", query=ALL),
    ("POST", "/teams"): Ask(body={"name": "Another"}),
    ("GET", "/teams/<ref>"): Ask("team"),
    ("PUT", "/teams/<ref>"): Ask("team", body={"name": "Renamed"}, is_edit=True),
    ("DELETE", "/teams/<ref>"): Ask("team", is_edit=True),
    # Clients, people, sessions, identity providers.
    ("GET", "/clients"): Ask(lists="client", query=ALL),
    ("POST", "/clients"): Ask(body={"name": "Another", "scopes": ["read"]}),
    ("DELETE", "/clients/<ref>"): Ask("client"),
    ("POST", "/clients/<ref>/keys"): Ask("client", body={}),
    ("DELETE", "/keys/<ref>"): Ask("key"),
    ("GET", "/people"): Ask(lists="person", query=ALL),
    ("GET", "/people/<ref>"): Ask("person"),
    ("PUT", "/people/<ref>/roles"): Ask("person", body={"roles": ["administrator"]}, is_edit=True),
    ("PUT", "/people/<ref>/name"): Ask("person", body={"name": "Another Fictitious"}, is_edit=True),
    ("POST", "/people/<ref>/new-address"): Ask("person", body={"email": "another@mail.example"}),
    ("DELETE", "/people/<ref>/new-address"): Ask("person"),
    ("POST", "/people/<ref>/disabling"): Ask("person"),
    ("DELETE", "/people/<ref>/disabling"): Ask("person"),
    ("POST", "/people/<ref>/new-password"): Ask("person", body={}, also=(403,)),  # the operator: administrators' alone
    ("DELETE", "/people/<ref>/sessions"): Ask("person", needs="people", refused=403),
    ("GET", "/invitations"): Ask(lists="invitation", query=ALL),
    ("POST", "/invitations"): Ask(
        body={"name": "Sam Fictitious", "email": "sam@mail.example", "roles": ["privacy_lead"]}
    ),
    ("DELETE", "/invitations/<ref>"): Ask("invitation"),
    ("POST", "/invitations/<ref>/letter"): Ask("invitation"),
    ("GET", "/sessions"): Ask(),
    ("DELETE", "/sessions/<ref>"): Ask("session", needs="people"),
    ("GET", "/identity-providers"): Ask(lists="identity provider", query=ALL),
    ("POST", "/identity-providers"): Ask(body=PROVIDER),
    ("GET", "/identity-providers/<ref>"): Ask("identity provider"),
    ("PATCH", "/identity-providers/<ref>"): Ask("identity provider", body={"name": "Renamed"}, is_edit=True),
    ("DELETE", "/identity-providers/<ref>"): Ask("identity provider"),
    # Running the hub.
    ("GET", "/audit"): Ask(query={"subject": "per_" + "0" * 26}),
    ("GET", "/audit/verification"): Ask(),
    ("POST", "/sandbox/clock"): Ask(body={"advance_seconds": 1}, also=(404,)),  # this hub's clock cannot be moved
}
