"""What is sent: files that are not what they say, too much, and too slowly."""

import io
import socket
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import requests

from attack.browsing import Browser, client
from attack.staging import Scene
from attack.telling import Report
from hub.demonstration import papers


def attack(report: Report, scene: Scene) -> None:
    """Send what should not be sent."""
    leeds = client(scene.url, scene.cast.tokens["leeds"])
    report.section("Files that are not what they say", "Pages, programs, bombs and names that lead elsewhere.")
    _files(report, leeds)
    report.section("Too much and too slowly", "To fill the memory, or to keep every thread waiting.")
    _oversized(report, scene, leeds)
    _slow(report, scene)


# --- files --------------------------------------------------------------------------------------------------------------


_ENTITY = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
_HEAD = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\n"
)


def _archive(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _files(report: Report, leeds: Browser) -> None:
    word = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}
    pdf = papers.care_plan("x")
    for what, name, content in (
        ("a page of HTML", "plan.pdf", b"<html><script>alert(1)</script></html>"),
        ("an SVG with a script", "plan.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("a program", "plan.pdf", b"MZ\x90\x00" + b"\0" * 200),
        ("a Word file with macros", "plan.docx", _archive(word | {"word/vbaProject.bin": b"macro"})),
        ("a Word file with a control that runs", "plan.docx", _archive(word | {"word/activeX/activeX1.bin": b"x"})),
        ("a Word file that is a bomb", "plan.docx", _archive(word | {"word/media/a.bin": b"\0" * 150_000_000})),
        ("a Word file with entities", "plan.docx", _archive(word | {"word/document.xml": _ENTITY})),
        ("a Word file with a part outside", "plan.docx", _archive(word | {"../../../etc/cron.d/x": b"x"})),
        ("an archive", "plan.docx", _archive({"a.txt": b"x"})),
        ("a PDF that is an archive too", "plan.pdf", pdf + _archive({"a.txt": b"x"})),
        ("a PDF that is a page too", "plan.pdf", b"%PDF-1.4\n<script>alert(1)</script>\n%%EOF\n"),
        ("a name that climbs", "../../etc/cron.d/x.pdf", pdf),
        ("a name that is read backwards", "plan\u202efdp.exe", pdf),
        ("a name with a line break", "a\r\nContent-Type: text/html\r\n\r\n<b>.pdf", pdf),
        ("a program's name on a PDF", "plan.exe", pdf),
    ):  # fmt: skip
        answer = leeds.ask("POST", "/api/v1/files", files={"file": (name, content, "application/pdf")})
        kept = answer.json().get("name", "") if answer.status_code < 300 else ""
        harmless = answer.status_code < 300 and not set(kept) & set("/\\\r\n\u202e") and kept.endswith(".pdf")
        said = f"kept, as {kept}" if harmless else str(answer.status_code)
        report.attempt(f"upload {what}", said, refused=answer.status_code in (400, 413, 422) or harmless)
    kept = leeds.ask(
        "POST", "/api/v1/files", files={"file": ("plan.pdf", papers.care_plan("served"), "text/html")}
    ).json()
    shown = leeds.get(f"/api/v1/files/{kept['ref']}/content").headers
    is_safe = shown["Content-Disposition"].startswith("attachment") and shown["X-Content-Type-Options"] == "nosniff"
    is_safe = is_safe and shown["Content-Type"] == "application/pdf" and "sandbox" in shown["Content-Security-Policy"]
    report.attempt(
        "have an upload shown as a page", "it is served as an attachment, never sniffed, in a sandbox", refused=is_safe
    )


# --- too much, too slowly ------------------------------------------------------------------------------------------------


def _oversized(report: Report, scene: Scene, leeds: Browser) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(60):
            yield b" " * 100_000

    for what, given in (
        ("a body of 1.1 MB", _as_json(b'{"kind": "' + b"x" * 1_100_000 + b'"}')),
        ("a body that does not say its length", _as_json(endless())),
        ("lists within lists, 50,000 deep", _as_json(b"[" * 50_000)),
        ("a number of 100,000 digits", _as_json(b'{"kind": ' + b"9" * 100_000 + b"}")),
        ("a form of 50,000 fields", {"data": {f"f{number}": "1" for number in range(50_000)}}),
        ("a head of 500 kB", {"headers": {"X-Padding": "x" * 500_000}}),
    ):  # fmt: skip
        _sent(report, what, leeds, "/api/v1/notices", given)
    large = {"files": {"file": ("a.pdf", b"%PDF-" + b"0" * 21_000_000)}}
    _sent(report, "a file of 21 MB", leeds, "/api/v1/files", large)
    alive = requests.get(f"{scene.url}/healthz", timeout=10).ok
    report.attempt("after which the hub is down", "it answers as before", refused=alive)


def _as_json(body: Any) -> dict[str, Any]:
    return {"data": body, "headers": {"Content-Type": "application/json"}}


def _sent(report: Report, what: str, who: Browser, path: str, given: Mapping[str, Any]) -> None:
    try:
        status = who.ask("POST", path, **given).status_code
    except requests.RequestException:
        report.attempt(what, "the connection is closed", refused=True)
    else:
        report.attempt(what, str(status), refused=status in (400, 413, 415, 422, 431))


def _slow(report: Report, scene: Scene) -> None:
    """More slow bodies than there are threads that work: everybody else must go on as before."""
    number = scene.settings.web_threads * 5
    answers: list[bytes] = []
    slow = [threading.Thread(target=_trickle, args=(scene, answers)) for _ in range(number)]
    for thread in slow:
        thread.start()
    time.sleep(0.7)
    began = time.monotonic()
    ok = all(requests.get(f"{scene.url}/law", timeout=10).ok for _ in range(5))
    took = (time.monotonic() - began) / 5
    for thread in slow:
        thread.join()
    report.attempt(
        f"{number} bodies that trickle", f"meanwhile a page takes {took * 1000:.0f} ms", refused=ok and took < 1
    )
    late = [answer for answer in answers if b" 408 " not in answer and answer]
    report.many(
        "have one of them waited for", "408 after the time that its size deserves", map(repr, late), tried=number
    )
    _slow_heads(report, scene)


def _trickle(scene: Scene, answers: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", scene.port)) as connection:
        connection.sendall(_HEAD)
        connection.settimeout(0.2)
        for _ in range(60):
            try:
                connection.sendall(b"x")
                answers.append(connection.recv(60))
                return
            except TimeoutError:
                continue
            except OSError:
                break
        answers.append(b"")


def _slow_heads(report: Report, scene: Scene) -> None:
    waiting = [socket.create_connection(("127.0.0.1", scene.port)) for _ in range(100)]
    for connection in waiting:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-")
    began = time.monotonic()
    ok = requests.get(f"{scene.url}/healthz", timeout=10).ok
    took = time.monotonic() - began
    for connection in waiting:
        connection.close()
    report.attempt(
        "100 heads that never end", f"meanwhile the hub answers in {took * 1000:.0f} ms", refused=ok and took < 1
    )
