"""What holds for every test: strict arithmetic, no window, repeatable properties."""

import os
import sys
from collections.abc import Iterator

import matplotlib
import numpy as np
import pytest
from hypothesis import settings

# Drawn without a window; the environment passes it on to child processes.
os.environ["MPLBACKEND"] = "Agg"
matplotlib.use("Agg")

# The same examples on every machine, and no failure because a machine is slow.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def strict_arithmetic() -> Iterator[None]:
    """Make a division by zero, an overflow or a NaN an error; underflow to 0 is meant."""
    with np.errstate(all="raise", under="ignore"):
        yield


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Close what a test drew, if any drew at all."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
