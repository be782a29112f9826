"""Loops over men, compiled.

Most of a day is arithmetic on small tables, which NumPy does well. What is left is to follow a few
thousand men from one scattered fact to the next (their ties, their points of luck, their company): a
plain loop says it best, and Numba compiles it to the speed of C. Results are those of plain Python, in
double precision and in the written order; ``NUMBA_DISABLE_JIT=1`` runs the loops uncompiled.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import config as _config

config: Any = _config  # its settings are made when it is imported
Loop = TypeVar("Loop", bound=Callable[..., Any])


def _folder() -> str:
    """Where the machine code is kept: a folder of its own for each state of the sources with loops.

    Numba asks only whether the file of a loop has changed, not those of the loops that it calls.
    """
    here, sources = Path(__file__).parent, blake2b(digest_size=8)
    for source in sorted(here.rglob("*.py")):
        if b"@compiled" in (text := source.read_bytes()):
            sources.update(text)
    return str(here / "__pycache__" / f"compiled-{sources.hexdigest()}")


_FOLDER = _folder()


def compiled(loop: Loop) -> Loop:
    """Compile a function at its first call, and keep the machine code for the next process."""
    before = config.CACHE_DIR
    config.CACHE_DIR = _FOLDER
    try:
        return cast(Loop, njit(cache=True, error_model="numpy")(loop))
    finally:
        config.CACHE_DIR = before
