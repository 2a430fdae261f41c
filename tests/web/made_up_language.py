"""A language in which every letter of a message wears a mark: whatever a page says without one was never translated."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

LOCALE: Final = "en_GB"
"""It borrows the dates of one that is known, which are English."""
_PLAIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MARKED: Final = "áƀçđéƒĝĥíĵķļɱñöþʠŕšţüṽŵẋýžÁßÇĐÉƑĜĤÍĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ"
_KEPT: Final = re.compile(r"(\{\w*(?:![rsa])?(?::[^}]*)?\}|%\(\w+\)[-+0-9.,]*[a-z]|%%|<[^>]*>|&\w+;|&#\d+;)")
"""Places, tags and entities: they stay as they are."""


def marked(message: str) -> str:
    """*message* in the made-up language."""
    parts = _KEPT.split(message)
    return "".join(part if place % 2 else part.translate(_LETTERS) for place, part in enumerate(parts))


_LETTERS: Final = str.maketrans(_PLAIN, _MARKED)


@contextmanager
def spoken_by(app: Flask, template: str, folder: Path, locale: str = LOCALE) -> Iterator[None]:
    """*app*, which other tests of this process use too, speaks it meanwhile, from a catalogue made of *template* in *folder*."""
    _write(template, folder, locale)
    speech = app.extensions["babel"]
    before = speech.translation_directories, speech.default_locale
    speech.translation_directories, speech.default_locale = [str(folder)], locale
    yield
    speech.translation_directories, speech.default_locale = before


def _write(template: str, folder: Path, locale: str) -> None:
    catalogue: Catalog = read_po(BytesIO(template.encode()), locale=locale)
    for message in catalogue:
        if message.id:
            said = message.id
            message.string = marked(said) if isinstance(said, str) else tuple(marked(each) for each in said)
    compiled = folder / locale / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, catalogue)


# --- what a page says ---------------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    """The words of a page that a person reads: not those of scripts, nor what was typed or is offered as a name."""

    _UNREAD: Final = frozenset({"script", "style", "textarea", "datalist", "time", "code", "pre", "kbd", "svg"})
    _BLOCKS: Final = frozenset(
        {"p", "li", "td", "th", "dd", "dt", "h1", "h2", "h3", "label", "legend", "option", "a", "br", "div"}
    )
    _SPOKEN: Final = frozenset({"aria-label", "alt", "title", "placeholder"})

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self._unread = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._unread += tag in self._UNREAD
        if tag in self._BLOCKS:
            self.lines.append("")
        self.lines += [value or "" for name, value in attributes if name in self._SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in self._UNREAD
        if tag in self._BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.lines[-1] += data


def lines_of(page: str) -> Iterator[str]:
    """What *page* says, a line for each paragraph, cell or label."""
    reader = _Reader()
    reader.feed(page)
    yield from (" ".join(line.split()) for line in reader.lines if line.strip())


def english_in(page: str, data: re.Pattern[str]) -> Iterator[str]:
    """Where *page* says three words or more on end in English, but for what is *data*."""
    for line in lines_of(page):
        yield from (f"“{said}” in “{line[:160]}”" for said in _THREE_WORDS.findall(data.sub("#", line)))


_THREE_WORDS: Final = re.compile(r"(?<!\w)[A-Za-z][A-Za-z'’-]*(?: [A-Za-z0-9][A-Za-z'’-]*){2,}(?!\w)")
