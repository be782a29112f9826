"""Numbers that a scenario states by rank, level, role or size, as plain lists and dictionaries."""

from __future__ import annotations

from typing import Any

from sim.codes import LEVELS, RANKS

ROLE_KEYS = {"in": "in_group", "third": "third", "out": "out_group"}


def by_rank(section: Any) -> list[float]:
    """Numbers from enlisted man to general."""
    return [float(getattr(section, rank)) for rank in RANKS]


def by_level(section: Any) -> list[float]:
    """Numbers from company to formation."""
    return [float(getattr(section, level)) for level in LEVELS]


def by_role(section: Any) -> dict[str, float]:
    """Numbers by the role of a sect: `in`, `third` or `out`."""
    return {role: float(getattr(section, name)) for role, name in ROLE_KEYS.items()}
