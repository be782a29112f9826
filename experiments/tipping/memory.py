"""Memory: whether an army leaves at another rate under the same pressure because of what was before.

Hysteresis in the strict sense is a state that goes back on another branch than it came. Here it cannot be
seen in who is gone: nobody returns, so the share gone never falls, whatever the pressure does. What can be
asked of a model that is run forwards is whether the *rate* of exits among those who serve depends on the
past:

    memory = log( rate at a level after high levels / rate at the same level after low levels )

Above 0 the past drags on (contagion, belief, grievance). Under 0 it is used up: the ready left first, or the
regime learned. At 0 an army forgets. It takes no second branch to give memory: what remains when levels are
held ever longer is a matter of states, what fades was lag; so compare lengths of hold, and mechanisms off.

Both orders of a ramp are run on the same army and luck. At each level each order gives one rate after high
and one after low levels; the mean over levels and both orders is free of a trend of the log rate with the
date, if that is linear. Events on a date are not: read the memory of a scenario with strong dated events by
its `histories`, where both pasts lead into the same dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.armies import Armies
from experiments.asking import first_days
from experiments.intervals import Interval, paired
from experiments.tipping.drives import Drive, HazardMultiple
from experiments.tipping.schedule import Schedule, history, ramp
from sim.codes import Floats

if TYPE_CHECKING:
    from sim.army import Army
    from sim.result import Result
    from sim.scenario import Scenario

Progress = Callable[[int, int], None]
COVERS = "luck and army; not the parameters, which are held at their values"
SETTLE = 0.5
"""Part of each hold that is left out, for the rate to settle."""


def ramps(
    scenario: Scenario,
    levels: Sequence[float],
    hold_days: int,
    seeds: Sequence[int],
    *,
    drive: Drive | None = None,
    settle: float = SETTLE,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Run a ramp up and down, and one down and up, on the same armies and luck.

    Parameters
    ----------
    scenario : Scenario
        Its length is that of the ramp.
    levels : sequence of float
        Above 0, two or more.
    hold_days : int
        Days at each level, on either way.
    seeds : sequence of int
        Army seed and luck seed of each pair.
    drive : Drive, optional
        What takes the levels; everybody's hazard where none is given.
    settle : float
        Part of each hold that is left out, in [0, 1).
    progress : callable, optional
        Called with (runs done, runs in all).

    Returns
    -------
    DataFrame
        A row a seed, order and hold: seed, order ("up first", "down first"), after ("low", "high"), level,
        first_day, days, exits, man_days, rate (exits a day per 1,000 who serve).
    """
    if len({*levels}) < 2:
        raise ValueError("a ramp takes two or more different levels")
    schedules = {
        "up first": ramp(levels, hold_days, up_first=True),
        "down first": ramp(levels, hold_days, up_first=False),
    }
    count = len({*levels})

    table = _driven(scenario, schedules, seeds, drive or HazardMultiple(), settle, progress)
    # The way there leads from low levels where the ramp goes up first, and from high ones where it goes down.
    from_low = (table["order"] == "up first") == (table["hold"] < count)
    table.insert(2, "after", np.where(from_low, "low", "high"))
    return table.drop(columns="hold")


def histories(
    scenario: Scenario,
    low: float,
    high: float,
    then: float,
    days_before: int,
    days_after: int,
    seeds: Sequence[int],
    *,
    drive: Drive | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Run a low and a high past that lead into the same level on the same dates, armies and luck.

    Parameters
    ----------
    scenario : Scenario
    low, high : float
        Levels of the two pasts.
    then : float
        Level that follows either.
    days_before, days_after : int
    seeds, drive, progress
        As in `ramps`.

    Returns
    -------
    DataFrame
        Rows of what followed, columns as in `ramps`; order is the past.
    """
    schedules = {
        "low": history(low, days_before, then, days_after),
        "high": history(high, days_before, then, days_after),
    }
    table = _driven(scenario, schedules, seeds, drive or HazardMultiple(), 0.0, progress)
    table = table[table["hold"] == 1].drop(columns="hold").reset_index(drop=True)
    table.insert(2, "after", table["order"])
    return table


def memory_by_seed(table: pd.DataFrame) -> Floats:
    """Memory of each pair of army and luck, shape (seeds,).

    A half is added to each count of exits, so that none gives no infinite logarithm.

    Parameters
    ----------
    table : DataFrame
        As from `ramps` or `histories`.

    Raises
    ------
    ValueError
        If an army was gone before the end, so that a level has no rate; naming the first.
    """
    gone = table[table["man_days"] == 0]
    if len(gone):
        first = gone.iloc[0]
        where = f"level {first['level']:g}, {first['order']}, seed {first['seed']}"
        raise ValueError(f"nobody serves at {where}: hold the levels for fewer days, or lower them")
    logs = np.log((table["exits"] + 0.5) / table["man_days"])
    index = ["seed", "level", *(["order"] if _both(table) else [])]
    wide = table.assign(log=logs).pivot_table(index=index, columns="after", values="log")
    return (wide["high"] - wide["low"]).groupby("seed").mean().to_numpy(dtype=np.float64)


def _both(table: pd.DataFrame) -> bool:
    """Tell whether an order holds both pasts, as in a ramp."""
    return bool(table.groupby("order")["after"].nunique().eq(2).all())


def memory_of(table: pd.DataFrame) -> Interval:
    """Mean memory with its interval over pairs of army and luck (t, 95 %); see `COVERS`."""
    return paired(memory_by_seed(table))


def _driven(
    scenario: Scenario,
    schedules: dict[str, Schedule],
    seeds: Sequence[int],
    drive: Drive,
    settle: float,
    progress: Progress | None,
) -> pd.DataFrame:
    """Run schedules on the same armies and luck; a row a hold."""
    if not seeds or not 0.0 <= settle < 1.0:
        raise ValueError("name at least one seed, and a part to settle that is at least 0 and under 1")
    rows, armies = list[dict[str, Any]](), Armies()
    plans = {
        name: (*drive.applied(first_days(scenario, each.length), each), each)
        for name, each in schedules.items()
    }
    done = 0
    for seed in seeds:
        for name, (changed, mechanisms, schedule) in plans.items():
            army = armies.of(changed, seed)
            result = _run(changed, seed, army, mechanisms)
            rows += [
                {"seed": seed, "order": name, "hold": number, **row}
                for number, row in enumerate(_rates(result, schedule, settle))
            ]
            done += 1
            if progress is not None:
                progress(done, len(seeds) * len(plans))
    return pd.DataFrame(rows)


def _run(scenario: Scenario, seed: int, army: Army, mechanisms: Sequence[Any]) -> Result:
    from sim.engine import run

    return run(scenario, seed, army=army, mechanisms=mechanisms)


def _rates(result: Result, schedule: Schedule, settle: float) -> Iterator[dict[str, Any]]:
    """Exits and man-days of each hold, after it has settled."""
    daily = result.daily
    exits = daily["exits"].to_numpy(dtype=np.int64)
    serving = daily["serving"].to_numpy(dtype=np.int64)
    # Who serves on the morning of a day served at the end of the day before.
    left_on_first = int(daily[["exits", "caught", "killed"]].iloc[0].sum())
    morning = np.append(serving[0] + left_on_first, serving[:-1])
    for hold in schedule.holds():
        first = hold.first + int(settle * (hold.after - hold.first))
        days = slice(first, hold.after)
        men = int(morning[days].sum())
        count = int(exits[days].sum())
        yield {
            "level": hold.level,
            "first_day": first,
            "days": hold.after - first,
            "exits": count,
            "man_days": men,
            "rate": 1000.0 * count / men if men else np.nan,
        }
