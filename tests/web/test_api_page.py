"""The page of the API alone is enough to write a client and a receiver of webhooks from."""

import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests.access.visiting import words
from tests.notify.post import SECRET, hooked, letter, web_sink


@pytest.fixture
def is_from_the_hub(app: Flask) -> Callable[[str, Any, bytes], bool]:
    """The receiver's question, as the page has it."""
    said = app.test_client().get("/api/v1/docs").text
    [example] = [each for each in re.findall(r"<pre>(.*?)</pre>", said, re.DOTALL) if "def is_from_the_hub" in each]
    found: dict[str, Any] = {}
    exec(unescape(example), found)  # noqa: S102 - our own page, which is what is tested
    asked: Callable[[str, Any, bytes], bool] = found["is_from_the_hub"]
    return asked


def test_the_receiver_on_the_page_takes_what_the_hub_sends(is_from_the_hub: Callable[[str, Any, bytes], bool]) -> None:
    other = "whsec_" + "b3RoZXI="
    with web_sink() as sink:
        hooked(letter(sink.url, channel="webhook", secrets=(other, SECRET)))
    _, headers, body = sink.requests[0]
    assert is_from_the_hub(SECRET, headers, body)
    assert not is_from_the_hub("whsec_" + "d3Jvbmc=", headers, body)
    assert not is_from_the_hub(SECRET, headers, body + b" ")
    old = {**headers, "webhook-timestamp": str(int(time.time()) - 3600)}
    assert not is_from_the_hub(SECRET, old, body)


@pytest.mark.parametrize(
    "said",
    [
        "webhook-signature",
        "v1a is Ed25519",
        "any 2xx within 15 seconds",
        "tried again, 10 times in about 3 days",
        "Drop what you have had already",
        "notice.registered",
        "requests a minute for a client",
        "wait for the seconds in Retry-After",
        "within 7 days",
    ],
)
def test_the_page_says_what_a_client_must_know(app: Flask, said: str) -> None:
    assert said in words(app.test_client().get("/api/v1/docs"))
