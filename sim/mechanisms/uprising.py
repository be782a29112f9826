"""The uprising: civilians who resist, those of them who take up arms, and soldiers who joined them.

Each evening of an endogenous war, by place p:

    felt     <- felt + ((1 - solidarity) * v_p + solidarity * v of the country - felt) / memory_days
    pull     = 1 - exp(-felt / violence_scale)
    access   = (floor + (1 - floor) * G_p) * (1 if a faction exists, else unorganised)
    loss     = f * fighters_lost_per_day * R / (R + A)
    left     = civilian * (1 - loss - quit_per_day)
    civilian <- left + join_per_day * mobilisation * pull * access * (willing - left)
    defected <- defected * (1 - loss) * (1 - left / entered) + soldiers who joined today

v is civilians killed a day per million, f the level of fighting, G the opposition's control by night, R and
A the strengths of this morning (`sim.mechanisms.battle`). Mobilisation is an input, by place and date.
Recruits are at most those of the willing who are left, so that their number neither exceeds the willing nor
swings.
"""

from __future__ import annotations

import math
from datetime import date as Date

import numpy as np
from pydantic import Field

from sim.codes import Fate, Floats, Ints
from sim.compiled import compiled
from sim.mechanisms import knowledge
from sim.parameters import FITTED, Section, Share, parameter
from sim.state import State
from sim.world import World


class Mobilisation(Section):
    """A row of the table of mobilisation; a place left out is 0."""

    start: Date = Field(alias="from", description="First day of the period.")
    intensity: dict[str, Share] = Field(
        default_factory=dict, description="By place: how far its civilians are disposed to resist."
    )


class Arms(Section):
    """Arms of the opposition from a date."""

    date: Date = Field(description="From this date, until the next.")
    level: float = parameter(
        1.0, 0, 5, "1", "Arms of the opposition over those of light infantry.", "stated in the file"
    )


class Uprising(Section):
    """Section `uprising`: acts in an endogenous war."""

    mobilisation: tuple[Mobilisation, ...] = Field((), description="Rows by date; each holds until the next.")
    source: str = Field("", description="Source or rule of the table of mobilisation.")
    arms: tuple[Arms, ...] = Field((), description="Arms of the opposition by date; 1 before the first.")
    willing_share: float = parameter(
        0.01, 0, 0.2, "1", "Share of a community of grievance weight 1 that would ever take up arms.", FITTED
    )
    join_per_day: float = parameter(
        0.2,
        0,
        1,
        "1 per day",
        "Rate at which the willing take up arms, at full mobilisation, pull and access.",
        FITTED,
    )
    violence_scale: float = parameter(
        20.0, 0.1, 500, "deaths per million per day", "Violence felt at which its pull reaches 63 %.", FITTED
    )
    memory_days: float = parameter(30, 1, 365, "days", "Memory of violence.")
    solidarity: float = parameter(
        0.25, 0, 1, "1", "Weight of the whole country's violence in what a place feels."
    )
    access_floor: float = parameter(
        0.1, 0, 1, "1", "Access to armed groups where the opposition holds no night.", FITTED
    )
    unorganised: float = parameter(
        0.1, 0, 1, "1", "Taking up arms before a faction exists, over the same after.", FITTED
    )
    quit_per_day: float = parameter(0.001, 0, 0.1, "1 per day", "Civilians who lay down their arms.")
    fighters_lost_per_day: float = parameter(
        0.0003,
        0,
        0.05,
        "1 per day",
        "Fighters killed a day of those engaged.",
        "870 defectors killed by 3 July 2012 (SOHR), over about 3 million days of them",
    )
    defector_weight: float = parameter(
        1.0, 0, 5, "1", "Strength of a soldier who joined over that of a civilian who took up arms."
    )
    defectors_at_home: float = parameter(
        0.5,
        0,
        1,
        "1",
        "Share of soldiers who joined that fight where they were born, not where they served.",
        "assumption: about the share of exits from home leave on day 0, 15 x 6 %",
    )


def willing(share: float, population: Floats, communities: Floats, weight: Floats) -> Floats:
    """Civilians of each place who would ever take up arms.

    Parameters
    ----------
    share : float
        Of a community of weight 1.
    population : (H,) array
    communities : (H, S) array
        Share of each sect in each place.
    weight : (S,) array
        Weight of grievance of each sect, of which no more than 1 counts.

    Returns
    -------
    (H,) array
    """
    people: Floats = share * population * (communities @ np.minimum(weight, 1.0))
    return people


def arms(world: World, state: State) -> float:
    """Strength of an armed man of the opposition today: not negative, the same everywhere.

    Over one with the arms of light infantry, in an opposition of the reference unity that knows nothing.
    """
    assert world.theatre is not None, "only an endogenous war asks for arms"
    return float(world.theatre.arms[state.day]) * knowledge.strength(world, state)


@compiled
def strength(place: int, arms: float, fighters: Floats, defector_weight: float) -> float:
    """Armed strength of the opposition in a place, in men with the arms of light infantry."""
    men: float = fighters[0, place] + defector_weight * fighters[1, place]
    return arms * men


def take_up_arms(world: World, state: State) -> None:
    """Move the armed opposition by the day's recruits, losses and soldiers who joined."""
    theatre, rules = world.theatre, world.rules.uprising
    if theatre is None:
        return
    state.fighters_lost = _move(
        state.violence,
        theatre.people,
        rules.solidarity,
        rules.memory_days,
        state.fighters,
        rules.fighters_lost_per_day * float(theatre.fighting[state.day]),
        state.regime_engaged,
        rules.quit_per_day,
        rules.join_per_day * (1.0 if state.faction_exists else rules.unorganised),
        theatre.mobilisation[state.day],
        state.violence_felt,
        rules.violence_scale,
        state.control_night,
        rules.access_floor,
        theatre.willing,
    )
    _go_and_come(
        state.left_faction,
        state.escaped,
        state.fate,
        state.profile,
        rules.defectors_at_home / world.scale,
        state.joined_from,
        (1.0 - rules.defectors_at_home) / world.scale,
        state.fighters,
        state.fighters_entered,
    )


@compiled
def _feel(violence: Floats, people: Floats, solidarity: float, memory_days: float, felt: Floats) -> None:
    """Move the violence felt in each place towards today's, there and in the country."""
    country = 0.0
    for place in range(violence.size):
        country += violence[place] * people[place]
    for place in range(violence.size):
        today = (1.0 - solidarity) * violence[place] + solidarity * country
        felt[place] += (today - felt[place]) / memory_days


@compiled
def _move(
    violence: Floats,
    people: Floats,
    solidarity: float,
    memory_days: float,
    fighters: Floats,
    lost_per_day: float,
    regime_engaged: Floats,
    quit_per_day: float,
    join_per_day: float,
    mobilisation: Floats,
    felt: Floats,
    violence_scale: float,
    control_night: Floats,
    access_floor: float,
    willing: Floats,
) -> float:
    """Take the day's losses from the fighters of each place, and add its recruits; the share killed."""
    _feel(violence, people, solidarity, memory_days, felt)
    all_men, killed = 0.0, 0.0
    for place in range(willing.size):
        pull = 1.0 - math.exp(-felt[place] / violence_scale)
        access = access_floor + (1.0 - access_floor) * control_night[place]
        loss = lost_per_day * (1.0 - regime_engaged[place])
        men = fighters[0, place] + fighters[1, place]
        all_men, killed = all_men + men, killed + loss * men
        left = fighters[0, place] * (1.0 - loss - quit_per_day)
        recruits = join_per_day * mobilisation[place] * pull * access * (willing[place] - left)
        fighters[0, place] = left + recruits
        fighters[1, place] *= 1.0 - loss
    return killed / max(all_men, 1.0)


@compiled
def _go_and_come(
    left: Ints,
    escaped: Ints,
    fate: Ints,
    profile: Ints,
    men_at_home: float,
    post: Ints,
    men_at_post: float,
    fighters: Floats,
    entered: Floats,
) -> None:
    """Take members who left out, and add the soldiers who joined today."""
    places = entered.size
    if left.size:
        _go(_count_by_place(left, fate, profile, men_at_home, post, men_at_post, places), fighters, entered)
    _come(_count_by_place(escaped, fate, profile, men_at_home, post, men_at_post, places), fighters, entered)


@compiled
def _count_by_place(
    rows: Ints, fate: Ints, profile: Ints, men_at_home: float, post: Ints, men_at_post: float, places: int
) -> Floats:
    """Count soldiers who joined by the place where each fights, his home or his post; in real numbers."""
    at_home, at_post = np.zeros(places, dtype=np.int64), np.zeros(places, dtype=np.int64)
    for row in rows:
        if fate[row] == Fate.JOINED:
            # His home is in his profile, which lies beside his fate in memory.
            at_home[profile[row] // 4 % places] += 1
            at_post[post[row]] += 1
    men = np.empty(places)
    for place in range(places):
        men[place] = men_at_home * at_home[place] + men_at_post * at_post[place]
    return men


@compiled
def _go(men: Floats, fighters: Floats, entered: Floats) -> None:
    """Take members who left out: of those who fight in a place, their share of all who entered there."""
    for place in range(men.size):
        if men[place] > 0.0:
            fighters[1, place] *= max(1.0 - men[place] / entered[place], 0.0)
            entered[place] = max(entered[place] - men[place], 0.0)


@compiled
def _come(men: Floats, fighters: Floats, entered: Floats) -> None:
    """Add the soldiers who joined today."""
    for place in range(men.size):
        fighters[1, place] += men[place]
        entered[place] += men[place]
