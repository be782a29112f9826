"""Where a result comes from: versions, command, scenario and seeds, kept as ``experiment.json``."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from sim.scenario import Scenario

FORMAT = "loyalty-erosion result 1"
_PACKAGE = "loyalty-erosion"
_LIBRARIES = ("numpy", "pandas", "pyarrow", "pydantic", "scipy")


class OutputError(RuntimeError):
    """A folder that cannot be written to, or read from, as a result."""


@dataclass(frozen=True)
class Origin:
    """Seeds and time of one run.

    Parameters
    ----------
    run : int
        Number within the result, from 1.
    army_seed, luck_seed : int
        Decide who is who, and what befalls him.
    mechanisms : tuple of str
        Names of the mechanisms that the user added.
    started : str or None
        ISO 8601, UTC; None where it is not known.
    seconds : float or None
        How long the run took.
    """

    run: int
    army_seed: int
    luck_seed: int
    mechanisms: tuple[str, ...] = ()
    started: str | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Experiment:
    """What must be known to repeat a result.

    Parameters
    ----------
    scenario : str
        Its name.
    overlays : tuple of str
        Names of the overlays laid over it.
    scenario_sha256 : str
        Digest of the resolved scenario; see `digest`.
    version, python : str
        Versions of this package and of Python.
    libraries : mapping
        Versions of the libraries that the numbers go through.
    git : mapping or None
        ``{"commit": str, "dirty": bool}`` when the code runs from a checkout.
    command : str
        The command line, without the folder of the program.
    runs : tuple of Origin
    """

    scenario: str
    overlays: tuple[str, ...]
    scenario_sha256: str
    version: str
    python: str
    libraries: Mapping[str, str]
    git: Mapping[str, Any] | None
    command: str
    runs: tuple[Origin, ...]

    @classmethod
    def now(cls, scenario: Scenario, origin: Origin) -> Self:
        """Describe a run that this process has just made."""
        return cls(
            scenario=scenario.name,
            overlays=scenario.overlays,
            scenario_sha256=digest(scenario),
            version=version_of(_PACKAGE),
            python=platform.python_version(),
            libraries={name: version_of(name) for name in _LIBRARIES},
            git=_git(),
            command=_command(sys.argv),
            runs=(origin,),
        )

    def with_runs(self, runs: Sequence[Origin]) -> Self:
        """Describe several runs, numbered anew from 1."""
        numbered = (replace(run, run=number) for number, run in enumerate(runs, start=1))
        return replace(self, runs=tuple(numbered))

    def to_json(self) -> str:
        """Write it as JSON text."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        OutputError
            If the text is not of this format.
        """
        try:
            tree = json.loads(text)
            if tree.pop("format") != FORMAT:
                raise OutputError(f"experiment.json is not of the format '{FORMAT}'")
            runs = [Origin(**{**run, "mechanisms": tuple(run["mechanisms"])}) for run in tree.pop("runs")]
            return cls(**{**tree, "overlays": tuple(tree["overlays"])}, runs=tuple(runs))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise OutputError("experiment.json is not that of a result") from error


def origin_of(army_seed: int, luck_seed: int, mechanisms: Sequence[str], started: datetime | None) -> Origin:
    """Describe the one run that ends now; `started` is aware of its time zone."""
    if started is None:
        return Origin(1, army_seed, luck_seed, tuple(mechanisms))
    seconds = round((datetime.now(UTC) - started).total_seconds(), 3)
    when = started.astimezone(UTC).isoformat(timespec="seconds")
    return Origin(1, army_seed, luck_seed, tuple(mechanisms), when, seconds)


def digest(scenario: Scenario) -> str:
    """SHA-256 of a resolved scenario; the order of its tables counts: soldiers are dealt by it."""
    tree = scenario.model_dump(mode="json", by_alias=True)
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@cache
def version_of(distribution: str) -> str:
    """Version of an installed distribution, or "unknown"."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "unknown"


def _command(arguments: Sequence[str]) -> str:
    """Command line with the bare name of the program; a kernel's own says nothing of the user's."""
    program = Path(arguments[0]).name if arguments else ""
    if program in ("", "-c", "ipykernel_launcher.py"):
        return "interactive"
    return shlex.join([program, *arguments[1:]])


@cache
def _git() -> dict[str, Any] | None:
    """Commit of the checkout that the code runs from; None outside one, or without git."""
    root = Path(__file__).resolve().parents[2]
    top = _ask_git(root, "rev-parse", "--show-toplevel")
    # An installed copy may lie inside a repository that is not ours.
    if not top or Path(top).resolve() != root:
        return None
    commit = _ask_git(root, "rev-parse", "HEAD")
    changes = _ask_git(root, "status", "--porcelain")
    return {"commit": commit, "dirty": bool(changes)} if commit else None


def _ask_git(folder: Path, *question: str) -> str | None:
    """Answer of git, stripped; None if it has none."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *question],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
