"""Browsers and clients that attack: they keep cookies, send forms with the tokens found in pages, or leave them out."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

import pyotp
import requests

from hub.demonstration.people import Player

TIMEOUT = (5, 60)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """One browser at one hub. Nothing is followed by itself, so that every answer can be looked at."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **given: Any) -> requests.Response:
        return self.ask("GET", path, **given)

    def ask(self, method: str, path: str, **given: Any) -> requests.Response:
        """Ask once; once more on a new connection, where the kept one was closed meanwhile."""
        try:
            return self.session.request(method, self.url + path, timeout=TIMEOUT, allow_redirects=False, **given)
        except requests.ConnectionError:
            return self.session.request(method, self.url + path, timeout=TIMEOUT, allow_redirects=False, **given)

    def token(self, path: str) -> str:
        """The form token on the page at *path*."""
        found = _TOKEN.search(self.get(path).text)
        if found is None:
            raise LookupError(f"there is no form at {path}")
        return found[1]

    def send(self, path: str, form: Mapping[str, str], *, page: str | None = None) -> requests.Response:
        """Send *form* to *path* with the token of the page (by default the one at *path*)."""
        return self.ask("POST", path, data={"csrf_token": self.token(page or path), **form})

    def give_password(self, player: Player) -> requests.Response:
        return self.send("/sign-in", {"email": player.email, "password": player.password})

    def sign_in(self, player: Player, phone: "Phone") -> "Browser":
        """Sign in; raises where that does not lead to an account."""
        self.give_password(player)
        answer = self.send("/sign-in/second-factor", {"code": phone.code()})
        if answer.status_code != 303 or self.get("/account").status_code != 200:
            raise RuntimeError(f"{player.email} could not sign in: {answer.status_code}")
        self.session.headers["X-CSRF-Token"] = self.token("/account")
        return self


@dataclass
class Phone:
    """An authenticator app that shows each code once; when it has shown those that are good now, one waits for the next."""

    secret: str
    last_step: int = 0

    def code(self) -> str:
        now = int(time.time()) // 30
        step = max(self.last_step + 1, now - 1)
        while step > int(time.time()) // 30 + 1:
            time.sleep(0.5)
        self.last_step = step
        return pyotp.TOTP(self.secret).generate_otp(step)

    def far_from(self) -> str:
        """A code that is wrong now and for minutes to come."""
        near = {pyotp.TOTP(self.secret).generate_otp(int(time.time()) // 30 + step) for step in range(-4, 8)}
        return next(code for number in range(100, 999) if (code := f"{number:06}") not in near)


def client(url: str, token: str) -> Browser:
    """An API client with *token*."""
    made = Browser(url)
    made.session.headers["Authorization"] = f"Bearer {token}"
    return made


def raw(
    port: int, method: str, target: str, headers: Mapping[str, str] | None = None, body: Any = None
) -> tuple[int, bytes]:
    """Ask for *target* letter by letter, as no polite library would: the status and the body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.putrequest(method, target, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
