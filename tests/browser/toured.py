"""Which pages no tour stops at: ``HUB_TOURED=file make screenshots``, then ``python -m tests.browser.toured file``.

A page is an address that is got. What is no page (files, pictures, health) and what only leads on is named here.
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from werkzeug.exceptions import HTTPException

from hub.app import create_app
from hub.core.key_file import write_once
from hub.core.secrets import render_key_file
from hub.core.settings import REPOSITORY, Settings
from hub.directory.postcodes import ensure_index
from tests.conftest import CONFIG, KEY

NO_PAGES: Final = (
    "/api/v1/openapi.json",
    "/files/",
    "/healthz",
    "/metrics",
    "/readyz",
    "/static/",
    "/sign-in/callback",
    "/uploads/templates/",
    "qr.svg",
)


def missing(addresses: Iterable[str]) -> list[str]:
    """The pages that none of *addresses* is."""
    with tempfile.TemporaryDirectory() as folder:
        write_once(Path(folder, "keys.toml"), render_key_file([KEY]))
        Path(folder, "postcodes.idx").symlink_to(ensure_index(REPOSITORY / "data" / "tests" / "postcodes.idx"))
        app = create_app(Settings(mode="test", data_dir=Path(folder), config_dir=CONFIG, log_level="ERROR"))
    routes = app.url_map.bind("localhost")
    seen = set()
    for address in addresses:
        try:
            seen.add(routes.match(address, method="GET")[0])
        except HTTPException:
            continue
    return sorted(
        str(rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in seen and _is_page(str(rule))
    )


def _is_page(rule: str) -> bool:
    is_api = rule.startswith("/api/") and rule != "/api/v1/docs"
    return not is_api and not any(part in rule for part in NO_PAGES)


if __name__ == "__main__":
    print("\n".join(missing(Path(sys.argv[1]).read_text().split())))
