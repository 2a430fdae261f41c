"""What services said, in the reader's language: a page shows it so wherever it stands (docs/adr/0022)."""

from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import gettext

from hub.core.sentences import Sentence
from hub.web.design import day_in_words, instant_in_words


def install(app: Flask) -> None:
    """Let every template show a sentence in the reader's language. Before any template is loaded."""
    app.jinja_env.finalize = _shown
    app.add_template_filter(_shown, "shown")  # for what a template escapes before it prints it
    app.add_template_filter(translated, "translated")


def _shown(value: Any) -> Any:
    return translated(value) if isinstance(value, Sentence) else value


def translated(sentence: str) -> str:
    """*sentence*, of a service, where it becomes part of another text: its template translated, its values put into it."""
    if not isinstance(sentence, Sentence):
        return str(gettext(str(sentence))) if sentence else ""
    template = translated(sentence.template)
    spelt = {name: _spelt(value) for name, value in sentence.values.items()}
    return template.format(**spelt) if spelt else template


def _spelt(value: Any) -> Any:
    if isinstance(value, Sentence):
        return translated(value)
    if isinstance(value, datetime):
        return instant_in_words(value)
    return day_in_words(value) if isinstance(value, date) else value
