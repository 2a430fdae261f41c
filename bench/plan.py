"""How much is measured: the sizes of the issue, or of a short form that only shows that the harness measures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Sizes of every benchmark. ``durable``: refuse to measure on a database that does not wait for the disk."""

    rounds: int = 5
    durable: bool = True
    clients: int = 16
    web_workers: int = 2
    seconds: float = 5.0
    learn: int = 20
    open_large: int = 1_000_000
    due_large: int = 20_000
    open_small: int = 10_000
    due_small: int = 1_000
    alerts: int = 1_000
    deliveries: int = 5_000
    looked_among: int = 20_000
    look_ups: int = 1_000
    register: int = 1_000_000
    recall_each: int = 60
    absent: int = 3_000
    look_ups_timed: int = 300


QUICK = Plan(
    rounds=1,
    durable=False,
    clients=4,
    web_workers=1,
    seconds=0.3,
    learn=2,
    open_large=2_000,
    due_large=200,
    open_small=400,
    due_small=40,
    alerts=20,
    deliveries=100,
    looked_among=200,
    look_ups=20,
    register=3_000,
    recall_each=4,
    absent=40,
    look_ups_timed=10,
)
