"""Trial of a key: whether moving it by a fifth of its range changes some frame of a run.

Army and luck stay the same, so that whatever differs comes from the key. A move that a scenario does not
allow, since two keys must agree, is halved until it does; a share of a table of shares that sum to 1 takes
from the others in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import isclose
from typing import Any

from experiments.dead_keys.settings import SEED, Setting
from experiments.schema_keys import ANY, PART, Key, Standing, moves, standings
from sim.engine import run
from sim.errors import ScenarioError
from sim.result import Result
from sim.results.frames import FRAMES
from sim.scenario import Scenario
from sim.synthesis import build, built_from

MOST_PLACES = 6
"""Places of a scenario at which a key is tried, where it stands at many."""
_HALVINGS = 9


@dataclass(frozen=True)
class Found:
    """Where a key acts: the move, and the frames that it changed."""

    key: Key
    setting: Setting
    path: str
    before: float
    after: float
    frames: tuple[str, ...]


def acts(key: Key, settings: Iterable[Setting]) -> Found | None:
    """Find a setting in which a key acts.

    Returns
    -------
    Found or None
        The first that is found; None if the key changed nothing in any of them.
    """
    tries = (trial for setting in settings if setting.uses(key) for trial in _tries(key, setting))
    return next(tries, None)


def _tries(key: Key, setting: Setting) -> Iterator[Found]:
    """Moves of a key in a setting that changed some frame."""
    for place in _spread(standings(key, setting.tree)):
        for value, moved in _moved(key, setting, place):
            frames = changed(setting.result, _run(setting, moved))
            if frames:
                yield Found(key, setting, place.path, place.value, value, frames)


def _spread(places: list[Standing]) -> list[Standing]:
    """Some of many places, spread over all of them."""
    step = -(-len(places) // MOST_PLACES) or 1
    return places[::step]


def _moved(key: Key, setting: Setting, place: Standing) -> Iterator[tuple[float, Scenario]]:
    """Scenarios in which a key is moved up and down, as far as they allow."""
    for up in (True, False):
        allowed = (
            (value, scenario)
            for halving in range(_HALVINGS)
            for value in moves(key, place.value, PART / 2**halving)
            if (value > place.value) is up
            if (scenario := _allowed(key, setting, place, value)) is not None
        )
        yield from islice(allowed, 1)


def _allowed(key: Key, setting: Setting, place: Standing, value: float) -> Scenario | None:
    """The scenario with a key moved; None if it is not allowed."""
    try:
        return setting.scenario.with_(_override(key, setting.tree, place, value))
    except ScenarioError:
        return None


def _override(key: Key, tree: Mapping[str, Any], place: Standing, value: float) -> dict[str, Any]:
    """Override that moves a key; among shares that sum to 1, the others make room."""
    above, _, name = place.path.rpartition(".")
    siblings: Any = tree
    for step in above.split(".") if above else ():
        siblings = siblings[int(step) if step.isdigit() and not isinstance(siblings, Mapping) else step]
    if key.steps[-1][0] != ANY or not isclose(sum(siblings.values()), 1.0) or place.value == 1.0:
        return {place.path: value}
    room = (1.0 - value) / (1.0 - place.value)
    return {above: {each: value if each == name else share * room for each, share in siblings.items()}}


def _run(setting: Setting, scenario: Scenario) -> Result:
    """Run a changed scenario on the same luck, and on the same army if it says the same of it."""
    same = built_from(scenario) == built_from(setting.scenario)
    return run(scenario, SEED, army=setting.army if same else build(scenario, SEED))


def changed(before: Result, after: Result) -> tuple[str, ...]:
    """Names of the frames in which two runs differ."""
    return tuple(name for name in FRAMES if not before.frame(name).equals(after.frame(name)))
