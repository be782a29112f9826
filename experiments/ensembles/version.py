"""Version of a model: a digest of its source, so that runs of different code are never mixed."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path

from experiments.ensembles.simulation import Model, Simulation


def version_of_model(model: Model) -> str:
    """Digest of the source that a model consists of.

    Parameters
    ----------
    model : Model

    Returns
    -------
    str
        Of all modules of `sim`, and of the modules that hold the model or its mechanisms.
    """
    text = [version_of_sim()]
    if isinstance(model, Simulation):
        text += [f"{one.name} {_source_digest(part)}" for one in model.mechanisms for part in _parts(one)]
        text += ["keeps " + " ".join(model.keep)]
    else:
        text += [name_of(model), _source_digest(model), _settings(model)]
    return hashlib.sha256("\n".join(text).encode("utf-8")).hexdigest()[:16]


def name_of(model: object) -> str:
    """Name of a model as a reader of a store knows it."""
    named = model if hasattr(model, "__qualname__") else type(model)
    return f"{named.__module__}.{getattr(named, '__qualname__', '')}"


@cache
def version_of_sim() -> str:
    """Digest of the source of `sim`, whatever git says of it."""
    import sim

    assert sim.__file__ is not None
    root = Path(sim.__file__).parent
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        # One line ending, so that a checkout on another system has the same digest.
        found.update(path.relative_to(root).as_posix().encode() + b"\0")
        found.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()


def _settings(model: object) -> str:
    """Fields of a model that is a dataclass, those that it shows."""
    return repr(model) if is_dataclass(model) else ""


def _parts(mechanism: object) -> Iterator[object]:
    """Functions of a mechanism."""
    for part in ("start", "update", "term"):
        if (function := getattr(mechanism, part, None)) is not None:
            yield function


def _source_digest(what: object) -> str:
    """Digest of the file that something is defined in; its name where there is none."""
    try:
        path = inspect.getsourcefile(what if hasattr(what, "__qualname__") else type(what))  # type: ignore[arg-type]
        return hashlib.sha256(Path(path or "").read_bytes()).hexdigest()
    except (OSError, TypeError):
        return name_of(what)
