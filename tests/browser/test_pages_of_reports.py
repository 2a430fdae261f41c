"""The pages of reports, of what was given of them, and of statements, looked at one after the other."""

from collections.abc import Iterator

from hub.core.clock import london_date, utc_now
from tests.browser.desk_papers import asked
from tests.browser.looking import LookedAt, Stop, World, found, opened, refused  # noqa: F401 - a fixture
from tests.browser.people import Somebody
from tests.browser.report_seed import BY, gives, points_of, reported

STOPS = (
    *("extracts-empty", "extracts-errors", "reports-empty", "reports-errors", "statements-empty"),
    *("reports", "report", "report-errors", "report-recommendation", "report-recommendation-errors"),
    *("report-referral", "report-referral-errors", "report-recipients", "report-share"),
    *("report-share-errors", "report-given", "extract", "extract-question", "extract-question-errors"),
    *("extract-answer", "extract-answer-errors", "extract-answered", "extracts", "extract-host"),
    *("extract-host-recommendation", "extracts-council", "extract-recall", "extract-recall-errors"),
    *("extract-recalled", "reports-of-host", "reports-answered", "reports-author", "reports-file"),
    *("report-answered", "report-author", "statements", "statement", "statement-seller"),
    *("statement-adjust", "statement-adjust-errors", "statement-adjusted"),
)


class TestPagesOfReports(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    rhys, asha, tom, faye = (world.signed_in(name) for name in ("rhys", "asha", "tom", "faye"))
    yield from _empty(rhys, asha)
    report = reported(world.hub, "Rowan", "Fictitious")
    path = f"/interview-reports/{report}"
    yield from opened(asha, ("reports", "/interview-reports"))
    yield from _answering(world, asha, path, report)
    yield from _giving(asha, path)
    yield from _police(rhys, faye)
    share = gives(world.hub, report, "kent", view="summary", wishes="agrees", necessity=["look_after_the_child_there"])
    yield from _host(world, tom, share, report)
    yield from _recalled(asha, f"/extracts/{share}")
    yield from _listed(world, asha, tom, faye, report)
    yield from opened(asha, ("report-answered", path))
    yield from opened(faye, ("report-author", path))
    yield from _money(world, asha, faye)


def _empty(rhys: Somebody, asha: Somebody) -> Iterator[Stop]:
    yield from opened(rhys, ("extracts-empty", "/extracts"))
    rhys.types("Find by reference", "Rowan")
    yield from refused(rhys, "extracts", "Find it")
    yield from opened(asha, ("reports-empty", "/interview-reports"))
    asha.types("Find by reference", "Rowan")
    yield from refused(asha, "reports", "Find it")
    yield from opened(asha, ("statements-empty", "/statements"))


def _answering(world: World, asha: Somebody, path: str, report: str) -> Iterator[Stop]:
    yield from opened(asha, ("report", path))
    asha.types("Your name and role", "")
    yield from refused(asha, "report", "I have read it")
    mine, _ = points_of(world.hub, report, "recommendations")
    yield from opened(asha, ("report-recommendation", f"{path}/recommendations/{mine}"))
    yield from refused(asha, "report-recommendation", "Record the answer")
    [referral] = points_of(world.hub, report, "referrals")
    yield from opened(asha, ("report-referral", f"{path}/referrals/{referral}"))
    yield from refused(asha, "report-referral", "Record it")


def _giving(asha: Somebody, path: str) -> Iterator[Stop]:
    yield from opened(asha, ("report-recipients", f"{path}/shares/new"))
    asha.page.get_by_role("link", name="Extract for the police").filter(has_text=": Kent Police").click()
    asha.sees("Give it to Kent Police")
    yield "report-share", asha.page
    yield from refused(asha, "report-share", "Give it")
    asha.page.get_by_label("To prevent crime", exact=True).check()
    asha.types("Why would no less than this do?", "Invented: no less would tell them what to look for.")
    asha.types("If the child does not want it: why is it given all the same?", "Invented: somebody is in danger.")
    asha.presses("Give it")
    asha.reads("It is given.")
    yield "report-given", asha.page


def _police(rhys: Somebody, faye: Somebody) -> Iterator[Stop]:
    rhys.opens("/extracts")
    rhys.page.get_by_role("link", name="Extract for the police").click()
    rhys.sees("Extract for the police")
    yield "extract", rhys.page
    path = rhys.page.url
    yield from opened(rhys, ("extract-question", f"{path}/question"))
    yield from refused(rhys, "extract-question", "Ask it")
    rhys.types("What do you need to know?", "Invented: at what time of day?")
    rhys.presses("Ask it")
    rhys.reads("Your question is with the council")
    yield from opened(faye, ("extract-answer", f"{path}/answer"))
    yield from refused(faye, "extract-answer", "Give the answer")
    faye.types("Answer", "Invented: always after dark.")
    faye.presses("Give the answer")
    faye.reads("The answer is given.")
    yield "extract-answered", faye.page
    yield from opened(rhys, ("extracts", "/extracts"))


def _host(world: World, tom: Somebody, share: str, report: str) -> Iterator[Stop]:
    path, put = f"/extracts/{share}", points_of(world.hub, report, "recommendations")[1]
    yield from opened(tom, ("extract-host", path))
    yield from opened(tom, ("extract-host-recommendation", f"{path}/recommendations/{put}"))
    yield from opened(tom, ("extracts-council", "/extracts"))
    asked(world.hub, "kent", f"/interview-recommendations/{put}/answer", {"answer": "accepted", "by": BY})


def _recalled(asha: Somebody, path: str) -> Iterator[Stop]:
    yield from opened(asha, ("extract-recall", f"{path}/recall"))
    yield from refused(asha, "extract-recall", "Take it back")
    asha.page.get_by_label("It went to the wrong organisation", exact=True).check()
    asha.presses("Take it back")
    asha.reads("It is taken back.")
    yield "extract-recalled", asha.page


def _listed(world: World, asha: Somebody, tom: Somebody, faye: Somebody, report: str) -> Iterator[Stop]:
    gives(world.hub, report, "kent", view="summary", wishes="agrees", necessity=["look_after_the_child_there"])
    yield from opened(tom, ("reports-of-host", "/interview-reports"))
    asked(world.hub, "leeds", f"/interview-reports/{report}/acknowledgement", {"by": BY})
    reported(world.hub, "Sorrel", "Invented")
    yield from opened(asha, ("reports-answered", "/interview-reports"))
    yield from opened(faye, ("reports-author", "/interview-reports"))
    yield from opened(asha, ("reports-file", "/interview-reports/export"))


def _money(world: World, asha: Somebody, faye: Somebody) -> Iterator[Stop]:
    month = f"/statements/{london_date(utc_now()):%Y-%m}"
    yield from opened(asha, ("statements", "/statements"))
    yield from opened(asha, ("statement", f"{month}/{world.hub.cast.refs['kent_returns']}"))
    yield from opened(faye, ("statement-seller", f"{month}/{world.hub.cast.refs['leeds']}"))
    faye.page.get_by_role("link", name="Put right line 1").click()
    faye.sees("Put a line right")
    yield "statement-adjust", faye.page
    faye.types("What should it have come to, without VAT?", "3.5")
    yield from refused(faye, "statement-adjust", "Enter the correction")
    faye.types("What should it have come to, without VAT?", "120")
    faye.page.get_by_label("Both sides agreed to less", exact=True).check()
    faye.presses("Enter the correction")
    faye.reads("The correction is entered.")
    yield "statement-adjusted", faye.page
