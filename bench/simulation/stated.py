"""What is taken to be so: ``bench/simulate_rhi.toml``, each figure with what it says and where it is from."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parents[1] / "simulate_rhi.toml"


@dataclass(frozen=True)
class Spread:
    """A lognormal: half of it is below *median*; *spread* is its sigma."""

    median: float
    spread: float


@dataclass(frozen=True)
class Stated:
    """The assumptions, by ``section.name``."""

    table: dict[str, Any]

    @property
    def seed(self) -> int:
        return int(self.table["seed"])

    @property
    def year(self) -> int:
        return int(self.table["year"])

    def number(self, name: str) -> int:
        """One whole number."""
        return int(self._of(name)["is"])

    def share(self, name: str) -> float:
        """Of 100, as a part of one."""
        return self.number(name) / 100

    def several(self, name: str) -> list[int]:
        """A list of whole numbers."""
        return [int(each) for each in self._of(name)["is"]]

    def spread(self, name: str) -> Spread:
        """A length that varies."""
        said = self._of(name)
        return Spread(float(said["median"]), float(said["spread"]))

    def shares(self, name: str) -> dict[str, int]:
        """Of 100: what becomes of how many."""
        return {word: int(of_100) for word, of_100 in self._of(name).items() if word != "says"}

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Each for people: ``found`` or ``assumed``, its name and value, and what it says."""
        for section, named in self.table.items():
            if section in ("seed", "year"):
                continue
            for name, said in named.items():
                basis = "found" if section == "found" else "assumed"
                yield basis, f"{section}.{name}: {_value(said)}", _says(section, name, said)

    def _of(self, name: str) -> dict[str, Any]:
        section, _, word = name.partition(".")
        said: dict[str, Any] = self.table[section][word]
        return said


def load_stated(path: Path = FILE) -> Stated:
    """Read the assumptions."""
    return Stated(tomllib.loads(path.read_text()))


def _value(said: dict[str, Any]) -> str:
    if "is" in said:
        return ", ".join(map(str, said["is"])) if isinstance(said["is"], list) else f"{said['is']:,}"
    if "median" in said:
        return f"median {said['median']:g}, spread {said['spread']:g}"
    return ", ".join(f"{word} {of_100}" for word, of_100 in said.items() if word != "says")


def _says(section: str, name: str, said: dict[str, Any]) -> str:
    if section == "says":
        return f"of 100 asks of {said['says']}"
    if section == "declines":
        return f"of 100 that decline ({name})"
    return str(said["says"])
