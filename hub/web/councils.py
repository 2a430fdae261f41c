"""The councils of England and Wales, as a form offers them."""

from hub.core.http import resource
from hub.directory.areas import Areas


def council_names() -> list[str]:
    """Their names, to be completed while one types."""
    return sorted(each.name for each in resource(Areas).authorities.values())


def council_choices() -> list[tuple[str, str]]:
    """(GSS code, name) of each, by name."""
    authorities = resource(Areas).authorities.values()
    return sorted(((each.gss_code, each.name) for each in authorities), key=lambda pair: pair[1])
