"""Guessing is slowed, and nobody is locked out by somebody else's guesses."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from hub.access import policy
from hub.access.models import SignInThrottle
from hub.access.sign_in import service as sign_in
from hub.access.sign_in import throttle
from hub.access.sign_in.throttle import Bucket
from hub.core.db import Database
from tests.conftest import NOW

SECOND = timedelta(seconds=1)
HERE, THERE = "192.0.2.1", "198.51.100.7"


def buckets(
    database: Database, *, account: str = "pat", network: str = HERE, device: str | None = None
) -> list[Bucket]:
    return throttle.for_password(database.keys, account, network=network, device=device)


def spend(database: Database, wanted: Sequence[Bucket], now: datetime = NOW) -> int:
    with database.write() as session:
        return throttle.spend(session, wanted, now=now)


def fail(database: Database, wanted: Sequence[Bucket], times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        assert spend(database, wanted, now) == 0


def test_the_first_failures_cost_nothing_and_each_further_one_doubles_the_wait(database: Database) -> None:
    pat, now, waits = buckets(database), NOW, []
    fail(database, pat, policy.in_force().throttle.account_failures)
    for _ in range(11):
        waits.append(spend(database, pat, now))
        now += waits[-1] * SECOND
        assert spend(database, pat, now) == 0
    assert [wait - 1 for wait in waits] == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_a_wait_does_not_grow_by_asking_again(database: Database) -> None:
    pat = buckets(database)
    fail(database, pat, 5)
    assert [spend(database, pat) for _ in range(20)] == [3] * 20
    assert spend(database, pat, NOW + 3 * SECOND) == 0


def test_guesses_on_one_account_do_not_delay_another(database: Database) -> None:
    fail(database, buckets(database), 5)
    assert spend(database, buckets(database)) > 0
    assert spend(database, buckets(database, account="tom")) == 0


def test_guesses_from_elsewhere_do_not_delay_the_owner(database: Database) -> None:
    fail(database, buckets(database, network=THERE), 5)
    assert spend(database, buckets(database, network=THERE)) > 0
    assert spend(database, buckets(database, network=HERE)) == 0


def test_guesses_from_the_same_network_do_not_delay_a_known_browser(database: Database) -> None:
    fail(database, buckets(database), 5)
    assert spend(database, buckets(database)) > 0
    known = buckets(database, device="d1")
    fail(database, known, 5)
    assert spend(database, known) > 0
    assert spend(database, buckets(database, device="d2")) == 0


def test_one_who_tries_many_accounts_from_one_network_waits(database: Database) -> None:
    free = policy.in_force().throttle.network_failures
    for number in range(free):
        fail(database, buckets(database, account=f"account {number}"), 1)
    assert spend(database, buckets(database, account="one more")) > 0
    assert spend(database, buckets(database, account="one more", network=THERE)) == 0
    assert spend(database, buckets(database, account="one more", device="known")) == 0


def test_what_was_right_is_forgiven_the_account_wholly_the_network_by_one(database: Database) -> None:
    free = policy.in_force().throttle.network_failures
    for number in range(free - 1):
        fail(database, buckets(database, account=f"account {number}"), 1)
    for _ in range(30):
        pat = buckets(database)
        assert spend(database, pat) == 0
        with database.write() as session:
            throttle.forgive(session, pat)
    fail(database, buckets(database, account="wrong"), 1)
    assert spend(database, buckets(database, account="another")) > 0


def test_failures_are_forgotten_after_a_day_without_one(database: Database) -> None:
    fail(database, buckets(database), 4)
    fail(database, buckets(database), 5, NOW + policy.in_force().throttle.forget)


def test_a_hundred_guesses_at_once_are_counted_one_by_one(database: Database) -> None:
    pat = buckets(database)
    with ThreadPoolExecutor(12) as pool:
        waits = list(pool.map(lambda _: spend(database, pat), range(24)))
    assert waits.count(0) == policy.in_force().throttle.account_failures


def test_a_refusal_says_how_long_to_wait(database: Database) -> None:
    refusal = throttle.refusal(90)
    assert refusal.retry_after_seconds == 90
    assert "90 seconds" in refusal.sentence
    assert "15 minutes" in throttle.refusal(899).sentence


def test_neither_accounts_nor_networks_can_be_read_in_the_table(database: Database) -> None:
    fail(database, buckets(database, account="pat@leeds.example"), 1)
    with database.read() as session:
        keys = session.scalars(select(SignInThrottle.bucket)).all()
    assert len(keys) == 2, "the account's and the network's"
    assert not any(b"pat" in key or HERE.encode() in key for key in keys)


def test_old_buckets_are_swept_away(database: Database) -> None:
    fail(database, buckets(database), 1)
    fail(database, buckets(database, account="tom"), 1, NOW + timedelta(hours=23))
    with database.write() as session:
        sign_in.forget_old(session, now=NOW + timedelta(hours=25))
        assert session.scalar(select(func.count()).select_from(SignInThrottle)) == 2


# --- known browsers -----------------------------------------------------------------------------------------------------


def known_after(database: Database, cookie: str | None, person: str, number: str = "0" * 32) -> str:
    return throttle.device_cookie(database.keys, cookie, person, number=number)


def test_a_browser_is_known_for_whoever_signed_in_from_it_and_nobody_else(database: Database) -> None:
    cookie = known_after(database, None, "per_pat")
    assert throttle.known_device(database.keys, cookie, "per_pat") == "0" * 32
    assert throttle.known_device(database.keys, cookie, "per_tom") is None


def test_a_shared_browser_is_known_for_the_last_eight_who_used_it(database: Database) -> None:
    cookie = None
    for number in range(9):
        cookie = known_after(database, cookie, f"per_{number}", number=str(number) * 32)
    known = [throttle.known_device(database.keys, cookie, f"per_{number}") for number in range(9)]
    assert known == [None] + ["0" * 32] * 8
    again = known_after(database, cookie, "per_1")
    assert len(again) == len(cookie or "")
    assert throttle.known_device(database.keys, again, "per_2") == "0" * 32


@pytest.mark.parametrize(
    "cookie", [None, "", ".", "x", "0" * 32, "0" * 32 + "." + "0" * 32, "ä." + "0" * 32, "." * 5000]
)
def test_a_cookie_that_we_did_not_make_is_worth_nothing(database: Database, cookie: str | None) -> None:
    assert throttle.known_device(database.keys, cookie, "per_pat") is None
    renewed = known_after(database, cookie, "per_pat", number="1" * 32)
    assert throttle.known_device(database.keys, renewed, "per_pat") in ("0" * 32, "1" * 32)
    assert len(renewed) < 400


def test_a_proof_moved_to_another_browser_is_worth_nothing(database: Database) -> None:
    proof = known_after(database, None, "per_pat").split(".")[1]
    assert throttle.known_device(database.keys, f"{'1' * 32}.{proof}", "per_pat") is None
