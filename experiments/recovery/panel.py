"""Person-days for regressions: who was at risk on each day of a run, and what an observer knows of him then.

Nothing is read from inside the run. Who left, and when, is in its log of exits; belief and learned
surveillance are in its table of days; the rest is in the roster, or follows from who had left before:

- *strong ties gone*: 1 - exp(-k / `comrades.ties_scale`), k ties who escaped on days before;
- *own group gone*: escapes of his sect from his company on days before, faded over `comrades.fade_days`, over
  its regulars of day 0 plus `comrades.shrink`;
- *violence at home*: the stock that log(1 + 2 v) leaves, v the killed a million people of his home and the
  day, fading over `grievance.decay_days`;
- *months of service*, in steps of two, from the day of his entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log

import numpy as np

from experiments.recovery.regressions import RiskSet
from sim.army import Army
from sim.clock import DAYS_PER_MONTH, day_number
from sim.codes import RANKS, Flags, Floats, Ints
from sim.mechanisms.exits import HazardLaw
from sim.result import Result
from sim.scenario import Scenario

_STEPS = (61, 122, 183)
"""Days of service at which a step of two months ends."""
_STEP_KEYS = ("first", "second", "third")


@dataclass(frozen=True)
class Term:
    """A term of the log hazard that a regression can find.

    Parameters
    ----------
    name, key : str
        What it is, and the key of the scenario that states it.
    put_in : float
        The log hazard ratio, per unit of the covariate.
    common : bool
        Whether it is the same for all on a day.
    """

    name: str
    key: str
    put_in: float
    common: bool = False


def between_soldiers(scenario: Scenario) -> list[tuple[Term, str]]:
    """Terms that differ between soldiers for good, and what of the roster each is of, in columns' order."""
    army, found = scenario.army, []
    for rank in list(army.rank_shares)[1:]:
        loyalty = getattr(army.rank_loyalty, rank) - getattr(army.rank_loyalty, next(iter(army.rank_shares)))
        found.append((Term(f"rank {rank}", f"army.rank_loyalty.{rank}", -loyalty), "rank"))
    for name, sect in list(scenario.sects.items())[1:]:
        found.append((Term(f"sect {name}", f"sects.{name}.initial_loyalty", -sect.initial_loyalty), "sect"))
    for name, branch in list(scenario.branches.items())[1:]:
        found.append((Term(f"branch {name}", f"branches.{name}.loyalty", -branch.loyalty), "branch"))
    for name, place in list(scenario.places.items())[1:]:
        found.append((Term(f"home {name}", f"places.{name}.loyalty_offset", -place.loyalty_offset), "home"))
    found.append((Term("conscript", "conscription.effect", scenario.conscription.effect), "conscript"))
    deployed = log(scenario.opportunity.deployed_factor)
    found.append((Term("deployed", "log opportunity.deployed_factor", deployed), "deployed"))
    return found


def changing(scenario: Scenario) -> list[Term]:
    """Terms that differ between soldiers and change from day to day, in columns' order."""
    steps = [
        Term(
            f"months of service {2 * number} to {2 * number + 2}",
            f"tenure.{key}",
            getattr(scenario.tenure, key),
        )
        for number, key in enumerate(_STEP_KEYS)
    ]
    return [
        *steps,
        Term("strong ties gone", "comrades.ties_most", scenario.comrades.ties_most),
        Term("own group gone", "comrades.own_group", scenario.comrades.own_group),
        Term("violence at home", "grievance.home_violence", scenario.grievance.home_violence),
    ]


def common(scenario: Scenario) -> list[Term]:
    """Terms common to all on a day, in columns' order; the last is the level."""
    law = scenario.law
    assert isinstance(law, HazardLaw), "a threshold has no hazard ratio"
    level = log(law.reference_hazard_per_week / 7.0)
    return [
        Term("belief", "belief.effect", scenario.belief.effect.enlisted, True),
        Term("learned surveillance", "surveillance.effect", -scenario.surveillance.effect, True),
        Term("level (log hazard a day)", "log law.reference_hazard_per_week / 7", level, True),
    ]


def terms_of(scenario: Scenario) -> list[Term]:
    """All terms, in the order of the columns: those that differ between soldiers first."""
    return [*(term for term, _ in between_soldiers(scenario)), *changing(scenario), *common(scenario)]


@dataclass(frozen=True)
class _Alike:
    """Soldiers who are alike on a day: one of them, what of him changes, how many are at risk and leave."""

    row: Ints
    step: Ints
    ties: Ints
    at_risk: Ints
    exits: Ints


@dataclass(frozen=True)
class Panel:
    """Person-days of a run; make one with `panel_of`."""

    days: tuple[_Alike, ...]
    fixed: Floats
    """(N, c) covariates that never change."""
    tie_effect: Floats
    """What the covariate of strong ties is for 0, 1, 2, ... of them gone."""
    cell: Ints
    """(N,) company * S + sect."""
    home: Ints
    group_gone: Floats
    """(T, U * S) share of the own group gone, as it is felt in the morning."""
    violence: Floats
    """(T, H) stock of violence at home."""
    common: Floats
    """(T, 3) belief, learned surveillance, 1."""
    offset: Floats
    """(N,) log hazard of each man that is taken as known."""

    def between(self) -> Iterator[RiskSet]:
        """Risk sets with the terms that differ between soldiers."""
        return (self._risk_set(day, False) for day in range(len(self.days)))

    def all_terms(self) -> Iterator[RiskSet]:
        """Risk sets with those that are common to all, too."""
        return (self._risk_set(day, True) for day in range(len(self.days)))

    @property
    def rows(self) -> int:
        """Rows of all risk sets."""
        return sum(day.row.size for day in self.days)

    def _risk_set(self, day: int, with_common: bool) -> RiskSet:
        who = self.days[day]
        columns = [
            self.fixed[who.row],
            *((who.step == step)[:, np.newaxis] for step in range(len(_STEPS))),
            self.tie_effect[who.ties][:, np.newaxis],
            self.group_gone[day, self.cell[who.row]][:, np.newaxis],
            self.violence[day, self.home[who.row]][:, np.newaxis],
        ]
        if with_common:
            columns.append(np.tile(self.common[day], (who.row.size, 1)))
        covariates = np.concatenate(columns, axis=1, dtype=np.float64)
        at_risk, exits = (np.asarray(count, dtype=np.float64) for count in (who.at_risk, who.exits))
        return RiskSet(covariates, at_risk, exits, self.offset[who.row])


def panel_of(result: Result, army: Army, *, with_offsets: bool = False) -> Panel:
    """Gather the person-days of a run.

    Parameters
    ----------
    result : Result
        Of one run in which nobody is killed or reports from the reserve.
    army : Army
        Which was run.
    with_offsets : bool
        Whether what an observer could not see of companies and men is given, as an offset: the random effect
        of the company, the personal part of loyalty, the log frailty. Rows are then single soldiers.

    Returns
    -------
    Panel
    """
    scenario, days = result.scenario, result.scenario.days
    soldiers, sects = army.soldiers, len(result.scenario.sects)
    cell = soldiers.unit.astype(np.int64) * sects + soldiers.sect
    left_on = np.full(army.size, days)
    left_on[result.exits["person"].to_numpy()] = result.exits["day"].to_numpy()
    fixed = _fixed(scenario, army)
    group = np.arange(army.size) if with_offsets else _groups(fixed, cell, soldiers.home)
    stayer = soldiers.stayer
    return Panel(
        days=tuple(_days(army, left_on, group, ~stayer, days)),
        fixed=fixed,
        tie_effect=1.0 - np.exp(-np.arange(army.ties.of.shape[1] + 1) / scenario.comrades.ties_scale),
        cell=cell,
        home=soldiers.home,
        group_gone=_group_gone(scenario, army, cell, left_on),
        violence=_violence(scenario),
        common=_common(result),
        offset=unseen(scenario, army) if with_offsets else np.zeros(army.size),
    )


def unseen(scenario: Scenario, army: Army) -> Floats:
    """Log hazard of each man that no observer sees, (N,): of his company, of his own loyalty, of frailty."""
    soldiers = army.soldiers
    seen = np.array([sect.initial_loyalty for sect in scenario.sects.values()])[soldiers.sect]
    branch = army.units.branch[soldiers.unit]
    seen = seen + np.array([branch.loyalty for branch in scenario.branches.values()])[branch]
    seen = seen + np.array([place.loyalty_offset for place in scenario.places.values()])[soldiers.home]
    seen = seen + scenario.army.rank_loyalty.in_order()[soldiers.rank]
    return np.asarray(army.units.effect[soldiers.unit] - (soldiers.loyalty - seen) + soldiers.log_frailty)


def _fixed(scenario: Scenario, army: Army) -> Floats:
    """Covariates that never change, (N, c), in the order of `between_soldiers`."""
    soldiers = army.soldiers
    usual = scenario.army.conscript_share.in_order().copy()
    usual[0] = 1.0
    of = {
        "rank": (RANKS, soldiers.rank),
        "sect": (tuple(scenario.sects), soldiers.sect),
        "branch": (tuple(scenario.branches), army.units.branch[soldiers.unit]),
        "home": (tuple(scenario.places), soldiers.home),
    }
    columns: list[Floats | Flags] = []
    for term, kind in between_soldiers(scenario):
        if kind == "conscript":
            columns.append(np.asarray(soldiers.conscript - usual[soldiers.rank]))
        elif kind == "deployed":
            columns.append(army.units.deployed[soldiers.unit])
        else:
            names, code = of[kind]
            columns.append(code == names.index(term.name.removeprefix(f"{kind} ")))
    return np.stack(columns, axis=1).astype(np.float64)


def _groups(fixed: Floats, cell: Ints, home: Ints) -> Ints:
    """Number of the group of men whose covariates change together, (N,)."""
    table = np.column_stack((fixed, cell, home))
    return np.asarray(np.unique(table, axis=0, return_inverse=True)[1].ravel())


def _days(army: Army, left_on: Ints, group: Ints, may_leave: Flags, days: int) -> Iterator[_Alike]:
    """Who is at risk on each day, by those who are alike."""
    entry = -np.round(army.soldiers.months_served * DAYS_PER_MONTH).astype(np.int64)
    ties_gone, most = np.zeros(army.size, dtype=np.int64), army.ties.of.shape[1] + 1
    for day in range(days):
        rows = np.flatnonzero(may_leave & (left_on >= day))
        step = np.searchsorted(_STEPS, day - entry[rows], side="right")
        key = (group[rows] * (len(_STEPS) + 1) + step) * most + ties_gone[rows]
        _, first, which = np.unique(key, return_index=True, return_inverse=True)
        leaves = left_on[rows] == day
        yield _Alike(
            rows[first],
            step[first],
            ties_gone[rows][first],
            np.bincount(which),
            np.bincount(which[leaves], minlength=first.size),
        )
        _, told = army.ties.neighbours(rows[leaves])
        np.add.at(ties_gone, told, 1)


def _group_gone(scenario: Scenario, army: Army, cell: Ints, left_on: Ints) -> Floats:
    """Share of the own group gone as it is felt in the morning of each day, (T, U * S)."""
    size = army.units.place.size * len(scenario.sects)
    men = np.bincount(cell[: army.regulars], minlength=size) + scenario.comrades.shrink
    felt, fade = np.zeros((scenario.days, size)), exp(-1.0 / scenario.comrades.fade_days)
    for day in range(1, scenario.days):
        felt[day] = felt[day - 1] * fade + np.bincount(cell[left_on == day - 1], minlength=size) / men
    return felt


def _violence(scenario: Scenario) -> Floats:
    """Stock of violence at home, (T, H), in days of log(1 + 2 killed a million people)."""
    people = np.array([place.population for place in scenario.places.values()])
    killed = np.zeros((scenario.days, people.size))
    for period in scenario.war.periods:
        row = [period.civilians_killed_per_day.get(name, 0.0) for name in scenario.places]
        killed[max(day_number(scenario.start, period.start), 0) :] = row
    stock, fade = np.zeros(people.size), 1.0 / scenario.grievance.decay_days
    felt = np.log1p(2.0 * killed / people * 1e6)
    for day in range(scenario.days):
        stock = stock + felt[day] - stock * fade
        felt[day] = stock
    return np.asarray(felt, dtype=np.float64)


def _common(result: Result) -> Floats:
    """Belief of the morning, surveillance learned by the evening before, and 1, (T, 3)."""
    belief, learned = (result.daily[name].to_numpy() for name in ("belief", "surveillance_learned"))
    before = np.append(result.scenario.surveillance.learned_at_start, learned[:-1])
    return np.stack((belief, before, np.ones(belief.size)), axis=1)
