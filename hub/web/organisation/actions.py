"""What people may do, in words, for the page that says why somebody may or may not."""

from typing import Final

from flask_babel import lazy_gettext

from hub.access.permissions import PERMISSIONS

_ACTIONS: Final = {
    "notice.draft": lazy_gettext("Write a notice"),
    "notice.register": lazy_gettext("Register a notice"),
    "notice.read": lazy_gettext("Read a notice"),
    "notice.receipt": lazy_gettext("See the receipt of a notice"),
    "notice.correct": lazy_gettext("Correct a notice"),
    "notice.withdraw": lazy_gettext("Withdraw a notice"),
    "notice.acknowledge": lazy_gettext("Acknowledge a notice that came in"),
    "notice.redirect": lazy_gettext("Redirect a notice that belongs to another organisation"),
    "question.read": lazy_gettext("Read a question about a notice"),
    "question.ask": lazy_gettext("Ask a question about a notice, or say what is wrong with it"),
    "question.answer": lazy_gettext("Answer a question about a notice"),
    "host_step.read": lazy_gettext("See what was passed on to health and education"),
    "host_step.record": lazy_gettext("Pass a notice on to health and education"),
    "placement.read": lazy_gettext("Read a placement"),
    "placement.approve": lazy_gettext("Approve a placement"),
    "approval.ask": lazy_gettext("Ask for a placement’s approval"),
    "approval.read": lazy_gettext("See what was asked and decided about a placement’s approval"),
    "assignment.change": lazy_gettext("Say who looks after a placement"),
    "register.read": lazy_gettext("Read the register of children placed in the area"),
    "resident.read": lazy_gettext("Read the list of residents"),
    "match.read": lazy_gettext("See notices that may be about the same child"),
    "match.decide": lazy_gettext("Decide whether two notices are about the same child"),
    "file.upload": lazy_gettext("Add a file to a notice"),
    "file.open": lazy_gettext("Open a notice’s file"),
    "obligation.read": lazy_gettext("See what is due and overdue"),
    "obligation.fulfil": lazy_gettext("Say that a duty was done outside the hub"),
    "obligation.excuse": lazy_gettext("Excuse a duty that was not done"),
    "obligation.pause": lazy_gettext("Pause a duty’s ladder"),
    "obligation.void": lazy_gettext("Strike out a duty that was opened in error"),
    "ladder.read": lazy_gettext("See the ladders"),
    "ladder.save": lazy_gettext("Change a ladder"),
    "inbox.read": lazy_gettext("Read the inbox"),
    "event.read": lazy_gettext("Read the feed of events"),
    "delivery.read": lazy_gettext("See whether a message arrived"),
    "delivery.resend": lazy_gettext("Send a message again"),
    "evidence.read": lazy_gettext("Open the evidence of a notice"),
    "organisation.add": lazy_gettext("Add an organisation to the directory"),
    "organisation.change": lazy_gettext("Change an organisation’s entry in the directory"),
    "organisation.join": lazy_gettext("Record that an organisation has joined"),
    "organisation.close": lazy_gettext("Close an organisation"),
    "organisation.read": lazy_gettext("Look up an organisation"),
    "contact_point.read": lazy_gettext("See the contact points"),
    "contact_point.add": lazy_gettext("Add a contact point"),
    "contact_point.change": lazy_gettext("Change a contact point"),
    "contact_point.verify": lazy_gettext("Verify a contact point"),
    "contact_point.rotate": lazy_gettext("Make a new signing secret of a webhook"),
    "contact_point.retire": lazy_gettext("Retire a contact point"),
    "reachability.read": lazy_gettext("See which desks cannot be reached"),
    "reachability.survey": lazy_gettext("See which organisations cannot be reached"),
    "proposal.read": lazy_gettext("See what waits for a second person"),
    "proposal.decide": lazy_gettext("Confirm or refuse what a colleague proposed"),
    "proposal.withdraw": lazy_gettext("Withdraw one’s own proposal"),
    "client.read": lazy_gettext("See the systems that act for the organisation"),
    "client.add": lazy_gettext("Add a system"),
    "client.disable": lazy_gettext("Disable a system"),
    "key.issue": lazy_gettext("Issue a system’s key"),
    "key.revoke": lazy_gettext("Revoke a system’s key"),
    "person.read": lazy_gettext("See the organisation’s people"),
    "person.invite": lazy_gettext("Invite somebody"),
    "person.change": lazy_gettext("Change somebody’s roles"),
    "person.disable": lazy_gettext("Disable somebody’s account"),
    "person.reset": lazy_gettext("Let somebody set a new password"),
    "session.read": lazy_gettext("See where one is signed in"),
    "session.end": lazy_gettext("Sign out of a browser"),
    "team.read": lazy_gettext("See the teams"),
    "team.change": lazy_gettext("Change the teams"),
    "provider.read": lazy_gettext("See the organisation’s own sign-in"),
    "provider.change": lazy_gettext("Change the organisation’s own sign-in"),
    "audit.read": lazy_gettext("Read the audit"),
    "audit.verify": lazy_gettext("Verify that the audit is whole"),
    "clock.move": lazy_gettext("Move the clock of a rehearsal"),
    "account.use": lazy_gettext("Look after one’s own account"),
    "area.read": lazy_gettext("Look up whose area a postcode is in"),
    "duties.explain": lazy_gettext("Ask what is owed"),
}


def say(action: str) -> str:
    """The action in words; one that has none yet by the parts of its name."""
    known = _ACTIONS.get(action)
    if known is not None:
        return str(known)
    what, _, verb = action.partition(".")
    return f"{verb} {what}".replace("_", " ").strip().capitalize()


def options(kind: str) -> list[tuple[str, str]]:
    """The actions that are open to some organisation of *kind*, in the order of the policy's page: value and words."""
    return [(action, say(action)) for action, line in PERMISSIONS.items() if kind in line.kinds]
