"""What a run turned out to be: its class of outcome, and its row of the summary.

    gone      = regulars who escaped or were caught leaving, of the regulars of day 0
    collapse  : gone above a share, or deployable strength at the end under a share of its start
    hold      : gone under a share
    pulse     : neither; 28-day exits end under a share of their peak, and enough of the out-group
                stays
    rising    : the rest

The 28-day mean counts the days before day 0 as days without exits, so that it begins at nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.codes import Floats, Rank
from sim.results.columns import dtypes
from sim.results.departures import Departures
from sim.scenario import Outcomes
from sim.world import World

PEAK_DAYS = 28


def outcome_of(
    rules: Outcomes,
    *,
    share_gone: float,
    share_gone_out_group: float,
    deployable_share: float,
    end_over_peak: float,
) -> str:
    """Class a run.

    Parameters
    ----------
    rules : Outcomes
        Limits of the classes, from the scenario.
    share_gone, share_gone_out_group : float
        Regulars gone, of all and of the out-group; the latter NaN where there is no out-group.
    deployable_share : float
        Deployable strength at the end over its start.
    end_over_peak : float
        28-day exits at the end over their peak; NaN without exits.

    Returns
    -------
    {"collapse", "hold", "pulse", "rising"}
    """
    if share_gone > rules.collapse_gone_share or deployable_share < rules.collapse_deployable_share:
        return "collapse"
    if share_gone < rules.hold_gone_share:
        return "hold"
    spent = share_gone_out_group >= rules.pulse_out_group_share
    if end_over_peak < rules.pulse_end_over_peak and not spent:
        return "pulse"
    return "rising"


def summary_of(world: World, daily: pd.DataFrame, departures: Departures) -> pd.DataFrame:
    """Summarise a run in one row.

    Parameters
    ----------
    world : World
    daily : DataFrame
        See `sim.results.daily_frame`.
    departures : Departures

    Returns
    -------
    DataFrame
        One row. `share_...` are shares in [0, 1]; `peak_28_day_exits` is in exits a day; `groups`
        counts escapes of two or more together, `single_share` is the share of the escaped men who
        set out alone; strengths are men at the end; money is in US dollars.
    """
    scenario, regulars = world.scenario, world.army.regulars
    row = {
        "run": 1,
        "scenario": scenario.name,
        "overlays": "+".join(scenario.overlays),
        "army_seed": world.army.seed,
        "luck_seed": world.luck.seed,
        "regulars": regulars,
        **_totals(daily),
        **_gone(world, departures),
        **_who_left(world, departures),
        **_groups(departures),
        **_peak(daily),
        **_at_the_end(daily),
    }
    row["outcome"] = outcome_of(
        scenario.outcomes,
        share_gone=row["share_gone"],
        share_gone_out_group=row["share_gone_out_group"],
        deployable_share=row["strength_deployable"] / regulars,
        end_over_peak=row["end_over_peak"],
    )
    frame = pd.DataFrame([row])
    frame["peak_date"] = frame["peak_date"].astype("datetime64[ns]")
    frame["outcome"] = frame["outcome"].astype(dtypes(scenario)["outcome"])
    return frame


def _totals(daily: pd.DataFrame) -> dict[str, Any]:
    """Men by what befell them, over the whole run."""
    names = (
        "attempts",
        "exits",
        "joined",
        "fled",
        "hiding",
        "caught",
        "killed",
        "reported",
        "evaded",
    )
    return {name: int(daily[name].sum()) for name in names}


def _gone(world: World, departures: Departures) -> dict[str, Any]:
    """Shares of the regulars of day 0 who escaped or were caught."""
    soldiers, row = world.army.soldiers, departures.row
    sect = soldiers.sect[row[~soldiers.reservist[row]]]
    whole = int(world.strength_by_sect[world.is_out_group].sum())
    return {
        "share_gone": sect.size / world.army.regulars,
        "share_gone_out_group": _ratio(int(world.is_out_group[sect].sum()), whole),
    }


def _who_left(world: World, departures: Departures) -> dict[str, Any]:
    """Who the men were that escaped."""
    left, soldiers = departures.escaped, world.army.soldiers
    row = departures.row[left]
    rank, sect = soldiers.rank[row], soldiers.sect[row]
    is_in_group = np.array([each.role == "in" for each in world.scenario.sects.values()])
    return {
        "in_group_share_of_exits": _ratio(int(is_in_group[sect].sum()), row.size),
        "officers_left": int((rank >= Rank.JUNIOR).sum()),
        "senior_and_generals_left": int((rank >= Rank.SENIOR).sum()),
        "generals_left": int((rank == Rank.GENERAL).sum()),
        "family": float(departures.family[left].sum()),
    }


def _groups(departures: Departures) -> dict[str, Any]:
    """Escapes of several men together."""
    left = departures.escaped
    group, size = departures.group[left], departures.group_size[left]
    return {
        "groups": np.unique(group[size > 1]).size,
        "single_share": _ratio(int((size == 1).sum()), size.size),
        "largest_group": int(size.max(initial=0)),
    }


def running_mean(values: Floats, days: int) -> Floats:
    """Mean of the last days on each day, days before the first counting as 0; shape (T,)."""
    total = np.concatenate((np.zeros(days), np.cumsum(values)))
    return (total[days:] - total[:-days]) / days


def _peak(daily: pd.DataFrame) -> dict[str, Any]:
    """Find the highest 28-day mean of exits a day, and what is left of it at the end."""
    mean = running_mean(daily["exits"].to_numpy(dtype=np.float64), PEAK_DAYS)
    at = int(np.argmax(mean))
    peak = float(mean[at])
    return {
        "peak_28_day_exits": peak,
        "peak_date": daily["date"].iloc[at] if peak > 0 else pd.NaT,
        "end_over_peak": _ratio(float(mean[-1]), peak),
    }


def _at_the_end(daily: pd.DataFrame) -> dict[str, Any]:
    """Strengths and sums at the end of the run."""
    last = daily.iloc[-1]
    return {
        "strength_nominal": int(last["serving"]),
        "strength_deployable": int(last["deployable"]),
        "strength_loyal": int(last["loyal"]),
        "bases_abandoned": int(daily["bases_abandoned"].sum()),
        "civilians_killed": float(daily["civilians_killed"].sum()),
        "destruction": float(last["destruction"]),
        "control_day": float(last["control_day"]),
        "control_night": float(last["control_night"]),
        "fighters": float(last["fighters"]),
        "militia": float(last["militia"]),
        "members": int(last["members"]),
        "members_left": int(daily["members_left"].sum()),
        "paid_usd": float(daily["paid_usd"].sum()),
        "owed_usd": float(daily["owed_usd"].sum()),
        "arrears_usd": float(last["arrears_usd"]),
    }


def _ratio(part: float, whole: float) -> float:
    """Part over whole; NaN where the whole is 0."""
    return part / whole if whole else float("nan")
