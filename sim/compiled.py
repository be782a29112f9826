"""Loops over men, compiled.

Most of a day is arithmetic on small tables, which NumPy does well. What is left is to follow a few
thousand men from one scattered fact to the next (their ties, their points of luck, their company): a
plain loop says it best, and Numba compiles it to the speed of C. Results are those of plain Python, in
double precision and in the written order; ``NUMBA_DISABLE_JIT=1`` runs the loops uncompiled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.core import config as _config

config: Any = _config  # its settings are made when it is imported
Loop = TypeVar("Loop", bound=Callable[..., Any])

_HERE = Path(__file__).parent


def _state_of_sources() -> str:
    """Digest of the sources of all loops, and of the codes that they name."""
    digest = blake2b(digest_size=8)
    for source in sorted(_HERE.rglob("*.py")):
        text = source.read_bytes()
        if b"@compiled" in text or source.name == "codes.py":
            digest.update(text)
    return digest.hexdigest()


def _places() -> Iterator[Path]:
    """Where machine code may be kept, best first."""
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(chosen)
    yield _HERE / "__pycache__"
    if home := os.environ.get("LOCALAPPDATA", os.environ.get("HOME")):
        yield Path(home) / ".cache" / "loyalty-erosion"


def _folder() -> str | None:
    """Find where machine code is kept: a folder of its own for each state of the sources.

    Numba asks only whether the file of a loop has changed, not those of the loops that it calls. None
    where nothing can be written: then every process compiles anew.
    """
    name = f"compiled-{_state_of_sources()}"
    for place in _places():
        try:
            (place / name).mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place / name, os.W_OK):
            return str(place / name)
    return None


_FOLDER = _folder()


def compiled(loop: Loop) -> Loop:
    """Compile a function at its first call, and keep the machine code for the next process."""
    if config.DISABLE_JIT:
        # Words of luck run over their 64 bits on purpose.
        return np.errstate(over="ignore")(loop)
    before = config.CACHE_DIR
    config.CACHE_DIR = _FOLDER or before
    try:
        return cast(Loop, njit(cache=_FOLDER is not None, error_model="numpy")(loop))
    finally:
        config.CACHE_DIR = before
