"""The page of the cases of theory."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.showing.tables import markdown
from experiments.theory.case import Case

_INTRO = (
    "Made by `python -m experiments.theory`; do not edit. Each case is a file of `scenarios/theory`, run by "
    "the engine as any other scenario; what is varied is said with it, and every constant is an ordinary "
    "key. The theory is worked out from the same scenario, by code of its own (`experiments/theory`), and "
    "nothing in it is fitted to a run. `tests/test_theory.py` holds each case, with a stated false-alarm "
    "rate."
)


def page(cases: Sequence[Case]) -> str:
    """Write the page."""
    parts = ["# Cases with a known answer", _INTRO]
    for case in cases:
        files = ", ".join(f"`theory/{name}.yaml`" for name in case.scenarios)
        parts += [
            f"## {case.title}",
            f"{files}. {case.text}",
            f"![{case.title}](figures/theory-{case.name}.png)",
            f"*{case.caption}*",
            markdown(case.rows),
        ]
    return "\n\n".join(parts) + "\n"
