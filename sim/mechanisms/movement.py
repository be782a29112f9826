"""Movement: companies go elsewhere, or are deployed or kept in garrison; by event, or each week by rule.

    movement     companies of the named formations (or of some of their brigades) stand at the place from
                 today, deployed or in garrison as stated, else as before
    deployment   companies that have not collapsed are ranked by the mean of L_i - s_i * E over the men who
                 serve in them (or by their share of in-groups), ties by number; going down the list, each
                 is deployed if those before it hold less than `share` of all men who serve in such
                 companies; the rest are kept in garrison, where they stand

Section `movement`, a rule that is off unless a scenario switches it on. In the evening of every seventh
day, with v the violence of the day:

    pull_p = weight_p * v_p,   the target is the place of the largest pull, the first of several
    a brigade may go if it has deployed companies at places p with pull_target > margin * pull_p
    it goes if uniform("brigade marches", week) < share_per_week, in the order of brigades, while the
    deployed men at the target stay within `most_share` of all deployed men

What goes are its deployed companies at such places, as they are: deployed, with all their men. Men whom
a move brings to their home go like others; nothing in the model acts on serving at home by itself.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from sim.codes import Fate, Flags, Floats, Ints, Singles
from sim.compiled import compiled
from sim.mechanisms.event_kinds import Deployment, Movement
from sim.parameters import MechanismSection, entry, parameter
from sim.posting import post
from sim.state import State
from sim.world import World

_WEEK = 7


class MovementRule(MechanismSection):
    """Section `movement`."""

    on: bool = Field(False, description="Whether brigades go to the violence by themselves.")
    share_per_week: float = parameter(
        0.05, 0, 1, "1 per week", "Share of the deployed brigades that may go which goes in a week."
    )
    margin: float = parameter(
        1.5, 1, 100, "1", "A brigade goes only where the pull is more than this many times that of its place."
    )
    most_share: float = parameter(0.3, 0, 1, "1", "Most of all deployed men that a place draws together.")
    weights: dict[str, Annotated[float, entry(0, 1000, "1")]] = Field(
        default_factory=dict, description="Weight of a place's violence, by key of `places`; 1 if not named."
    )


def move(world: World, state: State, event: Movement) -> None:
    """Move formations, or some of their brigades."""
    units = world.army.units
    names = [line.name for line in world.rules.army.order_of_battle]
    goes = np.isin(units.formation, [names.index(name) for name in event.formations])
    if event.brigades:
        goes &= np.isin(units.brigade_number, np.array(event.brigades) - 1)
    companies = np.flatnonzero(goes)
    deployed = state.station[companies] % 2 if event.deployed is None else int(event.deployed)
    place = list(world.rules.places).index(event.place)
    post(state, companies, np.broadcast_to(2 * place + deployed, companies.shape), state.day)


def deploy(world: World, state: State, event: Deployment) -> None:
    """Deploy the best companies by the event's ranking; keep the others in garrison."""
    stands = state.collapsed_on < 0
    score = _mean_loyalty(world, state) if event.by == "loyalty" else _in_group_share(world, state)
    order = np.argsort(-np.where(stands & (state.men > 0), score, -np.inf), kind="stable")
    men = (state.men * stands)[order]
    before = np.cumsum(men) - men
    deployed = np.empty(order.size, dtype=np.int64)
    deployed[order] = (men > 0) & (before < event.share * men.sum())
    post(state, np.arange(order.size), state.station // 2 * 2 + deployed, state.day)


def _in_group_share(world: World, state: State) -> Floats:
    """Share of in-groups among the men of each company, shape (U,)."""
    is_in = np.array([sect.role == "in" for sect in world.rules.sects.values()])
    share: Floats = is_in @ state.serving / np.maximum(state.men, 1)
    return share


def _mean_loyalty(world: World, state: State) -> Floats:
    """Mean loyalty of the men who serve in each company, shape (U,); 0 where nobody does."""
    soldiers = world.army.soldiers
    total = _loyalty_by_company(
        soldiers.unit,
        state.fate,
        soldiers.loyalty,
        state.susceptibility,
        state.profile,
        state.erosion.ravel(),
        world.unit_count,
    )
    mean: Floats = total / np.maximum(state.men, 1)
    return mean


@compiled
def _loyalty_by_company(
    unit: Ints,
    fate: Ints,
    loyalty: Floats,
    susceptibility: Singles,
    profile: Ints,
    erosion: Floats,
    units: int,
) -> Floats:
    """Sum of the loyalty of those who serve in each company, row by row."""
    total = np.zeros(units)
    for row in range(unit.size):
        if fate[row] == Fate.SERVING or fate[row] == Fate.PLANNING:
            total[unit[row]] += loyalty[row] - susceptibility[row] * erosion[profile[row] // 4]
    return total


def march(world: World, state: State) -> None:
    """Let a share of the deployed brigades go to the violence, once a week."""
    rules = world.rules.movement
    if not rules.on or state.day % _WEEK != _WEEK - 1:
        return
    weight = np.array([rules.weights.get(place, 1.0) for place in world.rules.places])
    pull = weight * state.violence
    target = int(np.argmax(pull))
    deployed = state.station % 2 == 1
    may_go = deployed & (pull[target] > rules.margin * pull[state.station // 2])
    brigades = np.unique(world.army.units.brigade[may_go])
    drawn = world.luck.uniform("brigade marches", brigades, state.day // _WEEK) < rules.share_per_week
    goes = may_go & np.isin(world.army.units.brigade, brigades[drawn])
    goes &= _while_there_is_room(world, state, goes, target)
    companies = np.flatnonzero(goes)
    post(state, companies, np.full(companies.size, 2 * target + 1), state.day + 1)


def _while_there_is_room(world: World, state: State, goes: Flags, target: int) -> Flags:
    """Whether each company's brigade still finds room, brigades coming in their order, shape (U,)."""
    by_posture = state.men_by_station.reshape(-1, 2)[:, 1]
    room = world.rules.movement.most_share * by_posture.sum() - by_posture[target]
    come = np.cumsum(np.bincount(world.army.units.brigade, weights=state.men * goes))
    fits: Flags = come[world.army.units.brigade] <= room
    return fits
