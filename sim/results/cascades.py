"""Cascades: how large avalanches were, and which share of exits others drew along.

An exit is *linked* if the man was led out by another, or if he led and a strong tie of his had escaped
in the days before (`sim.results.avalanches`). Tied men leave in the same weeks by chance, too, and for
reasons that they share. How often is found by dealing the ties anew: the same men leave on the same
days, and only who is tied to whom changes, by the rule of the army. With n exits,

    linked  = (led + leaders with a strong tie gone in the days before) / n
    chance  = mean over deals of the share of the n with a newly dealt tie gone in the days before
    endogenous share = (linked - chance) / (1 - chance)

0 if nobody acts on the exit of another, 1 if nobody leaves unlinked, below 0 if tied men leave together
more seldom than by chance. It is an excess fraction (Greenland and Robins, 1988, "Conceptual problems in
the definition and interpretation of attributable fractions"): among exits with nobody before them there
are this much fewer than chance gives. Dealing the ties anew is a shuffle test (Anagnostopoulos, Kumar
and Mahdian, 2008, "Influence and correlation in social networks"). Homophily, which an observer cannot
part from influence (Shalizi and Thomas, 2011, doi:10.1177/0049124111404820), is in the chance here,
because the model deals ties without a look at who is ready to leave.

It counts persons who draw persons. What acts on a whole company, sect or army (the share of the company
gone, the public signal, grievance over the group's losses) is in the chance as well: its causal answer
is a pair of runs with the mechanism off. The interval is that of chance, mean -/+ t standard deviations
over the deals; the spread over luck needs several runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.army import Army
from sim.codes import Floats, Ints
from sim.luck import Luck
from sim.results.avalanches import (
    Escapes,
    avalanche_frame,
    last_before,
    parents,
    real_ties,
    sizes_of,
)
from sim.rings import ties_anew
from sim.scenario import Scenario
from sim.synthesis import at_hand

DAYS = 28
DEALS = 20
_LEVEL = 0.95
_SHARES = ("linked_share", "chance_share", "endogenous_share", "low", "high")


@dataclass(frozen=True)
class Cascades:
    """Avalanches of one or several runs, and what chance gives.

    Parameters
    ----------
    days : int
        Most days between an exit and the tie's exit that it is linked to.
    avalanches : DataFrame
        run and the columns of `sim.results.avalanches.avalanche_frame`.
    chance : DataFrame
        run, deal, size, avalanches: how many avalanches of each size there are among the same groups on
        the same days with ties dealt anew.
    endogenous : DataFrame
        A row a run: run, exits (men), led (who left in another's group), linked (leaders with a tie gone
        before), linked_share, chance_share, endogenous_share, low, high (95 % of chance). NaN without
        exits, in an army without ties, or where chance links every exit.
    """

    days: int
    avalanches: pd.DataFrame
    chance: pd.DataFrame
    endogenous: pd.DataFrame


def cascades_of(
    scenario: Scenario,
    summary: pd.DataFrame,
    exits: pd.DataFrame,
    *,
    days: int = DAYS,
    deals: int = DEALS,
    army: Army | None = None,
) -> Cascades:
    """Find the avalanches of runs, and the endogenous share of their exits.

    Parameters
    ----------
    scenario : Scenario
    summary, exits : DataFrame
        Frames of one or several runs.
    days : int
        Most days between linked exits, 1 or more.
    deals : int
        How often ties are dealt anew, 2 or more.
    army : Army, optional
        The army that was run; built again if it is not given.

    Returns
    -------
    Cascades

    Raises
    ------
    ValueError
        If `days` or `deals` is too small, or the exits are not those of the army.
    """
    if days < 1 or deals < 2:
        raise ValueError(f"days must be 1 or more and deals 2 or more, not {days} and {deals}")
    parts = []
    for run, seed in zip(summary["run"], summary["army_seed"], strict=True):
        if army is None or army.seed != seed:
            army = at_hand(scenario, int(seed))
        part = _one_run(scenario, army, exits[exits["run"] == run], days, deals)
        parts.append([frame.assign(run=run)[["run", *frame.columns]] for frame in part])
    frames = [pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True)]
    return Cascades(days, *frames)


def _one_run(
    scenario: Scenario, army: Army, exits: pd.DataFrame, days: int, deals: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Avalanches, chance and endogenous share of one run."""
    escapes, luck = Escapes.of(army, exits), Luck(army.seed)
    last = last_before(escapes, real_ties(army, escapes), days)
    by_chance = [
        last_before(escapes, ties_anew(scenario, army.soldiers, luck, deal, escapes.row), days)
        for deal in range(1, deals + 1)
    ]
    chance = [_sizes(escapes, each).assign(deal=deal) for deal, each in enumerate(by_chance, start=1)]
    return (
        avalanche_frame(escapes, parents(escapes, last), scenario.start),
        pd.concat(chance, ignore_index=True)[["deal", "size", "avalanches"]],
        pd.DataFrame([_endogenous(escapes, last, by_chance if army.ties.of.size else [])]),
    )


def _sizes(escapes: Escapes, last: Ints) -> pd.DataFrame:
    """How many avalanches of each size there are, by the tie who left last before each man."""
    size, avalanches = np.unique(sizes_of(parents(escapes, last)), return_counts=True)
    return pd.DataFrame({"size": size, "avalanches": avalanches})


def _endogenous(escapes: Escapes, last: Ints, by_chance: list[Ints]) -> dict[str, float]:
    """Endogenous share of a run, from its ties and from each deal of ties anew."""
    exits, may_be = escapes.count, ~escapes.dated
    led, linked = ~escapes.leads, (last >= 0) & escapes.leads & may_be
    row = {"exits": exits, "led": int(led.sum()), "linked": int(linked.sum())}
    if not exits or not by_chance:
        return row | dict.fromkeys(_SHARES, np.nan)
    shares = np.array([((each >= 0) & may_be).mean() for each in by_chance])
    observed, chance = float((led | linked).mean()), float(shares.mean())
    excess = _excess(observed, shares) if chance < 1.0 else (np.nan, np.nan, np.nan)
    return row | dict(zip(_SHARES, (observed, chance, *excess), strict=True))


def _excess(observed: float, by_chance: Floats) -> tuple[float, float, float]:
    """Endogenous share with its interval, from the share that is linked and that in each deal."""
    from scipy.special import stdtrit

    chance, deals = float(by_chance.mean()), by_chance.size
    share = (observed - chance) / (1.0 - chance)
    spread = float(by_chance.std(ddof=1)) * math.sqrt(1.0 + 1.0 / deals) / (1.0 - chance)
    half = spread * float(stdtrit(deals - 1, (1.0 + _LEVEL) / 2.0))
    return share, share - half, share + half
