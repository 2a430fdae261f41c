"""Which letters go out at the same time? Several threads, and a lane for each destination, so that a slow receiver delays itself.

A lane begins with one letter at a time and widens while its receiver answers quickly; one that answers slowly, or not, is
narrowed to one again. Lanes that have not shown themselves quick together hold at most half of the threads.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final, Literal
from uuid import uuid4

from hub.notify.channels.base import Channel, Letter
from hub.notify.outbox_queries import Waiting

Result = Literal["accepted", "temporary", "permanent", "cancelled", "suppressed"]
SLOW_SECONDS: Final = 1.0
_WORTH_A_THREAD_SECONDS: Final = 0.003
"""An answer quicker than this is bound by our own work: another thread would only contend for it."""
_MOST_LANES: Final = 1000


@dataclass
class Claim:
    """The deliveries of one claim, and which of them were still queued when somebody last looked: one look serves them all."""

    ids: frozenset[int]
    queued: frozenset[int] = frozenset()
    looked: float = field(default_factory=monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.queued = self.ids


@dataclass(frozen=True)
class Parcel:
    """A letter on its way, with the deliveries it is for and the lease under which they were claimed."""

    letter: Letter
    rows: tuple[Waiting, ...] = field(repr=False)
    owner: str
    destination: str
    claimed_at: datetime
    claim: Claim
    claimed: float = field(default_factory=monotonic)

    @property
    def delivery_ids(self) -> list[int]:
        return [row.id for row in self.rows]


@dataclass(frozen=True)
class Outcome:
    """What came of one parcel. ``code`` is a reply code or one word."""

    parcel: Parcel
    result: Result
    code: str
    gone: bool = False
    retry_after_seconds: int | None = None


@dataclass
class _Lane:
    """The letters to one destination."""

    slow_seconds: float
    waiting: deque[Parcel] = field(default_factory=deque)
    begun: list[float] = field(default_factory=list)
    limit: int = 1
    is_quick: bool = False

    def has_room(self, now: float) -> bool:
        return bool(self.waiting) and len(self.begun) < self.limit and not self.is_stuck(now)

    def is_stuck(self, now: float) -> bool:
        return bool(self.begun) and now - self.begun[0] > self.slow_seconds

    def learn(self, seconds: float, most: int) -> None:
        self.is_quick = seconds < self.slow_seconds
        if not self.is_quick:
            self.limit = 1
        elif seconds > _WORTH_A_THREAD_SECONDS:
            self.limit = min(most, self.limit + 1)


class Board:
    """Takes parcels, has threads send them, and hands back what came of them, in any order."""

    def __init__(self, send: Callable[[Parcel], Outcome], threads: int, slow_seconds: float) -> None:
        self._send = send
        self._slow_seconds = slow_seconds
        self._most = max(1, threads)
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._news = threading.Condition(self._lock)
        self._lanes: OrderedDict[str, _Lane] = OrderedDict()
        self._under_way: dict[int, tuple[Parcel, float]] = {}
        self._waiting = 0
        self._done: list[Outcome] = []
        self._threads: list[threading.Thread] = []
        self._closed = False

    @property
    def is_idle(self) -> bool:
        """Nothing waits, nothing is under way, nothing is left to be collected."""
        with self._lock:
            return not (self._waiting or self._under_way or self._done)

    @property
    def has_waiting(self) -> bool:
        return self._waiting > 0

    def put(self, parcels: Sequence[Parcel]) -> None:
        """Add *parcels*; they begin as soon as their lanes allow."""
        if not parcels:
            return
        with self._lock:
            for parcel in parcels:
                self._lane(parcel.destination).waiting.append(parcel)
            self._waiting += len(parcels)
            self._start_threads()
            self._work.notify(len(parcels))

    def collect(self, wait_seconds: float, *, until_idle: bool) -> list[Outcome]:
        """What is done by now, waiting up to *wait_seconds* until everything is (or, not *until_idle*, has begun)."""
        with self._lock:
            self._news.wait_for(lambda: self._is_settled(until_idle), wait_seconds)
            done, self._done = self._done, []
            return done

    def withdraw(self, *, older_than: float = 0) -> list[Parcel]:
        """Take back what has not begun, of what was claimed so many seconds ago."""
        until = monotonic() - older_than
        with self._lock:
            taken = [parcel for lane in self._lanes.values() for parcel in lane.waiting if parcel.claimed <= until]
            for lane in self._lanes.values():
                lane.waiting = deque(parcel for parcel in lane.waiting if parcel.claimed > until)
            self._waiting -= len(taken)
            return taken

    def held_up(self) -> list[Parcel]:
        """What still waits, and what is under way to receivers that do not answer in time."""
        now = monotonic()
        with self._lock:
            slow = {name for name, lane in self._lanes.items() if lane.is_stuck(now)}
            waiting = [parcel for lane in self._lanes.values() for parcel in lane.waiting]
            return waiting + [parcel for parcel, _ in self._under_way.values() if parcel.destination in slow]

    def close(self) -> None:
        """Let the threads end when they have nothing to do."""
        with self._lock:
            self._closed = True
            self._work.notify_all()

    def _is_settled(self, until_idle: bool) -> bool:
        if self._waiting:
            return False
        return not self._under_way or (not until_idle and bool(self._done))

    def _lane(self, destination: str) -> _Lane:
        if destination not in self._lanes:
            self._forget_quiet_lanes()
            self._lanes[destination] = _Lane(self._slow_seconds)
        return self._lanes[destination]

    def _forget_quiet_lanes(self) -> None:
        if len(self._lanes) >= _MOST_LANES:
            for name in [name for name, lane in self._lanes.items() if not lane.waiting and not lane.begun]:
                del self._lanes[name]

    def _start_threads(self) -> None:
        while len(self._threads) < min(self._most, self._waiting + len(self._under_way)):
            thread = threading.Thread(target=self._run, name=f"courier-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        while (parcel := self._take()) is not None:
            self._put_away(parcel, self._send(parcel))

    def _take(self) -> Parcel | None:
        with self._lock:
            while True:
                if (parcel := self._next()) is not None:
                    return parcel
                if self._closed:
                    return None
                # A lane that is stuck opens again without anybody telling us: look now and then while something waits.
                self._work.wait(self._slow_seconds if self._waiting else None)

    def _next(self) -> Parcel | None:
        """The next parcel whose lane has room, lanes in turn."""
        if not self._waiting:
            return None
        now = monotonic()
        unproven = sum(len(lane.begun) for lane in self._lanes.values() if lane.begun and not lane.is_quick)
        may_try = unproven < max(1, self._most // 2)
        for name, lane in self._lanes.items():
            if lane.has_room(now) and (lane.is_quick or may_try):
                self._lanes.move_to_end(name)
                return self._begin(lane, now)
        return None

    def _begin(self, lane: _Lane, now: float) -> Parcel:
        parcel = lane.waiting.popleft()
        lane.begun.append(now)
        self._under_way[id(parcel)] = (parcel, now)
        self._waiting -= 1
        return parcel

    def _put_away(self, parcel: Parcel, outcome: Outcome) -> None:
        with self._lock:
            lane, (_, began) = self._lanes[parcel.destination], self._under_way.pop(id(parcel))
            before = lane.limit
            lane.begun.remove(began)
            lane.learn(monotonic() - began, max(1, self._most - 1))
            self._done.append(outcome)
            if lane.limit > before and lane.waiting:
                self._work.notify()
            if not self._waiting:
                self._news.notify_all()


class Couriers:
    """The channels of this process and the threads that use them. Made once per process; closed when it ends."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        *,
        threads: int = 8,
        recheck_seconds: float = 0.25,
        slow_seconds: float = SLOW_SECONDS,
    ) -> None:
        self.channels = dict(channels)
        self.threads = threads
        self.recheck_seconds = recheck_seconds
        """How old a claim may be before its deliveries are looked at again, just before one of them is sent."""
        self.slow_seconds = slow_seconds
        """What takes longer is slow: it gets one thread, and a round with nothing else to do leaves it to the next."""
        self._name = uuid4().hex[:12]
        self._claims = 0
        self._boards: dict[str, Board] = {}
        self._lock = threading.Lock()

    def new_owner(self) -> str:
        """The name of one claim's lease: no two claims of any process have the same."""
        with self._lock:
            self._claims += 1
            return f"{self._name}.{self._claims}"

    def board(self, name: str, send: Callable[[Parcel], Outcome]) -> Board:
        """The board of one job, made when first asked for."""
        with self._lock:
            if name not in self._boards:
                self._boards[name] = Board(send, self.threads, self.slow_seconds)
            return self._boards[name]

    def boards(self) -> list[Board]:
        with self._lock:
            return list(self._boards.values())

    def close(self) -> None:
        """Close every connection. What is still under way is due again when its lease ends."""
        for board in self.boards():
            board.close()
        for channel in self.channels.values():
            channel.close()
