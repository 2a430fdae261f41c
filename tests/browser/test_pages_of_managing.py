"""What managers, officers and directors see, looked at one page after the other; and everybody's first page."""

from collections.abc import Iterator
from datetime import timedelta

from hub.core.clock import utc_now
from tests.browser.casework_seed import adjoining, asked, drafted, falls_due, looks_after, planned
from tests.browser.looking import LookedAt, Stop, World, found  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.registry.papers import emergency_start

STOPS = (
    *("today-empty", "today-of-an-officer-empty", "today-of-police", "today-of-a-home", "today-of-the-operator"),
    *(
        "owed-empty",
        "owed-done-empty",
        "approvals-empty",
        "approvals-answered-empty",
        "placements-empty",
        "teams-empty",
    ),
    *("team-new", "team-new-errors", "teams", "team-change", "team-change-errors", "team-close"),
    *("placement-of-a-draft", "approval-ask", "approval-ask-errors", "approval-asked", "approvals"),
    *("approval", "approval-errors", "approval-back-errors", "approval-sent-back", "today-sent-back"),
    "draft-sent-back",
    "approval-again",
    *("approval-given", "approvals-answered", "today-of-a-worker", "today-of-a-manager"),
    *("owed", "owed-to-us", "owed-nothing-fits", "owed-export", "owed-one", "owed-done", "owed-done-errors"),
    *("owed-excuse", "owed-excuse-errors", "owed-excused", "owed-pause-errors", "owed-paused", "owed-date-cannot"),
    *("owed-void", "owed-reopen", "placements", "placement", "placement-of-host", "worker", "worker-stale-errors"),
)


class TestPagesOfManaging(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    priya, marcus, dara, helen = (world.signed_in(name) for name in ("priya", "marcus", "dara", "helen"))
    yield from _nothing_yet(world, priya, marcus)
    yield from _teams(helen)
    yield from _approvals(world, priya, dara)
    yield from _owed(world, priya, marcus)
    yield from _placements(world, marcus)


def _nothing_yet(world: World, priya: Somebody, marcus: Somebody) -> Iterator[Stop]:
    for name, somebody in (
        ("today-empty", priya),
        ("today-of-an-officer-empty", marcus),
        ("today-of-police", world.signed_in("okoro")),
        ("today-of-a-home", world.signed_in("wren")),
        ("today-of-the-operator", world.signed_in("ola")),
    ):
        somebody.opens("/today")
        yield name, somebody.page
    for name, path in (
        ("owed-empty", "/owed"),
        ("owed-done-empty", "/owed?due=done"),
        ("approvals-empty", "/approvals"),
        ("approvals-answered-empty", "/approvals?which=answered"),
        ("placements-empty", "/placements"),
        ("teams-empty", "/organisation/teams"),
    ):
        marcus.opens(path)
        yield name, marcus.page


def _teams(helen: Somebody) -> Iterator[Stop]:
    helen.opens("/organisation/teams/new")
    yield "team-new", helen.page
    helen.presses("Save")
    helen.reads("There is a problem")
    yield "team-new-errors", helen.page
    helen.types("What is the team called?", "North")
    helen.page.get_by_label("Priya Shah").check()
    helen.presses("Save")
    helen.reads("The team is made")
    yield "teams", helen.page
    helen.page.get_by_role("link", name="Change North").click()
    yield "team-change", helen.page
    helen.page.locator("input[name=version]").evaluate("field => { field.value = '7' }")
    helen.page.get_by_label("Marcus Bell").check()
    helen.presses("Save")
    helen.reads("Somebody else changed this team")
    yield "team-change-errors", helen.page
    helen.opens("/organisation/teams")
    helen.page.get_by_role("link", name="Close North").click()
    yield "team-close", helen.page


def _approvals(world: World, priya: Somebody, dara: Somebody) -> Iterator[Stop]:
    _, placement = drafted(world.hub, planned())
    looks_after(world.hub, placement, "priya")
    priya.opens(f"/placements/{placement}")
    yield "placement-of-a-draft", priya.page
    priya.page.get_by_role("button", name="Ask for approval").click()
    yield "approval-ask", priya.page
    priya.page.get_by_label("What your officer should know besides (optional)").evaluate(
        "field => { field.removeAttribute('maxlength'); field.value = 'x'.repeat(1001) }"
    )
    priya.presses("Ask for approval")
    priya.reads("There is a problem")
    yield "approval-ask-errors", priya.page
    priya.types("What your officer should know besides (optional)", "Invented: the child asked to be near a brother.")
    priya.presses("Ask for approval")
    priya.reads("The approval is asked for")
    yield "approval-asked", priya.page
    dara.opens("/approvals")
    yield "approvals", dara.page
    dara.page.locator("#approvals a").first.click()
    yield "approval", dara.page
    dara.types("Who approves", "")
    dara.presses("Approve the placement")
    dara.reads("There is a problem")
    yield "approval-errors", dara.page
    dara.presses("Send it back")
    dara.reads("There is a problem")
    yield "approval-back-errors", dara.page
    yield from _sent_back_and_given(priya, dara)


def _sent_back_and_given(priya: Somebody, dara: Somebody) -> Iterator[Stop]:
    dara.types("What has to change, and why", "Invented: consult Kent first, and send them the care plan.")
    dara.presses("Send it back")
    dara.reads("The placement is sent back")
    yield "approval-sent-back", dara.page
    priya.opens("/today")
    yield "today-sent-back", priya.page
    priya.page.locator("#today a").filter(has_text="Placement in").first.click()
    priya.page.get_by_role("button", name="Go to the draft").click()
    priya.reads("Sent back by Dara Quist")
    yield "draft-sent-back", priya.page
    priya.page.get_by_role("link", name="then ask for approval again").click()
    yield "approval-again", priya.page
    priya.presses("Ask for approval")
    priya.reads("The approval is asked for")
    dara.opens("/today")
    dara.page.locator("#today a").first.click()
    dara.presses("Approve the placement")
    dara.reads("The placement is approved")
    yield "approval-given", dara.page
    dara.opens("/approvals?which=answered")
    yield "approvals-answered", dara.page


def _owed(world: World, priya: Somebody, marcus: Somebody) -> Iterator[Stop]:
    now = utc_now()
    said = {"starts_at": (now - timedelta(days=1)).isoformat(), "emergency": {"reason": "Invented: at night."}}
    sent = asked(world.hub, "/notices", emergency_start("care_plan", **{**adjoining(), **said}))["placement"]
    looks_after(world.hub, sent, "priya")
    late = falls_due(world.hub, sent, "E13G", now - timedelta(days=2))
    falls_due(world.hub, sent, "E13S", now + timedelta(minutes=5))
    priya.opens("/today")
    yield "today-of-a-worker", priya.page
    marcus.opens("/today")
    yield "today-of-a-manager", marcus.page
    for name, path in (
        ("owed", "/owed?whose=all"),
        ("owed-to-us", "/owed?side=owed_to_us&whose=all"),
        ("owed-nothing-fits", "/owed?whose=all&duty=E28A"),
        ("owed-export", "/owed/export?whose=all"),
        ("owed-one", f"/owed/{late}"),
        ("owed-done", f"/owed/{late}/done"),
    ):
        marcus.opens(path)
        yield name, marcus.page
    yield from _decided(world, marcus, late, sent)


def _decided(world: World, marcus: Somebody, late: str, sent: str) -> Iterator[Stop]:
    marcus.types("Day", "31")
    marcus.presses("Record that it was done")
    marcus.reads("There is a problem")
    yield "owed-done-errors", marcus.page
    marcus.opens(f"/owed/{late}/excuse")
    yield "owed-excuse", marcus.page
    marcus.presses("Excuse the duty")
    marcus.reads("There is a problem")
    yield "owed-excuse-errors", marcus.page
    marcus.page.get_by_label("It was not reasonably practicable").check()
    marcus.types("What happened", "Invented: nobody knew the practice.")
    marcus.presses("Excuse the duty")
    marcus.reads("The duty is excused")
    yield "owed-excused", marcus.page
    other = falls_due(world.hub, sent, "E13I", utc_now() + timedelta(days=1))
    marcus.opens(f"/owed/{other}/pause")
    marcus.presses("Pause the reminders")
    marcus.reads("There is a problem")
    yield "owed-pause-errors", marcus.page
    marcus.page.get_by_label("We wait for information").check()
    marcus.presses("Pause the reminders")
    marcus.reads("The reminders are paused")
    yield "owed-paused", marcus.page
    marcus.opens(f"/owed/{other}/date")
    yield "owed-date-cannot", marcus.page
    bea = world.signed_in("bea")
    asked(world.hub, "/notices", planned())
    bea.opens("/owed?side=owed_to_us&whose=all")
    yield from _by_whom_it_is_owed_to(bea)


def _by_whom_it_is_owed_to(bea: Somebody) -> Iterator[Stop]:
    bea.page.locator("#owed th a").first.click()
    bea.page.get_by_role("link", name="Strike the duty out").click()
    yield "owed-void", bea.page
    bea.page.get_by_label("It is not owed").check()
    bea.presses("Strike the duty out")
    bea.reads("The duty is struck out")
    bea.page.get_by_role("link", name="Open the duty again").click()
    yield "owed-reopen", bea.page


def _placements(world: World, marcus: Somebody) -> Iterator[Stop]:
    marcus.opens("/placements?whose=all")
    yield "placements", marcus.page
    marcus.page.locator("tbody th a").last.click()
    yield "placement", marcus.page
    tom = world.signed_in("tom")
    tom.opens(marcus.page.url)
    yield "placement-of-host", tom.page
    marcus.page.get_by_role("link", name="Say who looks after it").click()
    yield "worker", marcus.page
    marcus.page.locator("input[name=version]").evaluate("field => { field.value = '7' }")
    marcus.page.get_by_label("Worker").select_option(label="Marcus Bell")
    marcus.presses("Save")
    marcus.reads("Now it is:")
    yield "worker-stale-errors", marcus.page
