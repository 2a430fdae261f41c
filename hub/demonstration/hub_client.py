"""The hub as one member of the cast speaks to it: HTTP, a token, and nothing else."""

import uuid
from typing import Any

import requests


class HubClient:
    """One member's client. An answer that was not expected raises :class:`StoryBroken`, with what the hub said."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base = base_url.rstrip("/") + "/api/v1"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> Any:
        return self._answer(self._session.get(self._base + path, params=query, timeout=(5, 30)), 200)

    def text(self, path: str) -> str:
        """What a file says that is no JSON."""
        response = self._session.get(self._base + path, timeout=(5, 30))
        self._refuse_unless(response, 200)
        return response.text

    def put(self, path: str, body: Any, *, version: int) -> Any:
        """Save over the *version* that was read; 0: there was none."""
        headers = {"If-Match": f'"{version}"'}
        return self._answer(self._session.put(self._base + path, json=body, headers=headers, timeout=(5, 30)), 200)

    def post(self, path: str, body: Any = None, *, status: int = 201, version: int | None = None) -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._answer(self._session.post(self._base + path, json=body, headers=headers, timeout=(5, 30)), status)

    def delete(self, path: str, *, status: int = 204) -> Any:
        return self._answer(self._session.delete(self._base + path, timeout=(5, 30)), status)

    def upload(self, name: str, content: bytes, media_type: str) -> Any:
        part = {"file": (name, content, media_type)}
        return self._answer(self._session.post(self._base + "/files", files=part, timeout=(5, 60)), 201, 200)

    def _answer(self, response: requests.Response, *wanted: int) -> Any:
        self._refuse_unless(response, *wanted)
        return response.json() if response.content else None

    def _refuse_unless(self, response: requests.Response, *wanted: int) -> None:
        if response.status_code not in wanted:
            said = f"{response.request.method} {response.request.path_url} answered {response.status_code}"
            raise StoryBroken(f"{said}: {response.text[:600]}")


class StoryBroken(Exception):
    """A step of the story did not hold; the sentence says which and why."""
