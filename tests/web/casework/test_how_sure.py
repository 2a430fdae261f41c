"""How sure the hub is of a duty: only law and guidance have a text that can be read again."""

from sqlalchemy import update

from hub.core.db import Database
from hub.notify.models import Obligation
from tests.access.visiting import words
from tests.web.casework.owing import Seat, drafted, owed


def test_of_what_is_recommended_nobody_is_told_that_a_law_was_read(at: Seat, database: Database) -> None:
    marcus = at("marcus")
    ref = owed(database, drafted(marcus), "EPOL").ref
    said = words(marcus.get(f"/owed/{ref}"))
    assert "Read again where it is recommended" in said
    assert "in the text of the law" not in said


def test_a_rule_of_the_hub_s_own_is_called_so(at: Seat, database: Database) -> None:
    marcus = at("marcus")
    ref = owed(database, drafted(marcus), "E13A").ref
    with database.write() as session:
        session.execute(update(Obligation).where(Obligation.ref == ref).values(duty_code="EGAP", basis="policy"))
    assert "It is the hub’s own rule: there is no text of a law to read" in words(marcus.get(f"/owed/{ref}"))
