"""Norfolk's desk, the notice that waits for it, and the newest link in its mailbox."""

from collections.abc import Iterator

import pytest

from tests.journeys.guest import GuestDesk
from tests.notify.post import mail_sink
from tests.registry.papers import NORWICH, start


@pytest.fixture
def guest(app, database, rules, cast) -> Iterator[GuestDesk]:
    with mail_sink() as sink:
        yield GuestDesk(app, database, rules, cast, sink)


@pytest.fixture
def notice(client_for) -> str:
    """Leeds places a child in Norwich, and registers the notice."""
    answer = client_for("leeds").post("/api/v1/notices", json=start(address=NORWICH))
    assert answer.status_code == 201, answer.text
    return str(answer.json["notice"])


@pytest.fixture
def link(guest, notice) -> str:
    return guest.newest_link()
