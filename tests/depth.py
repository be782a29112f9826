"""How many examples a property is tried on: a few in `make test`, many more where time does not matter."""

import os

from hypothesis import settings

DEPTH = int(os.environ.get("PROPERTY_DEPTH", "1"))
"""Multiplies the number of examples of each property."""


def examples(number: int) -> settings:
    """Settings of a property that is tried on some examples, the same ones on every machine."""
    return settings(max_examples=number * DEPTH)
