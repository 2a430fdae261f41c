"""Processes that a measurement starts and stops: web servers, the worker, the sinks."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bench.engines import Stage
from bench.machine import family, pss_mb
from hub.core.settings import REPOSITORY

WORKER = (sys.executable, "-m", "hub.cli", "worker")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    words: tuple[str, ...], environment: Mapping[str, str], **given: Any
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that is asked to stop when the block ends, and made to when it does not."""
    process = subprocess.Popen(words, cwd=REPOSITORY, env=dict(environment), **given)
    try:
        yield process
    finally:
        end(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def end(process: "subprocess.Popen[bytes]", seconds: float = 15.0) -> None:
    """Ask *process* to stop; make it, and whatever it had started, when it has not after *seconds*."""
    if process.poll() is not None:
        return
    started_by_it = family(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        for pid in started_by_it:
            _kill(pid)
        process.wait()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def web(stage: Stage, module: str, *words: str, **also: str) -> Iterator[tuple[int, int]]:
    """``python -m MODULE WORDS…`` serving on a free port of this machine: its port and process id, once it answers."""
    port = free_port()
    environment = stage.environment | {"HUB_PORT": str(port)} | also
    with started((sys.executable, "-m", module, *words), environment) as process:
        wait_for(port, process)
        yield port, process.pid


def wait_for(port: int, process: "subprocess.Popen[bytes]", seconds: float = 30.0) -> None:
    """Wait until ``/healthz`` answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode} before it answered")
        try:
            get(port, "/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not answer within {seconds:.0f} seconds")


def get(port: int, path: str) -> Any:
    """The JSON at *path* of a server on this machine."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def post(port: int, path: str, body: bytes, headers: Mapping[str, str]) -> Any:
    """Post JSON; the JSON of the answer. Raises ``RuntimeError`` with what a refusal said."""
    wanted = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", body, {"Content-Type": "application/json", **headers}
    )
    try:
        with urllib.request.urlopen(wanted, timeout=10) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise RuntimeError(f"{path} answered {refused.code}: {refused.read().decode()}") from None


@contextmanager
def sinks() -> Iterator[dict[str, int]]:
    """Both receivers in a process of their own: ``{"smtp": port, "http": port}``."""
    words = (sys.executable, "-m", "bench.sinks")
    with started(words, os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout is None:
            raise RuntimeError("the sinks have no standard output")
        yield json.loads(process.stdout.readline())


def memory_mb(pid: int) -> list[float]:
    """What each process of the family of *pid* that holds the program holds of memory, the largest first."""
    return sorted((pss_mb(member) for member in family(pid)), reverse=True)
