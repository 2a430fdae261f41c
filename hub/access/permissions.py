"""Who may do what: the whole authorisation policy, on this page.

A route names one permission. The permission says which scopes open it (any one of them) and which kinds of organisation
may do it at all; failing either is a refusal that says what is missing (403). Its parties say which organisation may do
it to a particular record: queries are scoped by them, so that a record of others looks as if it did not exist (404). If
``operator`` is among the parties, a hub operator with the scope ``operate`` may too, for any organisation.

A person holds roles and has the scopes that follow from them. A client holds scopes, which somebody gave it:

- A *person* who administers gives their organisation's clients any scope that its kind may hold, although they hold few
  themselves: somebody has to connect the case system, and it should not have to be one who reads about children. They
  answer for it by name: the audit says who made the client and who issued its key, and a key counts as the hand of
  whoever issued it wherever two people are needed (``Actor.hand``).
- A *client* gives no more than it holds, neither to another client nor to a person whom it invites, whose roles it changes or
  whom it lets a provider vouch for: so one stolen key cannot make itself a stronger one.
- A *hub operator* makes no client and issues no key for another organisation: who runs the hub must never hold what opens a
  child's record. An organisation's first administrator is invited; they connect its systems.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hub.core.sentences import worded

SCOPES: Final = {
    "read": worded("see what concerns its own organisation"),
    "register": worded("draft, register, correct and withdraw notices, and record what was done"),
    "acknowledge": worded("acknowledge and redirect notices that came in, and decide matches"),
    "look_up": worded("look a child up"),
    "missing": worded("report children missing, and follow them until they are back"),
    "interview": worded("hold return home interviews: book them, record what came of them, write them up"),
    "manage": worded("excuse, pause and strike out duties: a manager's act"),
    "approve": worded("approve placements: the nominated officer's and the director's act"),
    "administer": worded("manage its own organisation's contact points, ladders, clients and keys"),
    "people": worded("invite, change and disable its own organisation's people"),
    "audit": worded("read what its own organisation's people and systems did: the privacy lead's part"),
    "operate": worded(
        "run the hub: organisations, contact points and clients of any organisation, audit; never a child"
    ),
}
PARTIES: Final = {
    "placing": worded("the placing authority of the placement"),
    "host": worded("its host authority"),
    "force": worded("the police force for its address"),
    "provider": worded("the home or agency that looks after the child there"),
    "sender": worded("the organisation that sent the notice"),
    "recipient": worded("an organisation that the notice was sent to, or that the duty is owed to"),
    "asked": worded("a provider that was asked to hold the interview"),
    "performer": worded("whoever was commissioned to hold it"),
    "own": worded("the organisation that the record belongs to"),
    "operator": worded("the hub operator, for any organisation"),
}

COUNCIL: Final = frozenset({"local_authority"})
SENDERS: Final = COUNCIL | {"childrens_home", "supported_accommodation", "fostering_agency"}
RECEIVERS: Final = COUNCIL | {"police_force", "health_body", "rhi_provider", "other_body"}
CASEWORK: Final = SENDERS | RECEIVERS
OPERATOR: Final = frozenset({"hub_operator"})
SERVED: Final = CASEWORK | OPERATOR
ALL: Final = SERVED | {"oversight"}


@dataclass(frozen=True)
class Role:
    """What a person may be in an organisation of these kinds, and the scopes that go with it."""

    kinds: frozenset[str]
    scopes: frozenset[str]
    says: str


def _role(kinds: frozenset[str], scopes: str, says: str) -> Role:
    return Role(kinds, frozenset(scopes.split()), says)


HOMES: Final = frozenset({"childrens_home", "supported_accommodation"})
PROVIDERS: Final = HOMES | {"fostering_agency"}
FORCE: Final = frozenset({"police_force"})
TWO_PEOPLE: Final = COUNCIL | FORCE
ASKERS: Final = COUNCIL | FORCE
INTERVIEWS: Final = frozenset({"rhi_provider"})
OTHERS: Final = frozenset({"health_body", "other_body"})

ROLES: Final[dict[str, Role]] = {
    "social_worker": _role(COUNCIL, "read register missing", worded("registers placements")),
    "team_manager": _role(COUNCIL, "read register acknowledge manage missing", worded("answers for a team's duties")),
    "service_manager": _role(
        COUNCIL, "read register acknowledge manage missing", worded("answers for a service's duties")
    ),
    "nominated_officer": _role(COUNCIL, "read register approve manage", worded("approves placements out of area")),
    "dcs": _role(
        COUNCIL, "read approve manage", worded("approves distant placements: Director of Children's Services")
    ),
    "missing_coordinator": _role(
        COUNCIL, "read register acknowledge look_up missing", worded("follows children who go missing")
    ),
    "data_officer": _role(COUNCIL, "read", worded("keeps the figures right")),
    "duty_desk": _role(
        COUNCIL, "read acknowledge look_up missing", worded("takes in what other councils send; answers out of hours")
    ),
    "register_keeper": _role(COUNCIL, "read acknowledge", worded("keeps the register of children placed in the area")),
    "registered_manager": _role(PROVIDERS, "read register manage missing", worded("answers for a home or agency")),
    "shift_staff": _role(HOMES, "read register missing", worded("tells of admissions and discharges")),
    "supervising_social_worker": _role(
        frozenset({"fostering_agency"}), "read register missing", worded("supervises carers")
    ),
    "call_handler": _role(FORCE, "read look_up missing", worded("answers at 2 a.m.")),
    "missing_person_coordinator": _role(
        FORCE, "read register acknowledge manage look_up missing", worded("answers for the force's part")
    ),
    "coordinator": _role(
        INTERVIEWS, "read register acknowledge manage interview", worded("takes or declines requests for interviews")
    ),
    "interviewer": _role(INTERVIEWS, "read interview", worded("holds the interviews")),
    "desk": _role(OTHERS, "read register acknowledge manage", worded("answers for what is sent to the body")),
    "analyst": _role(frozenset({"oversight"}), "", worded("reads figures, never a child")),
    "operator": _role(OPERATOR, "operate read", worded("runs the hub, never sees a child")),
    "administrator": _role(ALL, "administer people", worded("looks after people, contact points and systems")),
    "privacy_lead": _role(ALL, "audit", worded("looks after lawful use: reads the organisation's audit")),
}


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """The scopes that follow from *roles*; a role that is no longer on this page gives none."""
    return frozenset().union(*(ROLES[role].scopes for role in roles if role in ROLES))


@dataclass(frozen=True)
class Permission:
    """One line of the policy. Any one of ``scopes`` opens it; none named: whoever the hub knows."""

    scopes: frozenset[str]
    kinds: frozenset[str]
    parties: frozenset[str]
    why: str


def _may(scopes: str | None, kinds: frozenset[str], parties: str, why: str) -> Permission:
    return Permission(frozenset((scopes or "").split()), kinds, frozenset(parties.split()), why)


PERMISSIONS: Final[dict[str, Permission]] = {
    # What anyone who is known may ask: it concerns no child.
    "duties.explain": _may(None, ALL, "", "the law is public"),
    "area.read": _may(None, ALL, "", "which council answers for a postcode is public"),
    "account.use": _may(None, ALL, "", "everybody looks after their own account"),
    "organisation.read": _may(None, ALL, "", "everyone must be able to name the organisation they mean"),
    # Notices: written by the sender, read by both ends.
    "notice.draft": _may("register", SENDERS, "sender", "a draft is its sender's alone"),
    "notice.register": _may("register", SENDERS, "sender", "each sender has a duty of its own"),
    "notice.read": _may("read", CASEWORK, "sender recipient placing", "only those it is from, to or about"),
    "notice.receipt": _may("read", SENDERS, "sender", "the receipt is its sender's proof"),
    "notice.correct": _may("register", SENDERS, "sender", "only its sender can say that it was wrong"),
    "notice.withdraw": _may("register", SENDERS, "sender", "only its sender can take it back"),
    "notice.acknowledge": _may("acknowledge", RECEIVERS, "recipient", "each recipient speaks for itself alone"),
    "notice.redirect": _may("acknowledge", RECEIVERS, "recipient", "a recipient knows what is not its own"),
    "question.read": _may(
        "read", CASEWORK, "sender recipient", "a question is between who asked it and who sent the notice"
    ),
    "question.ask": _may(
        "acknowledge register", RECEIVERS, "recipient", "whoever was told may ask, or say what is wrong"
    ),
    "question.answer": _may("register", SENDERS, "sender", "only its sender can say what was meant"),
    "host_step.read": _may("read", COUNCIL, "recipient", "a host sees what it has done itself"),
    "host_step.record": _may(
        "acknowledge", COUNCIL, "recipient", "the host says whom it told, and tells who has joined"
    ),
    # Placements, the register of children placed in an area, matching, files.
    "placement.read": _may("read", CASEWORK, "placing host force provider", "its parties need one account of it"),
    "placement.approve": _may("approve", COUNCIL, "placing", "CPR 2010 reg 11: its own officer approves"),
    "approval.ask": _may("register", COUNCIL, "placing", "whoever prepares a placement asks for its approval"),
    "approval.read": _may(
        "register approve", COUNCIL, "own", "who asked and who decides see what was asked and answered"
    ),
    "assignment.change": _may(
        "register acknowledge manage", SENDERS, "placing host provider", "each party says who there looks after it"
    ),
    "register.read": _may("read", COUNCIL, "host", "a host keeps the register of children placed in its area"),
    "register.export": _may(
        "acknowledge", COUNCIL, "host", "for those who keep the register: a file of it leaves the hub's care"
    ),
    "resident.read": _may(
        "read", PROVIDERS, "provider", "a home or agency keeps the list of the children it looks after"
    ),
    "match.read": _may("acknowledge", COUNCIL, "placing host", "for the councils that both notices concern"),
    "match.decide": _may("acknowledge", COUNCIL, "placing host", "a doubtful match is put to a person"),
    "marker.read": _may(
        "read", CASEWORK, "placing host force provider", "each is shown to the parties that its author named"
    ),
    "marker.add": _may(
        "register acknowledge", SENDERS, "placing host provider", "whoever looks after the child may warn of something"
    ),
    "marker.change": _may(
        "register acknowledge", SENDERS, "placing own", "whoever said it, and the authority that answers for the child"
    ),
    "file.upload": _may("register", SENDERS, "sender", "a file goes with its sender's notice"),
    "file.open": _may("read", CASEWORK, "sender recipient", "by both ends only, every opening recorded"),
    # Obligations and ladders: answered for by whoever owes, seen by both sides.
    "obligation.read": _may("read", CASEWORK, "own recipient", "who owes it and whom it is owed to"),
    "obligation.fulfil": _may("register", CASEWORK, "own", "who owes it says that it was done elsewhere"),
    "obligation.excuse": _may("manage", CASEWORK, "own", "a manager's act, with a reason"),
    "obligation.pause": _may("manage", CASEWORK, "own", "a manager's act, with a reason"),
    "obligation.void": _may("manage", CASEWORK, "recipient", "who it is owed to strikes out what was opened in error"),
    "ladder.read": _may("read administer", CASEWORK, "own operator", "whom it reaches is its organisation's matter"),
    "ladder.save": _may("administer", CASEWORK, "own", "its own escalation; of a council or force two people decide"),
    # What came in, what went out, and the proof of it.
    "inbox.read": _may("read", SERVED, "own", "an alert is for the organisation it was raised for"),
    "event.read": _may("read", SERVED, "own", "a client that was down catches up on its own events"),
    "delivery.read": _may("read", SERVED, "own sender operator", "whoever sent it may know whether it arrived"),
    "delivery.resend": _may("administer", ALL, "own operator", "for whoever has mended the channel"),
    "evidence.read": _may("read", CASEWORK, "sender recipient", "both ends may prove what was sent"),
    # Look-ups: purpose and incident reference first, every answer on record before it is given (docs/adr/0009).
    "look_up.ask": _may("look_up", ASKERS, "", "any force, and a council out of hours, may ask about any child"),
    "look_up.confirm": _may("look_up", ASKERS, "own", "what is shown of a child is shown to whoever gave the purpose"),
    "look_up.break_glass": _may(
        "look_up", ASKERS, "own", "a life may hang on it; two privacy leads review it afterwards"
    ),
    "look_up.read": _may("look_up audit", ASKERS, "own", "who asked, and the privacy lead, see what was asked"),
    "look_up.review": _may("audit", ASKERS, "own", "the privacy lead judges whether a look-up was proper"),
    "look_up.receipt": _may(
        "read", COUNCIL, "placing", "the placing authority knows who looked at its children, and why"
    ),
    "child.shield": _may("manage", COUNCIL, "placing", "the placing authority decides of whom only a number is given"),
    # Missing episodes: told by whoever looks after the child or looks for them; each told at once to all the others.
    "missing.report": _may("missing", SENDERS | FORCE, "", "its own children or residents; a force reports anybody"),
    "missing.read": _may(
        "read", SENDERS | FORCE, "placing host force provider", "all who look for the child know the same"
    ),
    "missing.describe": _may("missing", FORCE, "force", "of a child nobody told of, the police know who it is first"),
    "missing.grade": _may("missing", FORCE, "force", "the police grade the risk; the hub advises"),
    "missing.follow": _may(
        "missing", SENDERS | FORCE, "placing host force provider", "whoever sees the child first says so"
    ),
    "missing.find": _may("missing", FORCE, "", "any force may find any child"),
    "missing.interview": _may("missing", FORCE, "force", "the prevention interview is the police's"),
    "missing.merge": _may("missing", COUNCIL | FORCE, "placing host force", "a doubtful match is put to a person"),
    "missing.undo": _may(
        "missing", SENDERS | FORCE, "placing host force provider", "each takes back what it said itself"
    ),
    "missing.patterns": _may(
        "missing", COUNCIL | FORCE, "", "counts and references of what concerns it as host or force"
    ),
    "missing.thresholds": _may("read", COUNCIL, "", "what sets off a meeting is the placing authority's matter"),
    "missing.save_thresholds": _may("manage", COUNCIL, "", "a manager's act: local protocols differ"),
    # Return home interviews: asked for by the placing authority, offered by providers, held, written up, answered, paid for.
    "interview_provider.read": _may(
        "read", COUNCIL | INTERVIEWS, "", "who sells interviews, where and for how much, is open"
    ),
    "interview_provider.change": _may(
        "manage", INTERVIEWS, "own", "a provider says itself what it covers and can take on"
    ),
    "rate_card.publish": _may("manage", INTERVIEWS, "own", "a provider sets its own prices"),
    "agreement.read": _may("read", COUNCIL | INTERVIEWS, "placing host", "who pays must be known to both ends"),
    "agreement.change": _may("manage", COUNCIL, "placing host", "a manager's act: it commits the council's money"),
    "interview.request": _may("missing", COUNCIL, "placing", "the placing authority owes the child the interview"),
    "interview.read": _may(
        "read", COUNCIL | INTERVIEWS, "placing host asked performer", "each sees as much as its part needs"
    ),
    "interview.follow": _may(
        "read", COUNCIL | INTERVIEWS, "placing host performer", "how it goes is not for those who were only asked"
    ),
    "interview.answer": _may("acknowledge", INTERVIEWS, "asked", "only the provider that was asked can say yes or no"),
    "interview.converse": _may(
        "missing acknowledge interview", COUNCIL | INTERVIEWS, "placing asked", "a question is between the two ends"
    ),
    "interview.commission": _may("missing", COUNCIL, "placing", "who owes the interview decides who holds it"),
    "interview.cancel": _may("missing", COUNCIL, "placing", "who asked may say that it is no longer sought"),
    "interview.give_back": _may(
        "acknowledge missing", COUNCIL | INTERVIEWS, "placing performer", "better given back than left undone"
    ),
    "interview.offer_to_child": _may(
        "missing interview",
        COUNCIL | INTERVIEWS,
        "placing performer",
        "whoever speaks with the child says what was said",
    ),
    "interview.hold": _may(
        "interview missing", COUNCIL | INTERVIEWS, "performer", "whoever holds it books it and says what came of it"
    ),
    "interview.cancel_appointment": _may(
        "interview missing",
        COUNCIL | INTERVIEWS,
        "placing performer",
        "a time is between whoever asked and whoever comes",
    ),
    "report.write": _may(
        "interview missing", COUNCIL | INTERVIEWS, "performer", "whoever held the interview writes it up"
    ),
    "report.read": _may(
        "read", COUNCIL | INTERVIEWS | FORCE, "placing performer recipient", "each reads the view that it was given"
    ),
    "report.share": _may(
        "missing", COUNCIL, "placing", "for each recipient somebody decides what it needs, and says why"
    ),
    "report.acknowledge": _may("missing acknowledge", COUNCIL, "placing", "so that its author knows that it was read"),
    "report.acknowledge_view": _may(
        "missing acknowledge", COUNCIL | FORCE, "recipient", "so that whoever gave it knows that it was read"
    ),
    "report.ask": _may(
        "missing acknowledge", COUNCIL | FORCE, "recipient", "one question back, of whoever was given it"
    ),
    "report.answer": _may(
        "missing interview", COUNCIL | INTERVIEWS, "placing performer", "whoever knows the answer gives it"
    ),
    "recommendation.answer": _may("missing manage", COUNCIL, "placing host", "whoever it is put to answers it"),
    "statement.read": _may(
        "read", COUNCIL | INTERVIEWS, "placing host performer", "buyer and seller see the same lines"
    ),
    "purchase.agree": _may("manage", COUNCIL, "placing host", "a manager's act: it commits the council's money"),
    "purchase.adjust": _may("manage", INTERVIEWS, "performer", "the seller puts its own mistakes right"),
    # The directory: notices are routed by it, so the operator alone adds and changes entries.
    "organisation.add": _may("operate", OPERATOR, "operator", "one hand adds entries"),
    "organisation.change": _may("operate", OPERATOR, "operator", "one hand changes entries"),
    "organisation.join": _may("operate", OPERATOR, "operator", "joining changes what counts as reached"),
    "organisation.close": _may("operate", OPERATOR, "operator", "closing stops its clients"),
    "area.correct": _may("operate", OPERATOR, "operator", "notices are routed by it, so one hand decides"),
    "contact_point.read": _may("read administer", ALL, "own operator", "mailboxes and numbers are not for everyone"),
    "contact_point.add": _may("administer", ALL, "own operator", "each organisation says where it is reached"),
    "contact_point.change": _may(
        "administer", ALL, "own operator", "verified before use; of a council or force two decide"
    ),
    "contact_point.verify": _may("administer", ALL, "own operator", "of a council or force: by a second person"),
    "contact_point.rotate": _may("administer", ALL, "own operator", "signing secrets change without a gap"),
    "contact_point.retire": _may("administer", ALL, "own operator", "what reaches nobody is ended"),
    "duty.read": _may(
        "read administer look_up",
        ALL,
        "own operator",
        "an organisation sees who answers its telephone, and when nobody does",
    ),
    "duty.override": _may(
        "administer manage", ALL, "own", "short, at night, by one: so every administrator is told at once"
    ),
    "duty.restore": _may("administer manage", ALL, "own operator", "the hours that two people agreed on count again"),
    "reachability.read": _may(
        "read administer", ALL, "own operator", "an organisation sees where it cannot be reached"
    ),
    "reachability.survey": _may("operate", OPERATOR, "operator", "the operator sees who cannot be reached"),
    # Of a council or force that has joined, a change to how it is reached or to its ladders waits for a second person.
    "proposal.read": _may("read administer", TWO_PEOPLE, "own operator", "what waits is its organisation's matter"),
    "proposal.decide": _may("administer manage", TWO_PEOPLE, "own", "another than who proposed it confirms or refuses"),
    "proposal.withdraw": _may("administer", TWO_PEOPLE, "own operator", "who proposed it may take it back"),
    # Clients and keys.
    "client.read": _may("administer", ALL, "own operator", "which systems act for it is an organisation's own matter"),
    "client.add": _may("administer", ALL, "own", "a client never makes a stronger one; who runs the hub makes none"),
    "client.disable": _may("administer", ALL, "own operator", "a system that should act no more is stopped at once"),
    "key.issue": _may("administer", ALL, "own", "shown once; two may be good at a time"),
    "key.revoke": _may("administer", ALL, "own operator", "a lost key is stopped at once"),
    # People, and the sessions in which they are signed in.
    "person.read": _may("people audit", ALL, "own operator", "who may act for an organisation is its own matter"),
    "person.invite": _may(
        "people", ALL, "own operator", "the operator only asks an organisation's first administrator in"
    ),
    "person.change": _may("people", ALL, "own", "roles are its own administrator's, and never one's own"),
    "person.disable": _may(
        "people", ALL, "own operator", "somebody who left, or was robbed, is out at once; a link too"
    ),
    "person.reset": _may("people", ALL, "own operator", "a link by e-mail to the person, seen by nobody else"),
    "session.read": _may(None, ALL, "own", "one's own; an administrator sees those of the organisation's people"),
    "session.end": _may(None, ALL, "own", "one's own; an administrator ends those of the organisation's people"),
    # Teams.
    "team.read": _may("read people", CASEWORK, "own", "colleagues know who works with whom"),
    "team.change": _may("people", CASEWORK, "own", "the administrator says who belongs to which team"),
    # An organisation's own single sign-on.
    "provider.read": _may("people", ALL, "own", "who vouches for its people is an organisation's own matter"),
    "provider.change": _may("people", ALL, "own", "whoever vouches for its people makes them: nobody else decides it"),
    # Running the hub.
    "audit.read": _may("audit", ALL, "own operator", "DPA 2018 s62: the log shows whether processing was lawful"),
    "audit.verify": _may("operate", OPERATOR, "operator", "whoever runs the hub can show that the record is whole"),
    "clock.move": _may("operate", OPERATOR, "operator", "rehearsals, outside production only"),
}

SENSITIVE: Final = frozenset({
    "ladder.save", "contact_point.add", "contact_point.change", "contact_point.verify", "contact_point.rotate",
    "contact_point.retire", "duty.override", "proposal.decide", "client.add", "key.issue", "person.invite",
    "person.change", "person.reset", "provider.change", "organisation.change",
})  # fmt: skip
"""What a person does only after giving every factor lately. What stops somebody (disabling, revoking) is urgent: never."""
