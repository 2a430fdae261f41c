"""Debian's Chromium for the tests, driven by Playwright; no browser is fetched from anywhere else.

``python tests/browser/chromium.py`` installs it where it may: on Debian, as root or by a sudo that asks for no password.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

EXECUTABLE: Final = Path("/usr/bin/chromium")
FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Without the last three it asks for its maker's hosts at every start."""


def missing() -> str | None:
    """Why Chromium cannot be run here; ``None`` when it can."""
    return None if EXECUTABLE.exists() else "Chromium is not installed (Debian: apt-get install chromium)"


def flags() -> list[str]:
    """How it is started: root has no sandbox of Chromium's own."""
    return [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def install() -> None:
    """Install it where it is missing and may be installed; else say so, and the tests say it again."""
    if missing() and (leave := _leave_to_install()) is not None:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        # With letters as wide as Arial's, which the pages ask for: others would overhang where it does not.
        wanted = ["chromium", "fonts-liberation"]
        for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *wanted]):
            subprocess.run([*leave, "apt-get", *words], env=quiet, check=False, stdout=subprocess.DEVNULL)
    if because := missing():
        print(f"The tests in a browser will not run: {because}.", file=sys.stderr)


def _leave_to_install() -> list[str] | None:
    """What apt-get is run by; ``None`` where there is no apt-get, or no leave to use it."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    asks_nothing = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], check=False).returncode == 0
    return ["sudo", "-n"] if asks_nothing else None


if __name__ == "__main__":
    install()
