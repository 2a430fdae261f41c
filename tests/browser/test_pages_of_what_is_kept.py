"""What somebody sees whose session ended while they typed, looked at one after the other."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import update

from hub.access.held_forms.models import HeldForm
from hub.core.clock import utc_now
from tests.browser.looking import LookedAt, Stop, World, found  # noqa: F401 - a fixture
from tests.browser.test_nothing_typed_is_lost import is_signed_out, signs_in
from tests.browser.writing import Writer

STOPS = ("sign-in-kept", "kept", "kept-open", "kept-file", "kept-gone")


class TestPagesOfWhatIsKept(LookedAt):
    """Each stop."""


def stops(world: World) -> Iterator[Stop]:
    """The stops, in the order of :data:`STOPS`."""
    priya = Writer(world.signed_in("priya"))
    priya.opens("/notices/new")
    priya.begins("A planned placement")
    priya.opens(f"{priya.draft}/child")
    priya.types("Family name", "Fictitious")
    priya.types("Given names", "Hazel")
    is_signed_out(world.hub, "priya")
    priya.presses("Save and go on")
    priya.reads("What you typed is kept for 15 minutes.")
    yield "sign-in-kept", priya.page
    signs_in(world.hub, priya, "priya")
    priya.sees("What you typed is kept")
    yield "kept", priya.page
    priya.page.get_by_text("Look at it again").click()
    yield "kept-open", priya.page
    yield from _file(world, priya)
    _is_over(world)
    priya.page.reload()
    yield "kept-gone", priya.page


def _file(world: World, priya: Writer) -> Iterator[Stop]:
    """A file is to be chosen again."""
    priya.opens(f"{priya.draft}/files")
    plan = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 invented"}
    priya.page.locator("input[type=file]").first.set_input_files(plan)  # type: ignore[arg-type]
    is_signed_out(world.hub, "priya")
    priya.page.locator("form:has(input[type=file]) button").first.click()
    signs_in(world.hub, priya, "priya")
    priya.sees("What you typed is kept")
    yield "kept-file", priya.page


def _is_over(world: World) -> None:
    with world.hub.database.write() as session:
        session.execute(update(HeldForm).values(expires_at=utc_now() - timedelta(seconds=1)))
