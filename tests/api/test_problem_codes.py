"""Every code that the API answers with is explained on its page, where ``type`` points."""

import re

from hub.core.errors import HubError
from hub.core.settings import REPOSITORY
from hub.spotpurchase.reasons import OUT_OF_TERMS
from hub.web.problem_words import PROBLEMS

OF_PAGES_AND_COMMANDS = {
    "address_expired", "address_used", "address_withdrawn", "another_address", "another_browser", "begin_again",
    "invitation_expired", "invitation_used", "invitation_withdrawn",
    "key_needed", "no_address", "no_role", "pass_spent", "passkey_refused", "provider_first", "provider_refused",
    "provider_unavailable", "receivers_untold", "sent_before", "sign_in_refused",
}  # fmt: skip
"""Said to people on pages, which say it whole, or by commands."""


def codes() -> set[str]:
    sources = (path.read_text() for path in (REPOSITORY / "hub").rglob("*.py"))
    given = {code for source in sources for code in re.findall(r'code="([a-z_]+)"', source)}
    return given | {kind.code for kind in kinds_of(HubError)}


def kinds_of(kind: type[HubError]) -> set[type[HubError]]:
    below = kind.__subclasses__()
    return {*below, *(each for one in below for each in kinds_of(one))}


def test_each_code_says_on_the_page_what_to_do() -> None:
    assert codes() - OF_PAGES_AND_COMMANDS - set(PROBLEMS) == set()


def test_no_code_is_explained_that_is_never_given() -> None:
    assert set(PROBLEMS) - codes() <= {"too_slow", *OUT_OF_TERMS}
