"""An operator starts the hub from an empty folder, plays the story against it, and stops it: with real processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from hub.core.settings import Settings

READY_SECONDS = 90


def free_ports() -> tuple[int, int]:
    """A free port for the web, and one for the mail catcher whose next is free as well."""
    while True:
        with socket.socket() as web, socket.socket() as mail, socket.socket() as page:
            web.bind(("127.0.0.1", 0))
            mail.bind(("127.0.0.1", 0))
            port: int = mail.getsockname()[1]
            if port < 65535 and page.connect_ex(("127.0.0.1", port + 1)) != 0:
                return web.getsockname()[1], port


@pytest.fixture
def environment(tmp_path: Path, settings: Settings, postcode_index_path: Path) -> dict[str, str]:
    """The environment of a demonstration in a folder where nothing is yet but the postcode index."""
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "postcodes.idx").symlink_to(postcode_index_path)
    web, mail = free_ports()
    given = {
        "HUB_MODE": "demo",
        "HUB_DATA_DIR": str(folder),
        "HUB_PORT": str(web),
        "HUB_BASE_URL": f"http://127.0.0.1:{web}",
        "HUB_SMTP_PORT": str(mail),
        "HUB_LOG_LEVEL": "WARNING",
    }
    if settings.database_url:
        given["HUB_DATABASE_URL"] = settings.database_url
    return os.environ | given


@pytest.fixture
def running(environment: dict[str, str], tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """``hub up``, ready."""
    with (tmp_path / "said").open("wb") as said:
        parent = subprocess.Popen([sys.executable, "-m", "hub.cli", "up"], env=environment, stdout=said, stderr=said)
    try:
        _wait_until_ready(environment["HUB_BASE_URL"], parent)
        yield parent
    finally:
        parent.send_signal(signal.SIGTERM)
        parent.wait(timeout=30)


def _wait_until_ready(base_url: str, parent: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert parent.poll() is None, "hub up ended by itself"
        try:
            if requests.get(f"{base_url}/readyz", timeout=2).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    pytest.fail("the hub was not ready in time")


def test_from_an_empty_folder_to_a_story_that_holds_and_a_clean_stop(
    running: "subprocess.Popen[bytes]", environment: dict[str, str], tmp_path: Path
) -> None:
    hub = [sys.executable, "-m", "hub.cli"]
    told = subprocess.run([*hub, "demo"], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert told.returncode == 0, told.stdout[-2000:]
    assert "Every step held." in told.stdout

    verified = subprocess.run([*hub, "audit", "verify"], env=environment, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout

    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=30) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(environment["HUB_BASE_URL"] + "/healthz", timeout=2)
    said = (tmp_path / "said").read_text()
    assert "Traceback" not in said
    assert environment["HUB_BASE_URL"] + "/api/v1/docs" in said
    assert "leeds" in said


def _started_by(pid: int) -> set[int]:
    """The processes that *pid* started, and those that they started."""
    parents = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # pid (name) state parent …
            parents[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
    theirs = {one for one, parent in parents.items() if parent == pid}
    return theirs.union(*(_started_by(one) for one in theirs))


def _is_alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _wait_until_gone(pids: set[int], *, seconds: float) -> set[int]:
    """Those of *pids* that still live after *seconds*; none when all have ended before."""
    deadline = time.monotonic() + seconds
    while (alive := {pid for pid in pids if _is_alive(pid)}) and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive


def test_when_the_hub_is_killed_nothing_that_it_started_is_left_behind(
    running: "subprocess.Popen[bytes]", environment: dict[str, str]
) -> None:
    started = _started_by(running.pid)
    assert len(started) >= 5, "web and its two processes, worker, mail catcher"
    os.kill(running.pid, signal.SIGKILL)
    running.wait(timeout=5)
    assert _wait_until_gone(started, seconds=20) == set()
    with pytest.raises(requests.ConnectionError):
        requests.get(environment["HUB_BASE_URL"] + "/healthz", timeout=2)


def test_when_the_web_server_is_killed_its_own_processes_end_and_the_hub_says_so(
    running: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    started = _started_by(running.pid)
    web = next(
        pid for pid in started if b"hub.serving" in Path(f"/proc/{pid}/cmdline").read_bytes() and _started_by(pid)
    )
    os.kill(web, signal.SIGKILL)
    assert running.wait(timeout=30) == 1
    assert _wait_until_gone(started, seconds=20) == set()
    assert "The web stopped by itself" in (tmp_path / "said").read_text()


def test_a_port_that_is_taken_is_named_before_anything_is_started(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["HUB_PORT"]))):
        refused = subprocess.run(
            [sys.executable, "-m", "hub.cli", "up"], env=environment, capture_output=True, text=True, check=False
        )
    assert refused.returncode == 1
    assert f"Port {environment['HUB_PORT']} of 127.0.0.1 is taken" in refused.stderr


def test_a_web_server_started_alone_is_of_the_same_demonstration(environment: dict[str, str]) -> None:
    """``hub serve`` beside ``hub worker``: one clock that both follow, and webhooks to this machine for the story."""
    asked = (
        "from hub.app import create_app; from hub.core.settings import Settings; "
        "read = create_app().extensions['hub'][Settings]; print(read.clock_file, read.webhook_private_addresses)"
    )
    said = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.split() == [str(Path(environment["HUB_DATA_DIR"]) / "clock.json"), "True"]
