"""What every page says of a duty whose law is unsure, wherever it is shown as owed."""

from hub.core.http import resource
from hub.duties.pages import doubt_about
from hub.duties.rulebook import Rulebook


def doubt_of(code: str) -> str:
    """What nobody has verified of the row *code* of the law; empty where all of it was."""
    duty = resource(Rulebook).law.duties.get(code)
    return doubt_about(duty) if duty else ""
