"""One delivery worker as a process of its own: ``python -m tests.two_nodes.delivering DATABASE_URL LEASE_SECONDS``.

It says ``ready`` when it begins and delivers until nothing at all is queued any more, or it is killed.
"""

import sys
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.secrets import KeyRing, MasterKey
from hub.core.settings import REPOSITORY
from hub.duties.rulebook import Rulebook, load_rulebook
from hub.notify.couriers import Couriers
from hub.notify.deliver import deliver_once, finish
from hub.notify.models import Delivery
from tests.notify.post import webhook_channel


def hurried(rules: Rulebook, lease_seconds: float) -> Rulebook:
    """The same rules with a short lease and hardly a wait between attempts, of which there are many."""
    quick: Any = {"lease_seconds": lease_seconds, "retry_seconds": (0, *[0.02] * 50), "hard_failures": 1000}
    return replace(rules, policy=replace(rules.policy, delivery=replace(rules.policy.delivery, **quick)))


def main(url: str, lease_seconds: float) -> None:
    database = Database(url, KeyRing([MasterKey("testkey1", b"k" * 32)]))
    rules = hurried(load_rulebook(REPOSITORY / "config"), lease_seconds)
    couriers = Couriers({"webhook": webhook_channel()}, threads=4)
    print("ready", flush=True)
    while queued(database):
        deliver_once(database, rules, couriers, now=utc_now())
    finish(database, rules, couriers, now=utc_now())
    couriers.close()
    database.close()


def queued(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Delivery.state == "queued")) or 0


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
