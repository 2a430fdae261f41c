"""The pages for anybody, of sign-in and accounts, and of guests, looked at one after the other."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from hub.access.single_sign_on import providers
from hub.access.single_sign_on.addresses import Reach
from hub.core.clock import utc_now
from hub.core.db import keys_of
from hub.notify.couriers import Couriers
from hub.notify.models import Alert, Obligation, PersonalMail
from hub.notify.outbox import Wanted, raise_alerts
from hub.registry.models import Pickup
from tests.access.visiting import invited
from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.browser.sending import asked, sends
from tests.journeys.guest import CODE
from tests.notify.post import delivered, email_channel
from tests.registry.papers import CHILD, MAIDSTONE, NORWICH, start

STOPS = (
    *("start", "law", "api", "not-found", "no-page", "sign-in", "sign-in-errors", "sign-in-organisations"),
    *("invitation", "invitation-errors", "enrol", "enrol-app", "enrol-app-errors", "recovery-codes"),
    *("account", "factors", "passkey-new", "passkey-new-errors", "factors-two", "prove", "prove-errors"),
    *("name", "name-errors", "email", "email-errors", "account-new-email", "new-address"),
    *("password", "password-errors", "refused", "signed-out", "second-step", "second-step-errors", "sign-in-passkey"),
    *("account-two-sessions", "sign-in-ended"),
    *("guest-link", "guest-code", "guest-code-errors", "guest-notice", "guest-acknowledge-errors"),
    *("guest-redirect-errors", "guest-acknowledged", "guest-link-acknowledged", "guest-link-corrected"),
    *("guest-link-withdrawn", "guest-owed", "guest-owed-late", "guest-other", "guest-joined", "guest-nowhere"),
)


class TestPagesOfAccounts(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    yield from _public(world.sit_down("pat.public@leeds.example"))
    pat = world.sit_down("pat.tour@leeds.example")
    yield from _joining(world, pat)
    yield from _account(pat)
    yield from _details(world, pat)
    yield from _password(pat)
    yield from _in_again(world, pat)
    yield from _guest(world, world.sit_down("nobody@norfolk.example"))


# --- without an account -------------------------------------------------------------------------------------------------


def _public(pat: Somebody) -> Iterator[Stop]:
    yield from opened(
        pat,
        ("start", "/"),
        ("law", "/law"),
        ("api", "/api/v1/docs"),
        ("not-found", "/nowhere"),
        ("no-page", "/sign-out"),
        ("sign-in", "/sign-in"),
    )
    yield from refused(pat, "sign-in", "Go on")
    pat.opens("/sign-in/with")
    yield "sign-in-organisations", pat.page


def _joining(world: World, pat: Somebody) -> Iterator[Stop]:
    _provider(world)
    pat.opens(invited(world.hub.database, world.hub.cast, email=pat.email, now=utc_now()))
    yield "invitation", pat.page
    pat.types("Password", "tooshort")
    yield from refused(pat, "invitation", "Go on")
    pat.accepts(pat.page.url)
    yield "enrol", pat.page
    pat.presses("Set up an app")
    yield "enrol-app", pat.page
    pat.types("Code", "000000x")
    yield from refused(pat, "enrol-app", "Confirm the app")
    pat.confirms_the_app()
    yield "recovery-codes", pat.page


def _provider(world: World) -> None:
    """Leeds signs in through a provider that nobody runs."""
    wanted = {
        "name": "Leeds sign-in",
        "issuer": "https://login.leeds.example",
        "client_id": "hub",
        "client_secret": None,
    }
    wanted |= {"groups_claim": "groups", "group_roles": {"Duty team": "duty_desk"}, "proves_second_factor": True}
    with world.hub.database.write() as session:
        leeds = world.hub.cast.actors["leeds"]
        providers.add(session, leeds, wanted, reach=Reach(private=True, plain_loopback=True), now=utc_now())


# --- with one -----------------------------------------------------------------------------------------------------------


def _account(pat: Somebody) -> Iterator[Stop]:
    pat.opens("/account")
    yield "account", pat.page
    pat.opens("/account/factors")
    yield "factors", pat.page
    pat.device()
    pat.presses("Add a passkey")
    yield "passkey-new", pat.page
    pat.page.locator("form[data-passkey]").evaluate("form => form.submit()")  # as where no script runs
    pat.reads("There is a problem")
    yield "passkey-new-errors", pat.page
    pat.types("Name of the device", "Work laptop")
    pat.presses("Make the passkey")
    pat.arrives("/account/factors")
    yield "factors-two", pat.page
    pat.opens("/account/prove")
    yield "prove", pat.page
    yield from refused(pat, "prove", "Go on")


def _details(world: World, pat: Somebody) -> Iterator[Stop]:
    pat.opens("/account/name")
    yield "name", pat.page
    pat.types("Name", "")
    yield from refused(pat, "name", "Save the name")
    pat.opens("/account/email")
    yield "email", pat.page
    yield from refused(pat, "email", "Send the link")
    pat.types("New e-mail address at work", "pat.marrowfield@leeds.example")
    pat.presses("Send the link")
    pat.sees("Your account")
    yield "account-new-email", pat.page
    pat.opens(_newest_link(world))
    yield "new-address", pat.page


def _newest_link(world: World) -> str:
    """Where the newest message about somebody's own account leads."""
    with world.hub.database.read() as session:
        newest = select(PersonalMail).where(PersonalMail.kind == "person.new_address").order_by(PersonalMail.id.desc())
        mail = session.scalars(newest.limit(1)).one()
        return str(keys_of(session).open(mail.ref, mail.sealed or b"")["details"]["path"])


def _password(pat: Somebody) -> Iterator[Stop]:
    pat.opens("/account/password")
    yield "password", pat.page
    yield from refused(pat, "password", "Change the password")
    pat.page.locator("input[name=csrf_token]").evaluate("field => { field.value = 'another' }")
    pat.presses("Change the password")
    pat.sees("You may not do this")
    yield "refused", pat.page


def _in_again(world: World, pat: Somebody) -> Iterator[Stop]:
    pat.signs_out()
    yield "signed-out", pat.page
    elsewhere = world.sit_down(pat.email)
    elsewhere.gives_password()
    yield "second-step", elsewhere.page
    assert pat.phone is not None
    elsewhere.types("Code", pat.phone.wrong_code())
    yield from refused(elsewhere, "second-step", "Sign in")
    elsewhere.device().verifies(False)
    elsewhere.presses("Use your passkey")
    elsewhere.reads("No passkey was given")
    yield "sign-in-passkey", elsewhere.page
    pat.signs_in(pat.phone)
    elsewhere.signs_in(pat.phone)
    elsewhere.opens("/account")
    elsewhere.sees("Your account")
    yield "account-two-sessions", elsewhere.page
    elsewhere.presses("Sign out everywhere but here")
    elsewhere.sees("Your account")
    pat.opens("/account")
    yield "sign-in-ended", pat.page


# --- a guest ------------------------------------------------------------------------------------------------------------


def _guest(world: World, desk: Somebody) -> Iterator[Stop]:
    notice = _registered(world, address=NORWICH)
    link = _link(world, notice)
    desk.opens(link)
    yield "guest-link", desk.page
    desk.page.get_by_role("button", name="Send a code to").click()
    yield "guest-code", desk.page
    desk.types("Code", "0000 0000")
    yield from refused(desk, "guest-code", "Open the notice")
    yield from _guest_answers(world, desk, link)
    yield from _what_became_of_it(world, desk)
    yield from _owed(world, desk, notice)
    joined = _registered(world, address=MAIDSTONE)
    desk.opens(_link(world, joined, "kent"))
    yield "guest-joined", desk.page
    desk.opens("/n/alt_" + "0" * 26)
    yield "guest-nowhere", desk.page


def _guest_answers(world: World, desk: Somebody, link: str) -> Iterator[Stop]:
    _open(world, desk, link)
    yield "guest-notice", desk.page
    yield from refused(desk, "guest-acknowledge", "Acknowledge the notice")
    _open(world, desk, link)
    desk.page.get_by_text("Is the address not in your area?").click()
    yield from refused(desk, "guest-redirect", "Pass the notice on")
    _open(world, desk, link)
    form = desk.page.locator("form[action$=acknowledgement]")
    form.get_by_label("Your name").fill("T. Example")
    form.get_by_label("Your role").fill("duty manager")
    desk.presses("Acknowledge the notice")
    desk.sees("The notice is acknowledged")
    yield "guest-acknowledged", desk.page
    desk.opens(link)
    yield "guest-link-acknowledged", desk.page


def _what_became_of_it(world: World, desk: Somebody) -> Iterator[Stop]:
    notice = _registered(
        world, address=NORWICH, child={**CHILD, "given_names": "Alder", "identifiers": {"local_id": "TEST-2"}}
    )
    link = _link(world, notice)
    corrected = _paper(address=NORWICH, child={**CHILD, "given_names": "Aldo", "identifiers": {"local_id": "TEST-2"}})
    newer = asked(world.hub, "leeds", f"/notices/{notice}/correction", corrected)["notice"]
    desk.opens(link)
    yield "guest-link-corrected", desk.page
    asked(world.hub, "leeds", f"/notices/{newer}/withdrawal", {"reason": "Invented: it fell through."})
    desk.opens(_link(world, newer))
    yield "guest-link-withdrawn", desk.page


def _owed(world: World, desk: Somebody, notice: str) -> Iterator[Stop]:
    other = _registered(
        world, address=NORWICH, child={**CHILD, "given_names": "Elm", "identifiers": {"local_id": "TEST-3"}}
    )
    desk.opens(_reminder(world, "obligation.due_soon", other))
    yield "guest-owed", desk.page
    _aged(world, other, utc_now() - timedelta(days=3))
    desk.opens(_reminder(world, "obligation.overdue", other))
    yield "guest-owed-late", desk.page
    desk.opens(_raised(world, Wanted("delivery.given_up", _norfolk(world), "duty_desk", "alt_" + "0" * 26)))
    yield "guest-other", desk.page


def _paper(**said: Any) -> dict[str, Any]:
    return start(**{"starts_at": (utc_now() + timedelta(days=7)).isoformat(), **said})


def _registered(world: World, **said: Any) -> str:
    return str(sends(world.hub, "leeds", _paper(**said))["notice"])


def _norfolk(world: World) -> int:
    return int(world.hub.cast.ids["norfolk"])


def _link(world: World, notice: str, member: str = "norfolk") -> str:
    wanted = (Alert.subject_ref == notice, Alert.organisation_id == world.hub.cast.ids[member])
    with world.hub.database.read() as session:
        return "/n/" + str(session.scalars(select(Alert.ref).where(*wanted).order_by(Alert.id.desc())).first())


def _open(world: World, desk: Somebody, link: str) -> None:
    """Ask for a code, read it in the mailbox, type it. No more than three codes go out in an hour: the tour's are forgotten."""
    with world.hub.database.write() as session:
        session.execute(update(Pickup).values(sent_at=utc_now() - timedelta(hours=2)))
    desk.opens(link)
    desk.page.get_by_role("button", name="Send a code to").click()
    desk.types("Code", _newest_code(world))
    desk.presses("Open the notice")
    desk.reads("Your reading of this notice has been recorded")


def _newest_code(world: World) -> str:
    with contextlib.closing(Couriers({"email": email_channel(world.sink.port)})) as couriers:
        delivered(world.hub.database, world.rules, couriers, now=utc_now())
    return [code for raw in world.sink.messages for code in CODE.findall(raw.decode().replace("\r", ""))][-1]


def _reminder(world: World, kind: str, notice: str) -> str:
    with world.hub.database.read() as session:
        owed = session.scalars(select(Obligation).where(*_acknowledging(world, notice))).one()
        return _raised(world, Wanted(kind, _norfolk(world), "duty_desk", owed.ref, owed.id))


def _acknowledging(world: World, notice: str) -> tuple[Any, ...]:
    return (
        Obligation.subject_ref == notice,
        Obligation.duty_code == "EACK",
        Obligation.owed_by_id == _norfolk(world),
    )


def _aged(world: World, notice: str, due_at: datetime) -> None:
    with world.hub.database.write() as session:
        owed = session.scalars(select(Obligation).where(*_acknowledging(world, notice))).one()
        owed.due_at, owed.due_on = due_at, due_at.date()


def _raised(world: World, wanted: Wanted) -> str:
    with world.hub.database.write() as session:
        [raised] = raise_alerts(session, [wanted], rules=world.rules, now=utc_now())
    return f"/n/{raised.alert_ref}"
