"""The money of the matrix: what Leeds was charged for the interviews that were held; the noise's is Bradford's."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from hub.spotpurchase.models import Commission
from hub.spotpurchase.money.models import PurchaseEntry
from tests.access.matrix_world import record

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder

PARTIES = {"leeds": "placing", "interviews": "performer"}


def add_money(builder: "Builder") -> None:
    """A purchase, what was charged under it, and the statement as each end asks for it: by the other's reference."""
    commission, entry = _charged(builder, "leeds")
    keep, refs = builder.records, builder.refs
    keep["purchase"] = [record(commission, **PARTIES)]
    keep["purchase entry"] = [record(entry, **PARTIES)]
    keep["statement"] = [record(refs["interviews"], leeds="placing"), record(refs["leeds"], interviews="performer")]
    builder.noise["purchase"], builder.noise["purchase entry"] = _charged(builder, "bradford")


def _charged(builder: "Builder", buyer: str) -> tuple[str, str]:
    """A commission that *buyer* was charged under, and the entry."""
    wanted = select(Commission.ref, PurchaseEntry.ref).join(Commission, Commission.id == PurchaseEntry.commission_id)
    with builder.database.read() as session:
        row = session.execute(wanted.where(PurchaseEntry.buyer_id == builder.ids[buyer])).first()
    assert row is not None, f"{buyer} was charged nothing"
    return row[0], row[1]
