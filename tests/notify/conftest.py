"""What tests of obligations stand on: the organisations that owe one another something."""

import pytest

from hub.core.db import Database
from tests.notify.owing import Owing, settle_in


@pytest.fixture
def owing(database: Database) -> Owing:
    with database.write() as session:
        return settle_in(session)
