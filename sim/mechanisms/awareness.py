"""Awareness of the salary offer spreads man by man.

    aware on the first day on which  broadcast(t) + word_of_mouth * strong ties gone  >=  resistance
    broadcast(t) = broadcast(t-1) + broadcast_per_day * share that passes blackouts, once it is announced

Each soldier has a unit exponential dealt for it. The unaware feel no offer. An offer of 0 dollars is no
offer: nothing is announced.

Whom the broadcasts of some days will reach is looked for among all at once; a day then asks only them and
the men who are told.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Fate, Floats, Ints
from sim.compiled import compiled
from sim.mechanisms.salary import is_offered
from sim.state import State
from sim.world import World

AWARE_STEP = 1
_DAYS_AHEAD = 10
"""Days of broadcast for which men are looked for at once: it changes what a day costs, and no number."""


def spread(world: World, state: State) -> None:
    """Make aware those whom today's broadcast or yesterday's leavers reach."""
    plan = world.rules.salary_plan
    if not plan.acts:
        return
    told = _tell(state.left_behind, plan.word_of_mouth, state.unaware_left, state.looked_up_to)
    if is_offered(world, state.day):
        state.broadcast += plan.broadcast_per_day * state.heard
        if state.broadcast > state.looked_up_to:
            state.looked_up_to = state.broadcast + _DAYS_AHEAD * plan.broadcast_per_day
            state.soon_aware, told = _within(state.unaware_left, state.looked_up_to), told[:0]
            state.soon_aware_at = state.unaware_left[state.soon_aware]
        _make_aware(state, told)


@compiled
def _tell(told: Ints, word_of_mouth: float, unaware_left: Floats, looked_up_to: float) -> Ints:
    """Tell some men, who may be told more than once; rows of those within what was looked for."""
    within, found = np.empty(told.size, dtype=np.int64), 0
    for row in told:
        unaware_left[row] -= word_of_mouth
        if unaware_left[row] <= looked_up_to:
            within[found] = row
            found += 1
    return within[:found]


@compiled
def _within(unaware_left: Floats, up_to: float) -> Ints:
    """Rows of the unaware whom a broadcast up to some height reaches."""
    rows = [np.int64(0) for _ in range(0)]
    for row in range(unaware_left.size):
        if unaware_left[row] <= up_to:
            rows.append(np.int64(row))
    return np.array(rows, dtype=np.int64)


def _make_aware(state: State, told: Ints) -> None:
    """Make aware whom today's broadcast reaches, of those looked for and those told since."""
    aware, serving, state.soon_aware, state.soon_aware_at = _reached(
        np.concatenate((state.soon_aware, told)),
        np.concatenate((state.soon_aware_at, state.unaware_left[told])),
        state.broadcast,
        state.unaware_left,
        state.profile,
        state.fate,
    )
    state.aware_count += aware
    state.touched.append(serving)


@compiled
def _reached(
    rows: Ints, at: Floats, broadcast: float, unaware_left: Floats, profile: Ints, fate: Ints
) -> tuple[int, Ints, Ints, Floats]:
    """Make aware those whom the broadcast reaches.

    Returns
    -------
    aware : int
    serving : array of int
        Rows of those of them who serve.
    rows, at : (n,) arrays
        Those who are left, and the broadcast that will reach them.
    """
    aware, left, serving = 0, 0, [np.int64(0) for _ in range(0)]
    for place in range(rows.size):
        row = rows[place]
        if at[place] > broadcast:
            rows[left], at[left] = row, at[place]
            left += 1
        # Who was told after he was looked for stands here twice.
        elif unaware_left[row] <= broadcast:
            unaware_left[row] = np.inf
            profile[row] += AWARE_STEP
            aware += 1
            if fate[row] == Fate.SERVING:
                serving.append(row)
    return aware, np.array(serving, dtype=np.int64), rows[:left], at[:left]
