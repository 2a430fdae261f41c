"""What codes are called on the pages of an organisation: roles, channels, scopes, ladders, what is wrong, what was done."""

from collections.abc import Iterable
from typing import Final

from flask_babel import gettext, lazy_gettext

from hub.access.permissions import ROLES, SCOPES
from hub.access.spoken import spoken
from hub.web.translating import translated

ROLE_WORDS: Final = {
    "administrator": lazy_gettext("Administrator"),
    "analyst": lazy_gettext("Analyst"),
    "call_handler": lazy_gettext("Call handler"),
    "chief_executive": lazy_gettext("Chief executive"),
    "coordinator": lazy_gettext("Coordinator"),
    "data_officer": lazy_gettext("Data officer"),
    "dcs": lazy_gettext("Director of Children’s Services"),
    "desk": lazy_gettext("Desk"),
    "desk_manager": lazy_gettext("Desk manager"),
    "duty_desk": lazy_gettext("Duty desk"),
    "head_of_service": lazy_gettext("Head of service"),
    "interviewer": lazy_gettext("Interviewer"),
    "iro_manager": lazy_gettext("Manager of independent reviewing officers"),
    "missing_coordinator": lazy_gettext("Missing coordinator"),
    "missing_person_coordinator": lazy_gettext("Missing-person coordinator"),
    "nominated_officer": lazy_gettext("Nominated officer"),
    "operator": lazy_gettext("Operator of the hub"),
    "out_of_hours": lazy_gettext("Out of hours"),
    "privacy_lead": lazy_gettext("Privacy lead"),
    "provider_coordinator": lazy_gettext("Coordinator of return interviews"),
    "register_keeper": lazy_gettext("Register keeper"),
    "registered_manager": lazy_gettext("Registered manager"),
    "responsible_individual": lazy_gettext("Responsible individual"),
    "service_manager": lazy_gettext("Service manager"),
    "shift_staff": lazy_gettext("Shift staff"),
    "social_worker": lazy_gettext("Social worker"),
    "supervising_social_worker": lazy_gettext("Supervising social worker"),
    "team_manager": lazy_gettext("Team manager"),
    "virtual_school_head": lazy_gettext("Virtual school head"),
}
"""A person's roles, and whose desk a contact point or a rung of a ladder is."""

CHANNEL_WORDS: Final = {
    "inbox": lazy_gettext("Inbox in the hub"),
    "email": lazy_gettext("E-mail"),
    "webhook": lazy_gettext("Webhook"),
    "phone": lazy_gettext("Telephone"),
}
KIND_WORDS: Final = {
    "local_authority": lazy_gettext("Local authority"),
    "police_force": lazy_gettext("Police force"),
    "childrens_home": lazy_gettext("Children’s home"),
    "supported_accommodation": lazy_gettext("Supported accommodation"),
    "fostering_agency": lazy_gettext("Fostering agency"),
    "rhi_provider": lazy_gettext("Provider of return home interviews"),
    "health_body": lazy_gettext("Health body"),
    "oversight": lazy_gettext("Oversight body"),
    "hub_operator": lazy_gettext("Operator of the hub"),
    "other_body": lazy_gettext("Other body"),
}
DAY_WORDS: Final = {
    "mon": lazy_gettext("Monday"),
    "tue": lazy_gettext("Tuesday"),
    "wed": lazy_gettext("Wednesday"),
    "thu": lazy_gettext("Thursday"),
    "fri": lazy_gettext("Friday"),
    "sat": lazy_gettext("Saturday"),
    "sun": lazy_gettext("Sunday"),
}
FACTOR_WORDS: Final = {"totp": lazy_gettext("App"), "passkey": lazy_gettext("Passkey")}
MAIL_WORDS: Final = {
    "queued": (lazy_gettext("Letter on its way"), ""),
    "sent": (lazy_gettext("Letter sent"), "green"),
    "failed": (lazy_gettext("Letter not sent"), "red"),
}
"""By what ``notify.personal_mail`` answers: words and colour."""
DELIVERY_WORDS: Final = {
    "queued": (lazy_gettext("Waiting"), ""),
    "accepted": (lazy_gettext("Accepted"), "green"),
    "delivered": (lazy_gettext("Arrived"), "green"),
    "failed": (lazy_gettext("Given up"), "red"),
    "bounced": (lazy_gettext("Came back"), "red"),
    "cancelled": (lazy_gettext("Not needed any more"), "grey"),
    "suppressed": (lazy_gettext("Kept back"), "orange"),
}
PROPOSAL_WORDS: Final = {
    "proposed": (lazy_gettext("Waits"), "yellow"),
    "confirmed": (lazy_gettext("Confirmed"), "green"),
    "refused": (lazy_gettext("Refused"), "red"),
    "withdrawn": (lazy_gettext("Withdrawn"), "grey"),
    "replaced": (lazy_gettext("Replaced by another"), "grey"),
    "expired": (lazy_gettext("Expired"), "grey"),
}
ACT_WORDS: Final = {
    "contact_point.change": lazy_gettext("Change a contact point"),
    "contact_point.retire": lazy_gettext("Retire a contact point"),
    "contact_point.rotate": lazy_gettext("Make a new signing secret"),
    "ladder.save": lazy_gettext("Change a ladder"),
}
PROBLEM_WORDS: Final = {
    "unverified": lazy_gettext("Nobody has verified it, so nothing is sent there."),
    "flagged": lazy_gettext("Messages failed again and again, so nothing more is sent there."),
    "expired": lazy_gettext("It has to be verified again. It is still used."),
    "expires_soon": lazy_gettext("It will soon have to be verified again."),
}
DONE: Final = {
    "invited": lazy_gettext("The invitation is on its way. You see here whether the letter was sent."),
    "sent-again": lazy_gettext("The letter goes out again, with a new link. The link before is worth nothing now."),
    "withdrawn": lazy_gettext("The invitation is withdrawn. Its link is worth nothing now."),
    "roles": lazy_gettext("The roles are changed. Where one was taken away, the person has to sign in again."),
    "renamed": lazy_gettext("The name is changed."),
    "address-asked": lazy_gettext(
        "A link is on its way to the new address. The old one counts until the person has opened it and signed in."
    ),
    "address-withdrawn": lazy_gettext("The new address is not asked for any more. Its link is worth nothing now."),
    "disabled": lazy_gettext("The account is disabled. Whoever used it is out, and an e-mail tells the person."),
    "enabled": lazy_gettext("The account is enabled again, with the roles that it had."),
    "new-password": lazy_gettext(
        "A letter with a link is on its way to the person. The old password and every session have ended."
    ),
    "sessions-ended": lazy_gettext("The person is signed out everywhere."),
    "point-added": lazy_gettext("The contact point is added. It is used once somebody has verified it."),
    "point-changed": lazy_gettext("The contact point is changed."),
    "point-verified": lazy_gettext("The contact point is verified, and used from now on."),
    "point-retired": lazy_gettext("The contact point is retired. Nothing more goes there."),
    "proposed": lazy_gettext("Nothing is changed yet: a second person in your organisation has to confirm this."),
    "confirmed": lazy_gettext("It is confirmed, and counts from now on."),
    "refused": lazy_gettext("It is refused. Nothing is changed."),
    "taken-back": lazy_gettext("It is withdrawn. Nothing is changed."),
    "ladder-saved": lazy_gettext("The ladder is saved. What is climbing already keeps the version that it began with."),
    "client-added": lazy_gettext("The system is added. It can do nothing until it has a key."),
    "client-disabled": lazy_gettext("The system is disabled for good, with every key that it had."),
    "key-revoked": lazy_gettext("The key is revoked: the next request made with it is refused."),
    "key-issued": lazy_gettext(
        "This form was sent before, and its key was shown then. If nobody copied it, revoke it and issue another."
    ),
    "secret-made": lazy_gettext(
        "This form was sent before, and its secret was shown then. If nobody copied it, make another."
    ),
    "provider-added": lazy_gettext("The sign-in is added. Your people may use it at once."),
    "provider-changed": lazy_gettext("The sign-in is changed."),
    "provider-disabled": lazy_gettext("The sign-in is disabled for good. Whoever signed in through it is signed out."),
}
"""What was just done, by the word in the address that a form leads to."""


def role(name: str) -> str:
    """A role as it is said: “Duty desk”."""
    known = ROLE_WORDS.get(name)
    return str(known) if known is not None else _capital(translated(spoken(name)))


def roles(names: Iterable[str]) -> str:
    """Roles as they are said, one after the other."""
    return ", ".join(sorted(role(name) for name in names))


def any_role(names: Iterable[str]) -> str:
    """Roles of which any one is meant, or each: “Social worker and Team manager”."""
    said = [role(name) for name in names]
    if len(said) < 2:
        return "".join(said)
    return str(gettext("%(first)s and %(last)s", first=", ".join(said[:-1]), last=said[-1]))


def role_may(name: str) -> str:
    """What a role is for, and what whoever holds it may do."""
    says = _capital(translated(ROLES[name].says))
    may = "; ".join(translated(SCOPES[scope]) for scope in SCOPES if scope in ROLES[name].scopes)
    return str(gettext("%(says)s. May: %(may)s.", says=says, may=may) if may else gettext("%(says)s.", says=says))


def role_options(kind: str) -> list[tuple[str, str, str]]:
    """The roles that an organisation of *kind* has, for checkboxes: value, words, what it is for."""
    return [(name, role(name), _capital(translated(held.says))) for name, held in ROLES.items() if kind in held.kinds]


def roles_explained(kind: str) -> list[tuple[str, str]]:
    """The roles that an organisation of *kind* has, each with what it is for and what it may do."""
    return [(role(name), role_may(name)) for name, held in ROLES.items() if kind in held.kinds]


def scope_options(scopes: Iterable[str]) -> list[tuple[str, str]]:
    """Scopes for checkboxes, in the order of the policy's page."""
    wanted = set(scopes)
    return [(scope, _capital(translated(says))) for scope, says in SCOPES.items() if scope in wanted]


def done(word: str | None) -> str:
    """The sentence of what was just done; empty for a word that is none of ours."""
    return str(DONE.get(word or "", ""))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
