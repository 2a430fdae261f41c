"""The pages of an organisation's administrator, looked at one after the other."""

import re
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from hub.core.clock import utc_now
from hub.directory.models import ContactPoint, Proposal
from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody

STOPS = (
    *("organisation", "organisation-well", "people", "people-found", "people-nobody", "person", "person-me"),
    *("person-roles", "person-roles-errors", "person-roles-stale", "person-name", "person-name-errors"),
    *("person-email", "person-email-errors", "person-new-email", "person-why", "person-why-no", "person-disable"),
    *("person-disabled", "person-enable", "person-new-password", "invite", "invite-errors", "people-invited"),
    *("invitation-again", "invitation-withdraw"),
    *("contact-points", "contact-point-new", "contact-point-new-errors", "contact-point-details"),
    *("contact-point-details-errors", "contact-point", "contact-point-flagged", "contact-point-verify"),
    *("contact-point-verify-second", "contact-point-verify-errors", "contact-point-change"),
    *("contact-point-change-errors", "contact-point-webhook", "webhook-secret", "webhook-secret-new"),
    *("contact-point-retire",),
    *("ladders", "ladder", "ladder-change", "ladder-change-errors", "ladder-rung", "ladder-rung-errors", "ladder-own"),
    *("systems-none", "system-new", "system-new-errors", "system", "system-key-new", "system-key-new-errors"),
    *("system-key", "system-with-key", "system-key-revoke", "system-disable", "systems"),
    *("proposals-none", "proposal-mine", "proposals", "proposal-decide", "proposal-decide-errors", "proposal-refused"),
    *("proposal-ladder",),
    *("sign-in-none", "sign-in-new", "sign-in-new-errors", "sign-in-own", "sign-in-change", "sign-in-disable"),
)
BASE = "/organisation"


class TestPagesOfTheOrganisation(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    grace, wren = world.signed_in("grace"), world.signed_in("wren")
    _flagged(world)
    grace.opens(BASE)
    yield "organisation", grace.page
    wren.opens(BASE)
    yield "organisation-well", wren.page
    yield from _people(world, grace)
    yield from _out(world, grace)
    yield from _invited(grace)
    yield from _new_point(world, grace)
    yield from _point(world, grace)
    yield from _webhook(wren)
    yield from _ladders(wren)
    yield from _systems(grace)
    yield from _proposals(world, world.signed_in("bryn"))
    yield from _two(world)
    yield from _sign_in(grace)


def _ref(world: World, name: str) -> str:
    return world.hub.cast.people[name].ref


# --- people -------------------------------------------------------------------------------------------------------------


def _people(world: World, grace: Somebody) -> Iterator[Stop]:
    tom, me = f"{BASE}/people/{_ref(world, 'tom')}", f"{BASE}/people/{_ref(world, 'grace')}"
    grace.opens(f"{BASE}/people")
    yield "people", grace.page
    for name, typed in (("people-found", "tom"), ("people-nobody", "nobody at all")):
        grace.types("Look for a name, an e-mail address or a role", typed)
        grace.presses("Look")
        grace.reads("found")
        yield name, grace.page
    yield from opened(grace, ("person", tom), ("person-me", me), ("person-roles", f"{tom}/roles"))
    yield from _roles(world, grace, tom)
    yield from _details(grace, tom)
    grace.opens(f"{tom}/why")
    yield "person-why", grace.page
    grace.page.get_by_label("What should this person be able to do?").select_option(label="Approve a placement")
    grace.presses("Tell me why")
    grace.reads("which none of their roles has")
    yield "person-why-no", grace.page


def _details(grace: Somebody, tom: str) -> Iterator[Stop]:
    grace.opens(f"{tom}/name")
    yield "person-name", grace.page
    grace.types("Name", "")
    yield from refused(grace, "person-name", "Save the name")
    grace.opens(f"{tom}/email")
    yield "person-email", grace.page
    yield from refused(grace, "person-email", "Send the link")
    grace.types("New e-mail address at work", "tom.marrowfield@kent.example")
    grace.presses("Send the link")
    grace.reads("A link is on its way")
    yield "person-new-email", grace.page
    grace.presses("Withdraw the new e-mail address")


def _roles(world: World, grace: Somebody, tom: str) -> Iterator[Stop]:
    for role in ("Duty desk", "Register keeper"):
        grace.page.get_by_label(role, exact=True).uncheck()
    yield from refused(grace, "person-roles", "Save the roles")
    grace.opens(f"{tom}/roles")
    bea = world.signed_in("bea")
    bea.opens(f"{tom}/roles")
    bea.page.get_by_label("Register keeper", exact=True).uncheck()
    bea.presses("Save the roles")
    bea.reads("The roles are changed")
    grace.page.get_by_label("Data officer", exact=True).check()
    grace.presses("Save the roles")
    grace.reads("Where the two differ")
    yield "person-roles-stale", grace.page


def _out(world: World, grace: Somebody) -> Iterator[Stop]:
    tom = f"{BASE}/people/{_ref(world, 'tom')}"
    grace.opens(f"{tom}/disable")
    yield "person-disable", grace.page
    grace.presses("Disable the account")
    grace.reads("The account is disabled")
    yield "person-disabled", grace.page
    grace.opens(f"{tom}/enable")
    yield "person-enable", grace.page
    grace.presses("Enable the account")
    grace.opens(f"{tom}/new-password")
    yield "person-new-password", grace.page


def _invited(grace: Somebody) -> Iterator[Stop]:
    grace.opens(f"{BASE}/invitations/new")
    yield "invite", grace.page
    yield from refused(grace, "invite", "Send the invitation")
    grace.types("Name", "Pat Fictitious")
    grace.types("E-mail address at work", "pat.fictitious@kent.example")
    grace.page.get_by_label("Duty desk", exact=True).check()
    grace.presses("Send the invitation")
    grace.reads("The invitation is on its way")
    yield "people-invited", grace.page
    grace.page.get_by_role("link", name="Send again").click()
    grace.sees("Send the letter to Pat Fictitious again?")
    yield "invitation-again", grace.page
    grace.opens(f"{BASE}/people")
    grace.page.get_by_role("link", name="Withdraw").click()
    grace.sees("Withdraw what was sent to Pat Fictitious?")
    yield "invitation-withdraw", grace.page


# --- contact points -----------------------------------------------------------------------------------------------------


def _point_ref(world: World, member: str, role: str, channel: str = "email") -> str:
    wanted = (ContactPoint.organisation_id == world.hub.cast.ids[member], ContactPoint.role == role)
    with world.hub.database.read() as session:
        found = select(ContactPoint.ref).where(*wanted, ContactPoint.channel == channel).order_by(ContactPoint.id)
        return str(session.scalars(found).first())


def _flagged(world: World) -> None:
    """Kent's mailbox for the head of service is broken, and nothing else reaches that desk."""
    ref = _point_ref(world, "kent", "head_of_service")
    with world.hub.database.write() as session:
        point = session.scalars(select(ContactPoint).where(ContactPoint.ref == ref)).one()
        point.flagged_at, point.hard_failures = utc_now() - timedelta(days=1), 3


def _new_point(world: World, grace: Somebody) -> Iterator[Stop]:
    grace.opens(f"{BASE}/contact-points")
    yield "contact-points", grace.page
    grace.opens(f"{BASE}/contact-points/new")
    yield "contact-point-new", grace.page
    yield from refused(grace, "contact-point-new", "Go on")
    grace.page.get_by_label("Whose desk is reached there?").select_option(label="Head of service")
    grace.page.get_by_label("E-mail", exact=True).check()
    grace.presses("Go on")
    grace.sees("Head of service: E-mail")
    yield "contact-point-details", grace.page
    grace.page.get_by_label("At the hours below").check()
    grace.types("Opens on Monday", "early")
    yield from refused(grace, "contact-point-details", "Add the contact point")
    grace.types("Opens on Monday", "9am")
    grace.types("Closes on Monday", "5.30pm")
    grace.types("E-mail address", "heads@kent.example")
    grace.types("What is it for?", "The heads of service, Mondays")
    grace.presses("Add the contact point")
    grace.reads("The contact point is added")
    yield "contact-point", grace.page


def _point(world: World, grace: Somebody) -> Iterator[Stop]:
    mine = grace.page.url.split("?")[0]
    broken = f"{BASE}/contact-points/{_point_ref(world, 'kent', 'head_of_service')}"
    grace.opens(broken)
    yield "contact-point-flagged", grace.page
    grace.opens(f"{broken}/verify")
    yield "contact-point-verify", grace.page
    grace.opens(f"{mine}/verify")
    yield "contact-point-verify-second", grace.page
    grace.opens(f"{broken}/verify")
    yield from refused(grace, "contact-point-verify", "It reaches the desk")
    grace.opens(f"{broken}/change")
    yield "contact-point-change", grace.page
    grace.types("Address", "heads")
    yield from refused(grace, "contact-point-change", "Propose the change")


def _webhook(wren: Somebody) -> Iterator[Stop]:
    wren.opens(f"{BASE}/contact-points/new/details?role=registered_manager&channel=webhook")
    yield "contact-point-webhook", wren.page
    wren.types("Address of the webhook", "https://hooks.willow.example/hub")
    wren.types("What is it for?", "Our own system")
    wren.presses("Add the contact point")
    wren.sees("How messages are signed")
    yield "webhook-secret", wren.page
    wren.page.get_by_role("button", name="I have kept it: go on").click()
    wren.page.get_by_role("link", name="Make a new signing secret").click()
    wren.sees("Make a new signing secret")
    yield "webhook-secret-new", wren.page
    wren.page.go_back()
    wren.page.get_by_role("link", name="Retire it").click()
    wren.sees("Retire this contact point?")
    yield "contact-point-retire", wren.page


# --- ladders ------------------------------------------------------------------------------------------------------------


def _ladders(wren: Somebody) -> Iterator[Stop]:
    wren.opens(f"{BASE}/ladders")
    yield "ladders", wren.page
    wren.page.get_by_role("link", name="A children’s home’s admissions and discharges").click()
    wren.sees("A children’s home’s admissions and discharges")
    yield "ladder", wren.page
    wren.page.get_by_role("button", name="Change this ladder").click()
    wren.reads("Nothing is saved until")
    yield "ladder-change", wren.page
    wren.types("How often does the last rung repeat, in working days?", "often")
    wren.page.get_by_role("button", name="Try it").last.click()
    wren.reads("There is a problem")
    yield "ladder-change-errors", wren.page
    wren.types("How often does the last rung repeat, in working days?", "5")
    wren.presses("Change rung 2")
    wren.sees("Rung 2: A children’s home’s admissions and discharges")
    yield "ladder-rung", wren.page
    wren.types("How many?", "")
    wren.page.get_by_role("button", name="Keep this rung").last.click()
    wren.reads("There is a problem")
    yield "ladder-rung-errors", wren.page
    wren.types("How many?", "2")
    wren.page.get_by_role("button", name="Keep this rung").last.click()
    wren.presses("Save this ladder")
    wren.reads("The ladder is saved")
    yield "ladder-own", wren.page


# --- systems ------------------------------------------------------------------------------------------------------------


def _systems(grace: Somebody) -> Iterator[Stop]:
    grace.opens(f"{BASE}/systems")
    yield "systems-none", grace.page
    grace.opens(f"{BASE}/systems/new")
    yield "system-new", grace.page
    yield from refused(grace, "system-new", "Add the system")
    grace.types("What is it called?", "Case system of the county")
    grace.page.get_by_label("See what concerns its own organisation").check()
    grace.presses("Add the system")
    grace.reads("The system is added")
    yield "system", grace.page
    system = grace.page.url.split("?")[0]
    yield from _key(grace, system)
    grace.opens(f"{system}/disable")
    yield "system-disable", grace.page
    grace.opens(f"{BASE}/systems")
    yield "systems", grace.page


def _key(grace: Somebody, system: str) -> Iterator[Stop]:
    grace.opens(f"{system}/keys/new")
    yield "system-key-new", grace.page
    grace.types("For how many days is it good?", "")
    yield from refused(grace, "system-key-new", "Issue the key")
    grace.types("For how many days is it good?", "20")
    grace.presses("Issue the key")
    grace.sees("The new key")
    yield "system-key", grace.page
    grace.page.get_by_role("button", name="I have kept it: go on").click()
    grace.sees("Case system of the county")
    yield "system-with-key", grace.page
    grace.page.get_by_role("link", name=re.compile("^Revoke")).click()
    grace.reads("cannot be made good again")
    yield "system-key-revoke", grace.page


# --- two people ---------------------------------------------------------------------------------------------------------


def _proposals(world: World, bryn: Somebody) -> Iterator[Stop]:
    bryn.opens(f"{BASE}/proposals")
    yield "proposals-none", bryn.page
    bryn.opens(f"{BASE}/contact-points/{_point_ref(world, 'kent_police', 'duty_desk')}/change")
    bryn.types("Address", "control.room@kent-police.example")
    bryn.presses("Propose the change")
    bryn.reads("Nothing is changed yet")
    yield "proposal-mine", bryn.page


def _two(world: World) -> Iterator[Stop]:
    grace, bea = world.signed_in("grace"), world.signed_in("bea")
    grace.opens(f"{BASE}/contact-points/{_point_ref(world, 'kent', 'duty_desk')}/change")
    grace.types("Address", "all.day@kent.example")
    grace.page.get_by_label("At the hours below").check()
    grace.types("Opens on Tuesday", "9")
    grace.types("Closes on Tuesday", "17")
    grace.presses("Propose the change")
    grace.reads("Nothing is changed yet")
    bea.opens(f"{BASE}/proposals")
    yield "proposals", bea.page
    bea.page.get_by_role("link", name="Change a contact point: Duty desk, E-mail").click()
    bea.page.get_by_role("button", name="Decide").click()
    bea.reads("Or refuse it")
    yield "proposal-decide", bea.page
    yield from refused(bea, "proposal-decide", "Refuse: nothing is changed")
    bea.types("Why?", "The night team does not read that mailbox.")
    bea.presses("Refuse: nothing is changed")
    bea.reads("It is refused")
    yield "proposal-refused", bea.page
    grace.opens(f"{BASE}/ladders/host_desk/change")
    grace.presses("Remove rung 2")
    grace.presses("Propose this ladder")
    grace.reads("Nothing is changed yet")
    with world.hub.database.read() as session:
        ref = session.scalars(select(Proposal.ref).where(Proposal.act == "ladder.save")).one()
    bea.opens(f"{BASE}/proposals/{ref}")
    yield "proposal-ladder", bea.page


# --- their own sign-in --------------------------------------------------------------------------------------------------


def _sign_in(grace: Somebody) -> Iterator[Stop]:
    grace.opens(f"{BASE}/sign-in")
    yield "sign-in-none", grace.page
    grace.opens(f"{BASE}/sign-in/new")
    yield "sign-in-new", grace.page
    yield from refused(grace, "sign-in-new", "Add the sign-in")
    grace.types("What do your people call it?", "Kent sign-in")
    grace.types("Issuer", "https://login.kent.example")
    grace.types("Client ID", "hub")
    grace.page.get_by_label("Name of the group").first.fill("Duty team")
    grace.page.get_by_label("Role of its members").first.select_option(label="Duty desk")
    grace.presses("Add the sign-in")
    grace.reads("The sign-in is added")
    yield "sign-in-own", grace.page
    grace.page.get_by_role("link", name="Change Kent sign-in").click()
    grace.sees("Change Kent sign-in")
    yield "sign-in-change", grace.page
    grace.opens(f"{BASE}/sign-in")
    grace.page.get_by_role("link", name="Disable Kent sign-in").click()
    grace.sees("Disable Kent sign-in for good?")
    yield "sign-in-disable", grace.page
