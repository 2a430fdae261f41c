"""A real OpenID Connect provider for the tests: npm's ``oidc-provider``, installed beside the Python packages, run on loopback.

``python tests/single_sign_on/real_provider.py`` installs it: Node and npm from Debian where they are absent and may be had.
What can be said to it while it runs is in ``provider.mjs``, under ``control``.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

HERE = Path(__file__).resolve().parent
FOLDER = Path(sys.prefix) / "single_sign_on"
OLDEST_NODE = 18
SECRET = "not-a-real-secret: 100% +/= fictitious"
"""Every sign of it must survive being sent (RFC 6749 2.3.1)."""


def missing() -> str | None:
    """Why the provider cannot be run here; ``None`` when it can."""
    if _node() is None:
        return (
            f"Node {OLDEST_NODE} or later is not installed (Debian: apt-get install nodejs npm, then make test-install)"
        )
    if not _is_installed():
        return "oidc-provider is not installed: run make test-install where npm's registry can be reached"
    return None


def _node() -> str | None:
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return node if int(said.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE else None


def _is_installed() -> bool:
    """Whether what is installed is what the lock file names."""
    lock = FOLDER / "package-lock.json"
    is_current = lock.exists() and lock.read_text() == (HERE / "package-lock.json").read_text()
    return is_current and (FOLDER / "node_modules" / ".package-lock.json").exists()


def install() -> None:
    """Install the provider, as the lock file has it. What cannot be had is said; the tests then say it again."""
    if _node() is None or shutil.which("npm") is None:
        _install_node()
    if not _is_installed() and _node() and shutil.which("npm"):
        FOLDER.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, FOLDER)
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        if subprocess.run(["npm", "ci", *quiet], cwd=FOLDER, check=False).returncode:
            (FOLDER / "package-lock.json").unlink()
    if because := missing():
        print(f"The tests of single sign-on will not run: {because}.", file=sys.stderr)


def _install_node() -> None:
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", "nodejs", "npm"]):
            subprocess.run(["apt-get", *words], env=quiet, check=False, stdout=subprocess.DEVNULL)


@dataclass(frozen=True)
class RealProvider:
    """The provider as a test sees it."""

    issuer: str

    def control(self, name: str, **said: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.issuer}/control/{name}", json=said, timeout=10)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def person(self, sub: str, **claims: Any) -> None:
        """Put somebody into its directory, or change what it says of them."""
        self.control("person", sub=sub, claims=claims)

    def next(self, sub: str, *amr: str) -> None:
        """Whoever comes next and has no session there signs in as *sub*, by these methods."""
        self.control("next", sub=sub, amr=list(amr or ["pwd"]))

    def spoil(self, *, signer: str = "provider", header: dict[str, Any] | None = None, **claims: Any) -> None:
        """From now on ID tokens have these claims (``None``: not at all), this header, this signer."""
        self.control("spoil", claims=claims, header=header or {}, signer=signer)

    def forged(self, claims: dict[str, Any], *, signer: str = "provider", **header: Any) -> str:
        """A token with these claims."""
        token: str = self.control("forge", claims=claims, signer=signer, header=header)["token"]
        return token

    def asked(self, path: str) -> int:
        """How often a path was asked for since the test began."""
        return int(self.control("asked").get(path, 0))


@contextmanager
def running(port: int, clients: list[dict[str, Any]]) -> Iterator[RealProvider]:
    """The provider, on *port* of this machine, with these clients. Raises ``RuntimeError`` where it cannot be run."""
    if because := missing():
        raise RuntimeError(because)
    issuer = f"http://localhost:{port}"
    settings = json.dumps({"issuer": issuer, "clients": clients})
    environment = os.environ | {"PROVIDER_FOLDER": str(FOLDER), "PROVIDER_SETTINGS": settings, "NODE_NO_WARNINGS": "1"}
    command = [str(_node()), str(HERE / "provider.mjs")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline().strip() != issuer:
                raise RuntimeError("the provider for the tests did not start")
            yield RealProvider(issuer)
        finally:
            process.terminate()


if __name__ == "__main__":
    install()
