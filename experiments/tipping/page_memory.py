"""The parts of the page that tell what the past leaves: in the founding case, and where theory knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from experiments.showing.tables import markdown
from experiments.tipping.caption import caption
from experiments.tipping.example import (
    AFTER_DAYS,
    FEEDBACKS,
    HIGH,
    LOW,
    RAMP_HAZARD_PER_WEEK,
    RAMP_LEVELS,
)
from experiments.tipping.figures import save_loops
from experiments.tipping.memory import COVERS as MEMORY_COVERS
from experiments.tipping.memory import memory_of

RAMP_TITLES = {
    "constant-hazard": "constant hazard: forgets",
    "gamma-frailty": "unlike men: used up",
    "contagion": "contagion: drags on",
}
RAMP_THEORY = {
    "constant-hazard": "0: nobody's hazard depends on anything",
    "gamma-frailty": "under 0: the ready leave first",
    "contagion": "above 0: who left draws others along",
}


def memory_part(memories: dict[tuple[str, int], pd.DataFrame]) -> Iterator[str]:
    """Write whether rates depend on the past."""
    feedbacks = ", ".join(f"`{name}`" for name in FEEDBACKS)
    seeds = next(iter(memories.values()))["seed"].nunique()
    yield (
        "Hysteresis in the strict sense is a state that goes back on another branch than it came. It cannot "
        "be seen in who is gone: nobody returns, so the share gone never falls. What can be asked is "
        "whether those who still serve leave at another rate under the same pressure because of what was "
        f"before. Everybody's hazard is multiplied by {LOW:g} or by {HIGH:g} from day 0 on, and by 1 in the "
        f"{AFTER_DAYS} days that follow, on the same dates, army and luck. Memory is the logarithm of the "
        "rate of exits after the high past over that after the low one: above 0 the past drags on, under 0 "
        f"it was used up (the ready have left, surveillance has learned). *Without feedback*: {feedbacks} "
        "are off, so that mostly selection is left."
    )
    rows = []
    for (variant, past), table in memories.items():
        memory = memory_of(table)
        rates = table.groupby("after")["rate"].mean()
        rows.append(
            {
                "scenario": variant,
                "days of the past": f"{past}",
                "exits a day per 1,000, after low": f"{rates['low']:.3f}",
                "after high": f"{rates['high']:.3f}",
                "memory": f"{memory.middle:+.2f} ({memory.low:+.2f} to {memory.high:+.2f})",
            }
        )
    yield markdown(rows)
    yield f"{seeds} pairs of army and luck each. The intervals (95 %, paired t) cover {MEMORY_COVERS}."


def ramps_part(ramps: dict[tuple[str, int], pd.DataFrame], figure: Path) -> Iterator[str]:
    """Write the memory of armies that are driven up and down, of which theory knows the sign."""
    drawn = sorted(days for _, days in ramps)[len(ramps) // 2]
    save_loops({RAMP_TITLES[name]: table for (name, days), table in ramps.items() if days == drawn}, figure)
    levels = ", ".join(f"{level:g}" for level in RAMP_LEVELS)
    yield (
        f"Everybody's hazard is multiplied by {levels}, each for some days, and back; and on the same army "
        "and luck from high to low and back. At each level there is a rate after lower levels and one after "
        "higher ones; memory is their mean log ratio over levels and both orders, which a steady trend of "
        "the log rate leaves alone. Within a war a ramp would mix its levels with the war's dates, so these "
        "are three cases of theory without dates, at a hazard of "
        f"{100 * RAMP_HAZARD_PER_WEEK:g} % a week, of which the sign is known."
    )
    yield f"![Rates of exits on the way up and down](figures/{figure.name})"
    yield caption(
        f"Each level is held for {drawn} days. Bars (95 %, t) cover luck and army. Where the way up and the "
        "way down lie on one line the army forgets."
    )
    rows = []
    for (name, days), table in ramps.items():
        memory = memory_of(table)
        rows.append(
            {
                "case": f"`{name}`",
                "what theory says": RAMP_THEORY[name],
                "days a level": f"{days}",
                "memory": f"{memory.middle:+.2f} ({memory.low:+.2f} to {memory.high:+.2f})",
            }
        )
    yield markdown(rows)
    seeds = next(iter(ramps.values()))["seed"].nunique()
    yield (
        f"{seeds} pairs of army and luck each. The intervals (95 %, paired t) cover {MEMORY_COVERS}. Where "
        "there is memory, levels that are held longer leave more of it: it is no lag that fades, but a "
        "stock, of those who are left or of those who have gone. It is no second branch: nobody returns."
    )
