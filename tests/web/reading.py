"""Reading pages in tests without a browser: their words, their forms, and where they lead."""

import html
import re
from html.parser import HTMLParser
from typing import Any


class _Forms(HTMLParser):
    """The hidden controls of each form of a page, by where the form is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._within: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._within = self.forms.setdefault(said.get("action", ""), {})
        elif tag == "input" and said.get("type") == "hidden" and self._within is not None:
            self._within[said["name"]] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = None


def hidden_in(shown: Any, action: str) -> dict[str, str]:
    """What stands unseen in the form of a page that is sent to *action*."""
    return forms_in(shown)[action]


def forms_in(shown: Any) -> dict[str, dict[str, str]]:
    """What stands unseen in each form of a page, by where the form is sent; empty: to the page's own address."""
    parser = _Forms()
    parser.feed(shown.text)
    return parser.forms


def words_of(shown: Any) -> str:
    """What a page says, in one line."""
    main = re.search(r"<main.*?</main>", shown.text, re.DOTALL)
    body = re.sub(r"<script.*?</script>|<datalist.*?</datalist>", " ", main[0] if main else shown.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def title_of(shown: Any) -> str:
    found = re.search(r"<title>(.*?)</title>", shown.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1]).strip()
