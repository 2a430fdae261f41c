"""A host disputes what a notice says; the sender answers; the host says that it is settled. Both see the thread."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import RunningHub
from tests.browser.desk_papers import registered
from tests.browser.people import Somebody

SitDown = Callable[..., Somebody]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [360, 1280])
def test_asked_answered_asked_again_and_settled(hub: RunningHub, at_desk: SitDown, scripts: bool, width: int) -> None:
    notice = registered(hub)
    given = {"java_script_enabled": scripts, "viewport": {"width": width, "height": 740}}
    tom, priya = at_desk("tom", **given), at_desk("priya", **given)
    tom.opens(f"/inbox/{notice}")
    tom.page.get_by_role("link", name="Ask the sender, or dispute what it says").click()
    tom.page.get_by_label("A dispute").check()
    tom.page.get_by_label("Which part is it about? (optional)").select_option(label="Carer")
    tom.presses("Send it to Leeds City Council")
    tom.reads("Write what you ask or dispute.")
    assert tom.page.get_by_label("A dispute").is_checked()
    tom.types("What do you ask, or what is wrong?", "Invented: nobody of that name fosters here.")
    tom.presses("Send it to Leeds City Council")
    tom.reads("Dispute: Carer")

    priya.opens("/inbox")
    assert priya.page.title().startswith("(")
    priya.page.get_by_role("link", name="Questions").click()
    priya.page.locator("tr", has_text="Kent County Council").get_by_role("link").first.click()
    priya.reads("nobody of that name fosters here")
    priya.types("Your answer", "Invented: it is the carer's maiden name.")
    priya.presses("Send the answer")
    priya.reads("Answered")

    tom.opens(f"/inbox/{notice}")
    tom.reads("it is the carer's maiden name")
    tom.page.get_by_role("link", name="Say that it is settled, or ask again").click()
    tom.types("What do you still ask?", "Invented: which name is on the register?")
    tom.presses("Ask again")
    tom.reads("Waits for Leeds City Council")
    tom.presses("It is settled")
    tom.reads("Settled")
    priya.opens("/inbox?show=questions")
    priya.reads("No question waits")
