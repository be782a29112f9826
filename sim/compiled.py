"""Loops over men, compiled.

Most of a day is arithmetic on small tables, which NumPy does well. What is left is to follow a few
thousand men from one scattered fact to the next (their ties, their points of luck, their company): a
plain loop says it best, and Numba compiles it to the speed of C. Results are those of plain Python, in
double precision and in the written order; ``NUMBA_DISABLE_JIT=1`` runs the loops uncompiled.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import numpy as np
from numba import njit
from numba.core import config as _config

config: Any = _config  # its settings are made when it is imported
Loop = TypeVar("Loop", bound=Callable[..., Any])

_HERE = Path(__file__).parent
_IMPORTED = re.compile(rb"^ *from (sim[\w.]*) import", re.MULTILINE)


@lru_cache(maxsize=1)
def _sources() -> dict[str, bytes]:
    """Text of all files that hold loops, and of the codes that loops name, by module."""
    texts = {path: path.read_bytes() for path in sorted(_HERE.rglob("*.py"))}
    return {
        ".".join(("sim", *path.relative_to(_HERE).with_suffix("").parts)): text
        for path, text in texts.items()
        if b"@compiled" in text or path.name == "codes.py"
    }


def _digest(module: str) -> str:
    """Digest of the file of a loop and of all from which it may take another, however far off."""
    reached, waiting = set[str](), [module]
    while waiting:
        name = waiting.pop()
        if name in _sources() and name not in reached:
            reached.add(name)
            waiting += [found.decode() for found in _IMPORTED.findall(_sources()[name])]
    digest = blake2b(digest_size=8)
    for name in sorted(reached):
        digest.update(_sources()[name])
    return digest.hexdigest()


def _places() -> Iterator[Path]:
    """Where machine code may be kept, best first."""
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(chosen)
    yield _HERE / "__pycache__"
    if home := os.environ.get("LOCALAPPDATA", os.environ.get("HOME")):
        yield Path(home) / ".cache" / "loyalty-erosion"


@cache
def _folder(module: str) -> str | None:
    """Find where the machine code of a module is kept: a folder of its own for each state of the sources.

    Numba asks only whether the file of a loop has changed, not those of the loops that it calls. None
    where nothing can be written: then every process compiles anew.
    """
    name = f"compiled-{_digest(module)}"
    for place in _places():
        try:
            (place / name).mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place / name, os.W_OK):
            return str(place / name)
    return None


def compiled(loop: Loop) -> Loop:
    """Compile a function at its first call, and keep the machine code for the next process."""
    return _compiled(loop, "never")


def written_out(loop: Loop) -> Loop:
    """Compile a function by writing it out wherever a loop calls it.

    For what is asked of each man and takes a bundle of arrays: a call would count references to all of them,
    unless the compiler happens to write it out by itself.
    """
    return _compiled(loop, "always")


def _compiled(loop: Loop, inline: Literal["never", "always"]) -> Loop:
    if config.DISABLE_JIT:
        # Words of luck run over their 64 bits on purpose.
        return np.errstate(over="ignore")(loop)
    before, folder = config.CACHE_DIR, _folder(loop.__module__)
    config.CACHE_DIR = folder or before
    try:
        return cast(Loop, njit(cache=folder is not None, error_model="numpy", inline=inline)(loop))
    finally:
        config.CACHE_DIR = before
