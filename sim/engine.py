"""Step and run: the loop, on one screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.army import Army
from sim.attribution import Attribution, Cadence
from sim.mechanisms import exits
from sim.mechanisms.order import DEPARTURE, EVENING, MORNING, PARTS, TERMS, Mechanism
from sim.pressure import add_up
from sim.record import Record
from sim.scatter import Scatter
from sim.scenario import Scenario
from sim.setting import world_of
from sim.start import first_state
from sim.state import State
from sim.synthesis import build
from sim.tally import Say, Tally, by_turns, said_by
from sim.watch import Watch
from sim.world import World

if TYPE_CHECKING:
    from sim.result import Result
    from sim.results.frames import Frames

Progress = Callable[[int, int], None]


def run(
    scenario: Scenario,
    seed: int = 1,
    *,
    army_seed: int | None = None,
    army: Army | None = None,
    mechanisms: Sequence[Mechanism] = (),
    evaluation: Literal["sparse", "dense"] = "sparse",
    attribution: Cadence | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run a scenario.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Seed of luck: what befalls the soldiers.
    army_seed : int, optional
        Seed of who is who; the same as `seed` unless stated.
    army : Army, optional
        An army built before, for scenarios that differ only in rates; `army_seed` is then its own.
    mechanisms : sequence of Mechanism
        Mechanisms of your own.
    evaluation : {"sparse", "dense"}
        How the luck of exit is read; the result is the same man by man. Dense looks at every man every
        day and is slow.
    attribution : {"daily", "weekly"}, optional
        How often the expected exits of a day are split among the mechanisms, as `Result.attribution`. It
        changes nothing else.
    progress : callable, optional
        Called with (days done, days) after each day.

    Returns
    -------
    Result

    Raises
    ------
    SimulationError
        If a number of the state ceases to be finite.
    ValueError
        If there is no such attribution, or a mechanism bears the name of another.
    """
    from sim.result import Result

    started = datetime.now(UTC)
    if army is None:
        army = build(scenario, seed if army_seed is None else army_seed)
    frames = simulate(
        scenario,
        seed,
        army,
        mechanisms=mechanisms,
        evaluation=evaluation,
        attribution=attribution,
        progress=progress,
    )
    return Result.of(frames, mechanisms, started=started)


def simulate(
    scenario: Scenario,
    seed: int,
    army: Army,
    *,
    mechanisms: Sequence[Mechanism] = (),
    evaluation: Literal["sparse", "dense"] = "sparse",
    attribution: Cadence | None = None,
    progress: Progress | None = None,
) -> Frames:
    """Run a scenario, and make only those frames that are asked for afterwards.

    It is what many runs of one army are made of, of which few frames are kept. Arguments and errors are as in
    `run`.

    Returns
    -------
    Frames
        They hold what the run has left behind, which for a large army is much: not to be kept themselves.
    """
    from sim.results.frames import Frames

    split = None if attribution is None else Attribution.on(attribution, mechanisms)
    world, record = world_of(scenario, army, seed), Record()
    for state in days(world, mechanisms, evaluation, split):
        record.take(world, state)
        if progress is not None:
            progress(state.day + 1, scenario.days)
    return Frames(world, state, record, split)


def days(
    world: World,
    mechanisms: Sequence[Mechanism] = (),
    evaluation: str = "sparse",
    attribution: Attribution | None = None,
) -> Iterator[State]:
    """Go through the days of a run, giving the state at the end of each; it is one changing object."""
    _refuse_shipped_names(mechanisms)
    state = first_state(world)
    state.own = {one.name: one.start(world) for one in mechanisms if one.start is not None}
    kept_in = state.depth, state.line
    scatter = Scatter(world.luck, world.army.soldiers.identity, world.scenario.days, kept_in)
    watch = Watch(scatter, every_day=evaluation == "dense")
    say, tallies = _who_says(world, mechanisms), by_turns(world)
    for day in range(world.scenario.days):
        state.day = day
        step(world, state, watch, say, tallies[day % 2], mechanisms, attribution)
        yield state


def _refuse_shipped_names(mechanisms: Sequence[Mechanism]) -> None:
    """A mechanism of the user's must not take the place of another in silence."""
    names = list(PARTS)
    for one in mechanisms:
        if one.name in names:
            raise ValueError(f"a mechanism is called '{one.name}' already: choose another name")
        names.append(one.name)


def _who_says(world: World, mechanisms: Sequence[Mechanism]) -> dict[str, Say]:
    """Gather what says the terms of the mechanisms that can act, by their names."""
    shipped = {name: say for name, say in TERMS if getattr(world.scenario, name).acts}
    return shipped | {one.name: one.say for one in mechanisms if one.term is not None}


def step(
    world: World,
    state: State,
    watch: Watch,
    say: Mapping[str, Say],
    tally: Tally,
    mechanisms: Sequence[Mechanism] = (),
    attribution: Attribution | None = None,
) -> None:
    """Take one day: the morning, the pressure, the departures, the evening."""
    for stage in MORNING:
        stage.act(world, state)
    for one in mechanisms:
        if one.update is not None:
            one.update(world, state)
    tally.clear()
    for add_term in say.values():
        add_term(world, state, tally)
    state.pressure = add_up(world, state.station, tally)
    if not state.pressure.is_finite:
        _refuse_what_is_not_finite(world, state, say)
    exits.decide(world, state, watch)
    if attribution is not None and attribution.looks_on(state.day):
        attribution.take(world, state, {name: said_by(world, state, add) for name, add in say.items()})
    for stage in DEPARTURE:
        stage.act(world, state)
    for stage in EVENING:
        stage.act(world, state)


def _refuse_what_is_not_finite(world: World, state: State, say: Mapping[str, Say]) -> None:
    """Stop at the first table that is not a number, naming the mechanism whose term it came from."""
    from sim.errors import SimulationError

    for name, add_term in say.items():
        for table, values in said_by(world, state, add_term)._asdict().items():
            if values is not None and not np.isfinite(values).all():
                raise SimulationError(state.day, name, table, "a term is not finite")
    raise SimulationError(state.day, "pressure", "sum", "the sum of the terms is not finite")
