"""``hub area`` and ``hub directory …postcodes``: where is this postcode, and loading what answers that.

Plain functions behind click; :mod:`hub.cli` puts them under ``hub``. They need no database and no application.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click
import requests

from hub.core import clock
from hub.core.errors import HubError
from hub.directory.areas import Areas, Authority, Relation, Resolution, load_areas
from hub.directory.postcodes import (
    FEWEST_ROWS,
    BuildReport,
    PostcodeIndex,
    build_from_file,
    build_from_package,
    ensure_index,
    read_postcode,
)
from hub.directory.second_opinion import disagreement, second_opinion

_ROOT = Path(__file__).resolve().parents[2]
SECOND_OPINION_SECONDS = (1.0, 2.0)
"""To connect, and to answer: longer and we go without."""
_INWARD = re.compile(r"[0-9][A-Za-z]{2}")


def default_index() -> Path:
    """``postcodes.idx`` in the data folder: ``HUB_DATA_DIR``, or ``data`` beside ``config``."""
    return Path(os.environ.get("HUB_DATA_DIR") or _ROOT / "data") / "postcodes.idx"


def default_reference() -> Path:
    """``reference`` in the configuration folder: ``HUB_CONFIG_DIR``, or ``config`` beside ``wsgi.py``."""
    return Path(os.environ.get("HUB_CONFIG_DIR") or _ROOT / "config") / "reference"


_index_option = click.option(
    "--index",
    type=click.Path(path_type=Path),
    default=default_index,
    help="The postcode index [HUB_DATA_DIR/postcodes.idx].",
)
_reference_option = click.option(
    "--reference",
    type=click.Path(path_type=Path),
    default=default_reference,
    help="The tables [HUB_CONFIG_DIR/reference].",
)


@click.command()
@click.argument("postcodes", nargs=-1, required=True, metavar="POSTCODE…")
@click.option("--placing", metavar="GSS", help="The placing authority, to say how each place lies to it.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")
@click.option(
    "--second-opinion", "opinion_url", metavar="URL", default="", help="A postcodes.io service to compare with."
)
@_index_option
@_reference_option
def area(
    postcodes: Sequence[str], placing: str | None, as_json: bool, opinion_url: str, index: Path, reference: Path
) -> None:
    """Say which authority and police force each POSTCODE belongs to. A dash reads postcodes from standard input, one
    a line.
    """
    try:
        postcode_index = PostcodeIndex(index)
        postcode_index.about()
        areas = load_areas(reference, postcode_index)
        placing_authority = areas.authority(placing, field="placing") if placing else None
        answers = [
            answer(areas, postcode, placing_authority, second_opinion_url=opinion_url)
            for postcode in _wanted(postcodes)
        ]
    except HubError as error:
        raise click.ClickException(error.sentence) from error
    if as_json:
        click.echo(json.dumps(answers, indent=2, ensure_ascii=False))
    else:
        _print_table(answers)


@click.group()
def directory() -> None:
    """Authorities, police forces, organisations and postcodes."""


@directory.command("load-postcodes")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--fewest-rows", type=int, default=FEWEST_ROWS, show_default=True, help="Refuse a file with fewer postcodes."
)
@_index_option
def load_postcodes(file: Path, fewest_rows: int, index: Path) -> None:
    """Load a newer ONSPD or NSPL FILE (CSV or zip). Running processes go over to it by themselves."""
    try:
        report = build_from_file(file, index, _show_progress, now=clock.utc_now(), fewest_rows=fewest_rows)
    except HubError as error:
        raise click.ClickException(error.sentence) from error
    _print_report(report)


@directory.command("build-postcodes")
@click.option(
    "--if-needed", is_flag=True, help="Only when there is none, or it came from another version of the package."
)
@_index_option
def build_postcodes(if_needed: bool, index: Path) -> None:
    """Build the postcode index from the installed ONS Postcode Directory package."""
    try:
        if if_needed:
            facts = PostcodeIndex(ensure_index(index, _show_progress)).about()
            click.echo(f"The postcode index stands: {facts.rows:,} postcodes, {facts.vintage}.")
        else:
            _print_report(build_from_package(index, _show_progress, now=clock.utc_now()))
    except HubError as error:
        raise click.ClickException(error.sentence) from error


def answer(
    areas: Areas, postcode: str, placing: Authority | None, *, second_opinion_url: str = ""
) -> dict[str, object]:
    """What ``hub area --json`` prints for one postcode. ``relation`` is null without a placing authority or a host.

    With a *second_opinion_url* another service is asked; ``disagreement`` says how it differs, and changes nothing.
    """
    found = areas.resolve(postcode)
    relation = areas.relation(placing.gss_code, found.authority.gss_code) if placing and found.authority else None
    return _columns(found, relation) | _remarks(found) | _second_opinion(areas, found, second_opinion_url)


def _second_opinion(areas: Areas, found: Resolution, url: str) -> dict[str, object]:
    if not url:
        return {}
    with requests.Session() as session:
        opinion = second_opinion(found.postcode, base_url=url, session=session, timeout=SECOND_OPINION_SECONDS)
    said = disagreement(found, opinion, areas)
    return {"disagreement": said} if said else {}


def _columns(found: Resolution, relation: Relation | None) -> dict[str, object]:
    authority, force = found.authority, found.police_force
    return {
        "postcode": found.postcode,
        "authority": authority.gss_code if authority else None,
        "authority_name": authority.name if authority else None,
        "police_force": force.gss_code if force else None,
        "police_force_name": force.name if force else None,
        "nation": found.nation,
        "relation": relation.kind if relation else None,
        "relation_basis": relation.basis if relation else None,
        "confidence": found.confidence,
    }


def _remarks(found: Resolution) -> dict[str, object]:
    remarks: dict[str, object] = {"reason": found.reason} if found.reason else {}
    if found.confidence == "partial":
        remarks["candidates"] = [{"authority": item.gss_code, "authority_name": item.name} for item in found.candidates]
    return remarks


def _wanted(arguments: Iterable[str]) -> list[str]:
    """The postcodes asked about; one typed without quotes (``AB1 2CD``) arrives as two arguments and is put
    together.
    """
    wanted: list[str] = []
    for argument in arguments:
        if argument == "-":
            wanted += [line.strip() for line in sys.stdin if line.strip()]
        elif wanted and _INWARD.fullmatch(argument) and not read_postcode(wanted[-1]).full:
            wanted[-1] += f" {argument}"
        else:
            wanted.append(argument)
    return wanted


def _print_table(answers: Sequence[Mapping[str, object]]) -> None:
    """Columns as wide as they need be, and whatever must be said in a sentence indented beneath its row."""
    headings = ("postcode", "authority_name", "police_force_name", "nation", "relation", "confidence")
    titles = tuple(heading.removesuffix("_name").replace("_", " ").capitalize() for heading in headings)
    lines = [titles, *(tuple(str(row[heading] or "-") for heading in headings) for row in answers)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    remarks = [[], *map(_sentences, answers)]
    for cells, sentences in zip(lines, remarks, strict=True):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
        for sentence in sentences:
            click.echo(f"    {sentence}")


def _sentences(row: Mapping[str, object]) -> list[str]:
    candidates = row.get("candidates")
    names = [str(item["authority_name"]) for item in candidates] if isinstance(candidates, list) else []
    said = [str(row[key]) for key in ("relation_basis", "reason") if row.get(key)]
    return said + ([f"It may be in {'; '.join(names)}."] if names else [])


def _show_progress(rows: int) -> None:
    click.echo(f"{rows:,} postcodes read", err=True)


def _print_report(report: BuildReport) -> None:
    click.echo(
        f"{report.rows:,} postcodes from {report.source} ({report.vintage}) in {report.seconds:.1f} s; "
        f"index {report.size_megabytes:.1f} MB, peak memory {report.peak_megabytes:.0f} MB."
        + (f" {report.skipped:,} rows held no postcode and were left out." if report.skipped else "")
    )
