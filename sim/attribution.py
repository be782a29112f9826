"""Attribution: what drove the expected exits of a day, mechanism by mechanism.

    expected exits = sum over the men at risk of f_i(1),   f_i(a) = 1 - exp(-min(cap, exp(l_i(a))))
    l_i(a) = l_i(0) + a * S_i,   S_i = sum over mechanisms of c_ik,   a from 0 (reference) to 1 (today)
    part of k = sum over the men at risk of c_ik * w_i,   w_i = (f_i(1) - f_i(0)) / S_i

c_ik is what mechanism k says of the man today, less what it said of him in the reference situation: the
morning of day 0, without levers. Where S_i is 0, w_i is its limit, the slope of f_i. The sum of f_i(0) is
the "baseline". Along a straight path all terms move in proportion, so by the rule of Aumann and Shapley
(1974, "Values of Non-Atomic Games") each has its share of the change; brakes have negative parts.
Exits by threshold come by no sum of terms: they are counted, and not split.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self

import numpy as np

from sim.codes import Fate, Flags, Floats, How, Ints
from sim.mechanisms.order import LEVERS, PARTS, Mechanism
from sim.pressure import hazard_of, log_hazards, pressure_of
from sim.state import State
from sim.terms import Term
from sim.weight_sums import WeightSums, by_group, difference, sum_by
from sim.world import World

Cadence = Literal["daily", "weekly"]
BASELINE, THRESHOLD = "baseline", "threshold"
_EVERY: dict[str, int] = {"daily": 1, "weekly": 7}
_NOTHING = Term()
_BLOCK = 1 << 16
"""Men looked at together: as many as a processor's cache holds."""

Terms = Mapping[str, Term]
"""What each mechanism says of a morning, by its name."""

Parts = dict[str, Floats]
"""Expected exits by name, men a day, each (R, S) by rank and sect."""


@dataclass
class Attribution:
    """Keeper of the attribution of one run.

    Parameters
    ----------
    every : int
        Days from one look to the next; the first is on day 0.
    names : tuple of str
        Mechanisms in the order of the day, those of the user last.
    levers : frozenset of str
        Those of them that the reference situation is without.

    Attributes
    ----------
    looks : list of (int, Parts)
        Day and parts of each look.
    """

    every: int
    names: tuple[str, ...]
    levers: frozenset[str]
    looks: list[tuple[int, Parts]] = field(default_factory=list)
    _reference: Reference | None = None

    @classmethod
    def on(cls, cadence: Cadence, mechanisms: Sequence[Mechanism] = ()) -> Self:
        """Prepare the attribution of a run.

        Parameters
        ----------
        cadence : {"daily", "weekly"}
        mechanisms : sequence of Mechanism
            Those that the user adds.

        Raises
        ------
        ValueError
            If there is no such cadence, or a mechanism has the name of what is not a mechanism's part.
        """
        if cadence not in _EVERY:
            raise ValueError(f"unknown attribution '{cadence}', allowed: {', '.join(_EVERY)}")
        own = [one for one in mechanisms if one.term is not None]
        names = (*PARTS, *(one.name for one in own))
        for taken in (BASELINE, THRESHOLD):
            if taken in names:
                raise ValueError(f"a mechanism is called '{taken}', the name of another part: rename it")
        return cls(_EVERY[cadence], names, LEVERS | {one.name for one in own if one.lever})

    def looks_on(self, day: int) -> bool:
        """Whether a day is one of those that it looks at."""
        return day % self.every == 0

    def take(self, world: World, state: State, terms: Terms) -> None:
        """Look at the day and its terms, once it is known who decides and before anyone leaves."""
        if state.day == 0:
            self._reference = Reference.of(world, state, terms, self.levers)
        assert self._reference is not None, "a run begins on day 0"
        self.looks.append((state.day, split(world, state, terms, self._reference, self.names)))


@dataclass(frozen=True)
class Reference:
    """The morning of day 0 without levers, each man as he was then; arrays (N,) unless stated.

    For a reservist: had he served in his company that morning.
    """

    terms: Terms
    station: Ints
    """(U,) where each company stood, as a place with a posture, after the moves of that morning."""
    log_hazard: Floats
    """Before the cap; -inf for those who do not decide."""
    hazard: Floats
    chance: Floats
    """Chance a day that he decides."""
    decides: Flags
    """Whether he ever does."""

    @classmethod
    def of(cls, world: World, state: State, terms: Terms, levers: Iterable[str]) -> Self:
        """Take the reference from the terms of day 0."""
        terms = {name: term for name, term in terms.items() if name not in levers}
        everyone = np.arange(world.army.size)
        station = state.station.copy()
        pressure = pressure_of(world, station, terms.values())
        as_he_was = hazard_of(world, state, pressure)._replace(
            personal=world.personal, profile=world.profile, log_cap=math.inf
        )
        log_hazard = log_hazards(as_he_was, everyone)
        hazard = np.exp(np.minimum(log_hazard, math.log(world.scenario.law.cap_per_day)))
        return cls(terms, station, log_hazard, hazard, -np.expm1(-hazard), np.isfinite(log_hazard))


def split(world: World, state: State, terms: Terms, reference: Reference, names: Sequence[str]) -> Parts:
    """Split the expected exits of a day.

    Parameters
    ----------
    world : World
    state : State
        Once it is known who decides, before anyone leaves.
    terms : Terms
        Of the day.
    reference : Reference
    names : sequence of str
        Mechanisms; one that is off has a part of 0.

    Returns
    -------
    Parts
        The baseline, then the mechanisms. Under the threshold law only those who pass their threshold.
    """
    if world.threshold is not None:
        deciders = state.party.of(How.DECIDED).row
        men = np.ones(deciders.size)
        return {THRESHOLD: by_group(sum_by(world.profile[deciders], men, world.profile_shape))}
    rows = np.flatnonzero((state.fate == Fate.SERVING) & reference.decides)
    weight = np.empty(rows.size)
    sums = WeightSums.empty(world)
    for first in range(0, rows.size, _BLOCK):
        block = slice(first, first + _BLOCK)
        weight[block] = _weight(world, state, reference, rows[block])
        sums.add(world, state, rows[block], weight[block], reference.chance[rows[block]])
    parts = {BASELINE: by_group(sums.chance)}
    for name in names:
        now, before = (said.get(name, _NOTHING) for said in (terms, reference.terms))
        parts[name] = sums.part(world, (state.station, reference.station), now, before)
        alone = difference(now.soldier, before.soldier)
        if alone is not None:
            parts[name] += by_group(sum_by(world.profile[rows], weight * alone[rows], world.profile_shape))
    for name, weights in sums.own.items():
        parts[name] += by_group(weights)
    return parts


def _weight(world: World, state: State, reference: Reference, rows: Ints) -> Floats:
    """What a unit of log hazard adds to each man's chance, on the mean of his path, shape (n,)."""
    log_cap = math.log(world.scenario.law.cap_per_day)
    before, hazard, stays = reference.log_hazard[rows], reference.hazard[rows], 1.0 - reference.chance[rows]
    now = log_hazards(hazard_of(world, state)._replace(log_cap=math.inf), rows)
    change, room = now - before, log_cap - before
    seen = np.minimum(change, room) - np.minimum(room, 0.0)
    # Taken from the larger hazard, a small change does not cancel and a large one does not overflow.
    larger = np.maximum(hazard, np.exp(np.minimum(now, log_cap)))
    gain = np.copysign(larger * np.expm1(-np.abs(seen)), seen)
    weight = np.where(room > 0.0, hazard * stays, 0.0)
    np.divide(-stays * np.expm1(-gain), change, out=weight, where=change != 0.0)
    return weight
