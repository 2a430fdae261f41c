"""Every sentence that people are shown, gathered for whoever translates them: ``translations/messages.pot`` (docs/adr/0022).

Templates and ``hub/web`` name theirs through gettext, and services theirs with values through ``worded``. A service's plain
sentence is an ordinary string: whatever reads as one is gathered wherever it stands, so that none has to be marked.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract
from marshmallow import fields

from hub.notify.messages.kinds import KINDS
from hub.notify.messages.render import template_of

HUB: Final = Path(__file__).parent
TEMPLATE: Final = HUB / "translations" / "messages.pot"
NAMED: Final = {"gettext": 1, "lazy_gettext": 1, "ngettext": 2, "worded": 1}
"""Functions whose first arguments are messages: how many."""
NOT_SHOWN: Final = re.compile(
    r"(.*/)?(\w+_)?cli\.py|(commands|keys|demonstration|migrations)/.*|(up|ports|resources|generated|catalogue|mail_catcher)\.py"
    r"|core/(settings|key_file)\.py|directory/(postcode\w*|reference_tables)\.py|notify/auditor\.py"
    r"|notify/messages/.*|registry/evidence/.*|spotpurchase/money/writing\.py"
)
"""Modules without a sentence for a page: what is said on the command line and of the operator's files, and what is written for
a desk (e-mails, receipts, statements)."""
_HEAD: Final = """\
# Every sentence of the placement notification hub. Made by `make docs`: never edit it. Begin a language with
# pybabel init --input-file hub/translations/messages.pot --output-dir hub/translations --locale cy"""
_TEMPLATE_OPTIONS: Final = {
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "extensions": "jinja2.ext.do",
}
_OF_THE_API: Final = {"description", "summary", "help"}
_SENTENCE: Final = re.compile(r"[\"“(]?[A-Z].*\s.*[.?!…]\)?", re.DOTALL)
_PLACE: Final = re.compile(r"\{\w*(![rsa])?(:[^}]*)?\}|%\(\w+\)[-+0-9.,]*[a-z]")

Message = str | tuple[str, str]


@cache
def template() -> str:
    """The catalogue without a translation, as it should stand in :data:`TEMPLATE`."""
    catalogue = Catalog(project="Placement notification hub", charset="utf-8", header_comment=_HEAD, fuzzy=False)
    for path in sorted([*HUB.rglob("*.py"), *HUB.rglob("*.html")]):
        shown = path.relative_to(HUB)
        found = in_template(path.read_bytes()) if path.suffix == ".html" else in_module(shown, path.read_text())
        for message in found:
            catalogue.add(message, locations=[(shown.as_posix(), 0)])
    for kind in sorted(KINDS):
        catalogue.add(template_of(kind).title, locations=[(f"notify/messages/{kind}.txt", 0)])
    for message in sorted(_of_marshmallow()):
        catalogue.add(message, locations=[("marshmallow", 0)])
    return _written(catalogue)


def in_template(text: bytes) -> Iterator[Message]:
    """The messages of a Jinja template."""
    for _, function, found, _ in babel_extract(
        BytesIO(text), ["_", "gettext", "ngettext"], [], dict(_TEMPLATE_OPTIONS)
    ):
        one, several = (found, None) if isinstance(found, str) else (*(found or ()), None, None)[:2]
        if one:  # otherwise it is put together, and what it is put together of is named where it stands
            yield (one, several) if function == "ngettext" and several else one


def in_module(path: Path, text: str) -> Iterator[Message]:
    """The messages of a module, given its path below ``hub/``: those named as such, and what reads as a sentence."""
    tree, is_shown = ast.parse(text), NOT_SHOWN.fullmatch(path.as_posix()) is None
    passed_over = {id(each) for node in ast.walk(tree) for each in _passed_over(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (count := NAMED.get(_name(node.func), 0)):
            yield from _named(node, count)
        elif is_shown and id(node) not in passed_over and reads_as_sentence(_text(node)):
            yield _text(node)


def _of_marshmallow() -> set[str]:
    """What the library says of a field that has no sentence of its own; what it fills in itself, it says in English."""
    kinds = [each for each in vars(fields).values() if isinstance(each, type) and issubclass(each, fields.Field)]
    said = {message for kind in kinds for message in kind.default_error_messages.values()}
    return {message for message in said if isinstance(message, str) and not _PLACE.search(message)}


def reads_as_sentence(text: str) -> bool:
    """Whether *text* begins and ends as a sentence does, with more than one word between."""
    return _SENTENCE.fullmatch(text) is not None


def _named(call: ast.Call, count: int) -> Iterator[Message]:
    said = [_text(each) for each in call.args[:count]]
    if len(said) == count and all(re.search(r"\w", _PLACE.sub("", each)) for each in said):
        yield said[0] if count == 1 else (said[0], said[1])


def _passed_over(node: ast.AST) -> Iterator[ast.AST]:
    """What stands below *node* and is nobody's sentence, or found otherwise: docstrings, descriptions for the API, messages."""
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.keyword) and node.arg in _OF_THE_API:
        yield from ast.walk(node.value)
    elif isinstance(node, ast.Dict):
        yield from (
            value for key, value in zip(node.keys, node.values, strict=True) if key and _text(key) in _OF_THE_API
        )
    elif isinstance(node, ast.Call) and _name(node.func) in NAMED:
        yield from node.args[: NAMED[_name(node.func)]]
    elif isinstance(node, ast.JoinedStr):
        yield from node.values


def _name(function: ast.AST) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _text(node: Any) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _written(catalogue: Catalog) -> str:
    written = BytesIO()
    write_po(written, catalogue, width=120, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not _UNKNOWN.match(line))  # it says the same on every day


_UNKNOWN: Final = re.compile(
    r'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To): '
)
