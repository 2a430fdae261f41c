"""Logs as JSON lines: references, codes and counts. Names, free text, parameters of statements and query strings never."""

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog


def configure_logs(level: str) -> None:
    """Set up structlog for this process; other libraries' records go through the same renderer at WARNING and above."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_the_fault,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_NamesOnly()], force=True)


class _NamesOnly(logging.Handler):
    """Other libraries' records, as who speaks and how loud: what they say, and their tracebacks, may hold what was typed."""

    def emit(self, record: logging.LogRecord) -> None:
        said: dict[str, Any] = {"event": "library.spoke", "library": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[1] is not None:
            said["fault"], said["at"] = type(record.exc_info[1]).__name__, _places(record.exc_info[1])
        print(json.dumps(said), file=sys.stderr)  # noqa: T201 - this is where logs go


def _name_the_fault(_logger: Any, _method: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception is logged as its type and where it rose: its text may hold what somebody typed about a child."""
    fault = said.pop("fault", None)
    if isinstance(fault, BaseException):
        said["fault"] = type(fault).__name__
        said["at"] = _places(fault)
        if code := _code_of_database(fault):
            said["code"] = code
    return said


def _code_of_database(fault: BaseException) -> str | None:
    """The database's own code, such as SQLITE_FULL or 57P03: it tells a full disk from a lock, and holds nothing of a row."""
    cause = getattr(fault, "orig", None)
    return getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)


def _places(fault: BaseException) -> list[str]:
    places, step = [], fault.__traceback__
    while step is not None:
        places.append(f"{step.tb_frame.f_globals.get('__name__', '?')}:{step.tb_lineno}")
        step = step.tb_next
    return places[-8:]


def about_request(ref: str) -> None:
    """Let whatever this thread logs from now on carry the reference of the request it answers."""
    structlog.contextvars.bind_contextvars(request=ref)


def log(name: str) -> Any:
    """The logger of one module. ``log(__name__).error("what.happened", subject="ntc_…", fault=exception)``."""
    return structlog.get_logger(module=name)
