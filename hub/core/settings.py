"""The operator's settings: typed, each with a default, an environment variable and a line in ``config/hub.example.toml``.

Order: environment (``HUB_…``) over the TOML file (``HUB_CONFIG_FILE``, default ``config/hub.toml`` when it exists) over the
default. An unknown key or a value of the wrong kind stops start-up with a sentence that names it.
"""

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from hub.core.network import read_networks

Mode = Literal["production", "demo", "sandbox", "test"]
StartTls = Literal["required", "when_offered", "off"]
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_KINDS: Final[Mapping[Any, str]] = {int: "a whole number", float: "a number", bool: "true or false", Path: "a path"}
_PORTS: Final = (1, 65_535)
_AT_LEAST_ONE: Final = (1, math.inf)
REPOSITORY: Final = Path(__file__).resolve().parents[2]


class SettingsError(ValueError):
    """The settings cannot be used; the sentence names the setting."""


@dataclass(frozen=True)
class Settings:
    """Every setting of the hub. ``doc`` is what the operator reads in ``config/hub.example.toml``."""

    mode: Mode = field(
        default="production",
        metadata={"doc": "production, demo, sandbox or test. The clock can be moved in all but production."},
    )
    data_dir: Path = field(
        default=Path("data"),
        metadata={"doc": "Where the SQLite file, the keys, the postcode index and sealed files live."},
    )
    config_dir: Path = field(default=REPOSITORY / "config", metadata={"doc": "Where law/, policy/ and reference/ are."})
    database_url: str = field(
        default="",
        metadata={
            "doc": "Empty: SQLite in the data folder. PostgreSQL: postgresql+psycopg://user@host/name",
            "secret": True,
        },
    )
    key_file: str = field(
        default="",
        metadata={
            "doc": "The file with the hub's keys. Empty: keys.toml in the data folder (outside production made when absent)."
        },
    )
    keys: str = field(
        default="",
        metadata={
            "doc": "The text of a key file, instead of a file: for platforms that keep secrets in the environment.",
            "secret": True,
        },
    )
    base_url: str = field(
        default="http://localhost:8000",
        metadata={
            "doc": "The address at which people reach the hub; links in messages begin with it. Unset: localhost."
        },
    )
    allowed_hosts: str = field(
        default="",
        metadata={
            "doc": "Host names the hub answers to, separated by commas. Empty: base_url's (and loopback outside production)."
        },
    )
    trusted_proxies: str = field(
        default="",
        metadata={
            "doc": "Networks of the operator's own proxies, such as 10.0.0.0/24, whose X-Forwarded-For is believed; they must "
            "drop headers whose names have underscores, and should take in bodies whole. Empty: none."
        },
    )
    host: str = field(default="127.0.0.1", metadata={"doc": "The address the web server listens on."})
    port: int = field(default=8000, metadata={"doc": "The port the web server listens on.", "within": _PORTS})
    web_workers: int = field(
        default=2, metadata={"doc": "Web processes. On SQLite two are enough: writers queue.", "within": (1, 256)}
    )
    web_threads: int = field(
        default=8,
        metadata={
            "doc": "Threads in each web process. On SQLite those that wait for the one writer share a commit.",
            "within": (1, 1000),
        },
    )
    waiting_threads: int = field(
        default=24,
        metadata={
            "doc": "More threads in each web process, where requests wait for bodies that come slowly.",
            "within": (0, 1000),
        },
    )
    delivery_threads: int = field(
        default=8, metadata={"doc": "Deliveries a worker sends at the same time.", "within": (1, 1000)}
    )
    mail_from: str = field(default="no-reply@hub.invalid", metadata={"doc": "The sender of the hub's e-mails."})
    smtp_host: str = field(default="127.0.0.1", metadata={"doc": "The mail server."})
    smtp_port: int = field(default=1025, metadata={"doc": "Its port.", "within": _PORTS})
    smtp_starttls: StartTls = field(default="when_offered", metadata={"doc": "required, when_offered or off."})
    smtp_username: str = field(default="", metadata={"doc": "Empty: no sign-in to the mail server."})
    smtp_password: str = field(default="", metadata={"doc": "The mail server's password.", "secret": True})
    webhook_private_addresses: bool = field(
        default=False,
        metadata={
            "doc": "Whether webhooks may go to private and loopback addresses: for a closed network or a demonstration."
        },
    )
    provider_private_addresses: bool = field(
        default=False,
        metadata={
            "doc": "Whether identity providers may stand at private addresses; outside production also, on loopback, without TLS."
        },
    )
    second_opinion_url: str = field(
        default="", metadata={"doc": "The address of a postcodes.io service to compare look-ups with. Empty: off."}
    )
    clock_file: str = field(
        default="", metadata={"doc": "Outside production: a file that moves the clock of every process."}
    )
    clock_offset_seconds: float = field(
        default=0.0, metadata={"doc": "Outside production: how far ahead of the machine the hub's clock is."}
    )
    clock_rate: float = field(
        default=1.0, metadata={"doc": "Outside production: how fast the hub's clock runs.", "within": (0, math.inf)}
    )
    max_body_bytes: int = field(
        default=1_000_000, metadata={"doc": "The largest request taken, files apart.", "within": _AT_LEAST_ONE}
    )
    max_file_bytes: int = field(
        default=20_000_000, metadata={"doc": "The largest file taken.", "within": _AT_LEAST_ONE}
    )
    requests_per_minute: int = field(
        default=600, metadata={"doc": "Requests a minute from one API client.", "within": _AT_LEAST_ONE}
    )
    visits_per_minute: int = field(
        default=600,
        metadata={"doc": "Requests a minute from one network without a key or a sign-in.", "within": _AT_LEAST_ONE},
    )
    costly_per_minute: int = field(
        default=120,
        metadata={
            "doc": "Files, evidence packs and exports a minute for one client or person.",
            "within": _AT_LEAST_ONE,
        },
    )
    body_seconds: int = field(
        default=20,
        metadata={
            "doc": "How long a request's body may take to arrive, and a second more for each 50 kB.",
            "within": _AT_LEAST_ONE,
        },
    )
    limits: bool = field(
        default=True,
        metadata={"doc": "Whether requests and sign-ins are limited. False in test mode alone, to measure."},
    )
    auditor_stale_seconds: int = field(
        default=120,
        metadata={
            "doc": "How old the auditor's last word may be before the hub says it is not ready.",
            "within": _AT_LEAST_ONE,
        },
    )
    log_level: str = field(default="INFO", metadata={"doc": "DEBUG, INFO, WARNING or ERROR."})
    help_phone: str = field(
        default="", metadata={"doc": "The telephone number on every page for whoever needs help. Empty: none is shown."}
    )
    help_email: str = field(
        default="", metadata={"doc": "The e-mail address on every page for whoever needs help. Empty: none is shown."}
    )
    help_hours: str = field(
        default="", metadata={"doc": "When somebody answers there, such as Monday to Friday, 9am to 5pm."}
    )
    operator_name: str = field(
        default="", metadata={"doc": "Who runs this hub, as its privacy notice and accessibility statement name it."}
    )
    privacy_email: str = field(
        default="",
        metadata={"doc": "The e-mail address of the operator's data protection officer, for the privacy notice."},
    )

    @property
    def database(self) -> str:
        """The database's URL, SQLite in the data folder unless another is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'hub.sqlite3'}"

    @property
    def key_path(self) -> Path:
        """The key file."""
        return Path(self.key_file) if self.key_file else self.data_dir / "keys.toml"

    @property
    def clock_moves(self) -> bool:
        """Whether the clock may be moved at all."""
        return self.mode != "production"


def env_name(setting: str) -> str:
    """The environment variable of *setting*."""
    return f"HUB_{setting.upper()}"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Raises :class:`SettingsError`."""
    environ = os.environ if environ is None else environ
    known = {f.name: f for f in fields(Settings)}
    given = _from_file(environ, known)
    for name in known:
        if env_name(name) in environ:
            given[name] = (environ[env_name(name)], env_name(name))
    values = {name: _read(known[name], raw, origin) for name, (raw, origin) in given.items()}
    if "port" in values:
        values.setdefault("base_url", f"http://localhost:{values['port']}")
    settings = Settings(**values)
    _refuse_moved_clock_in_production(settings)
    _refuse_unusable(settings)
    _refuse_unsafe(settings)
    return settings


def _from_file(environ: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    named = environ.get("HUB_CONFIG_FILE")
    path = Path(named) if named else REPOSITORY / "config" / "hub.toml"
    if not path.exists():
        if named:
            raise SettingsError(f"HUB_CONFIG_FILE names {path}, which does not exist.")
        return {}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise SettingsError(f"{path} cannot be read: {fault.strerror}.") from None
    except ValueError as fault:
        raise SettingsError(f"{path} is not TOML in UTF-8: {fault}.") from None
    for name in rows.keys() - known.keys():
        raise SettingsError(f"{path} has an unknown setting “{name}”; config/hub.example.toml lists them all.")
    return {name: (value, f"{name} in {path}") for name, value in rows.items()}


def _read(setting: Any, raw: Any, origin: str) -> Any:
    shown = "what is written there" if setting.metadata.get("secret") else f"“{raw}”"
    try:
        value = _convert(setting.type, raw)
    except (ValueError, TypeError, OverflowError):
        wanted = " or ".join(get_args(setting.type)) or _KINDS.get(setting.type, "text")
        raise SettingsError(f"{origin} must be {wanted}, not {shown}.") from None
    least, most = setting.metadata.get("within", (None, None))
    if least is not None and not least <= value <= most:
        bounds = f"{least} to {most}" if math.isfinite(most) else f"{least} or more"
        raise SettingsError(f"{origin} must be {bounds}, not {shown}.")
    return value


def _convert(kind: Any, raw: Any) -> Any:
    if choices := get_args(kind):
        if raw not in choices:
            raise ValueError(raw)
        return raw
    if kind is bool and isinstance(raw, str):
        return _spoken_bool(raw)
    # Python would take true for 1, cut 8000.7 short, and write a list as text.
    if isinstance(raw, bool) != (kind is bool) or isinstance(raw, list | dict):
        raise TypeError(raw)
    if kind is int and isinstance(raw, float):
        raise TypeError(raw)
    value = kind(raw)
    if kind is float and not math.isfinite(value):
        raise ValueError(raw)
    return value


def _spoken_bool(raw: str) -> bool:
    if raw.lower() not in {"true", "yes", "1", "false", "no", "0"}:
        raise ValueError(raw)
    return raw.lower() in {"true", "yes", "1"}


def _refuse_moved_clock_in_production(settings: Settings) -> None:
    moved = settings.clock_file or settings.clock_offset_seconds or settings.clock_rate != 1.0
    if moved and not settings.clock_moves:
        raise SettingsError("clock_file, clock_offset_seconds and clock_rate move the clock, which production refuses.")


def _refuse_unusable(settings: Settings) -> None:
    if settings.log_level.upper() not in LOG_LEVELS:
        raise SettingsError(f"log_level must be {' or '.join(LOG_LEVELS)}, not “{settings.log_level}”.")
    if not _is_origin(settings.base_url):
        raise SettingsError(
            f"base_url must be an address such as https://hub.example, with nothing after the name, not “{settings.base_url}”."
        )
    if "/" in settings.allowed_hosts:
        raise SettingsError(
            f"allowed_hosts must be names such as hub.example, separated by commas, not “{settings.allowed_hosts}”."
        )


def _is_origin(address: str) -> bool:
    """Whether *address* is a scheme and a name, perhaps with a port: what the hub's links and cookies can begin with."""
    try:
        parts = urlsplit(address)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_bare = not (parts.query or parts.fragment or parts.username) and parts.path in ("", "/")
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_bare and has_port


def _refuse_unsafe(settings: Settings) -> None:
    if not settings.limits and settings.mode != "test":
        raise SettingsError("limits can be off in test mode only: without them passwords can be guessed.")
    if settings.mode == "production" and not _is_guarded(settings.base_url):
        raise SettingsError(
            "base_url must begin with https:// in production: over plain http whoever is on the way takes a session. End TLS at "
            "a proxy before the hub, and give the address that people type."
        )
    try:
        read_networks(settings.trusted_proxies)
    except ValueError:
        listed = settings.trusted_proxies
        raise SettingsError(f"trusted_proxies must be networks such as 10.0.0.0/24, not “{listed}”.") from None


def _is_guarded(base_url: str) -> bool:
    """Whether nobody can listen: TLS, or this machine alone."""
    parts = urlsplit(base_url)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


def example_file() -> str:
    """The text of ``config/hub.example.toml``; a test fails when the file drifts from it."""
    head = "# Every setting, with its default. Copy to hub.toml, or set the environment variable named beside it.\n"
    return head + "".join(_example_line(f) for f in fields(Settings))


def _example_line(setting: Any) -> str:
    secret = " A secret: prefer the environment." if setting.metadata.get("secret") else ""
    shown = "config" if setting.name == "config_dir" else setting.default
    value = str(shown).lower() if isinstance(shown, bool) else shown if isinstance(shown, int | float) else f'"{shown}"'
    return f"\n# {setting.metadata['doc']}{secret} ({env_name(setting.name)})\n# {setting.name} = {value}\n"
