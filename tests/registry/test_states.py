"""Every legal move of a notice and of a placement is made, and every other is refused."""

from itertools import product

import pytest

from hub.core.errors import StateConflict
from hub.registry.models import Notice, Placement
from hub.registry.states import NOTICE, PLACEMENT
from tests.registry.papers import start

MACHINES = {"notice": (NOTICE, Notice), "placement": (PLACEMENT, Placement)}
MOVES = [
    (name, move.action, state)
    for name, (machine, _) in MACHINES.items()
    for move, state in product(machine.moves, machine.states)
]


@pytest.mark.parametrize(("name", "action", "state"), MOVES)
def test_a_move_is_made_from_where_the_table_says_and_from_nowhere_else(desk, database, name, action, state) -> None:
    machine, model = MACHINES[name]
    receipt = desk("leeds").registers(start())
    ref = receipt.notice if name == "notice" else receipt.placement
    move = machine.move(action)
    with database.write() as session:
        session.query(model).filter(model.ref == ref).update({"state": state})
        if state in move.sources:
            machine.apply_one(session, model, action, model.ref == ref)
            session.expire_all()
            assert session.query(model).filter(model.ref == ref).one().state == move.target
        else:
            with pytest.raises(StateConflict):
                machine.apply_one(session, model, action, model.ref == ref)


def test_the_tables_know_the_states_that_the_database_allows() -> None:
    assert set(NOTICE.states) == {"draft", "registered", "superseded", "withdrawn", "discarded"}
    assert set(PLACEMENT.states) == {"proposed", "unconfirmed", "confirmed", "ended", "cancelled"}
