"""What each mechanism costs in a day: the time of its stages and of its term, by a stopwatch round each.

The stopwatches stand between the loop of the day and the functions that it calls, so that the day itself
is the one of `sim.engine`. What they cost themselves is measured and taken off: the part that they count
from each stage, all of it from the whole day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import process_time_ns
from typing import Any

from sim import engine
from sim.army import Army
from sim.mechanisms import exits
from sim.mechanisms.order import Stage
from sim.record import Record
from sim.scenario import Scenario
from sim.setting import world_of

_PARTS = ("MORNING", "DEPARTURE", "EVENING")
_EMPTY_CALLS = 20_000


@dataclass
class Stopwatches:
    """Nanoseconds and calls by name."""

    spent: dict[str, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)

    def round(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Put a stopwatch round a function."""
        self.spent.setdefault(name, 0)
        self.calls.setdefault(name, 0)

        def timed(*arguments: Any, **named: Any) -> Any:
            begin = process_time_ns()
            answer = call(*arguments, **named)
            self.spent[name] += process_time_ns() - begin
            self.calls[name] += 1
            return answer

        return timed

    def of_a_day(self, days: int) -> dict[str, float]:
        """Microseconds a day by name, the stopwatches' own time taken off."""
        own = overhead_ns()
        return {
            name: max(spent - own * self.calls[name], 0.0) / days / 1e3 for name, spent in self.spent.items()
        }


def overhead_ns() -> float:
    """Nanoseconds that a stopwatch counts round a function that does nothing."""
    empty = Stopwatches()
    nothing = empty.round("", _nothing)
    for _ in range(_EMPTY_CALLS):
        nothing()
    return empty.spent[""] / _EMPTY_CALLS


def cost_ns() -> float:
    """Nanoseconds that a stopwatch adds to a call, whether it counts them or not."""
    bare = _time_of_empty_calls(_nothing)
    return _time_of_empty_calls(Stopwatches().round("", _nothing)) - bare


def _nothing() -> None:
    """Do nothing."""


def _time_of_empty_calls(call: Callable[[], None]) -> float:
    """Nanoseconds of a call, the mean of many."""
    begin = process_time_ns()
    for _ in range(_EMPTY_CALLS):
        call()
    return (process_time_ns() - begin) / _EMPTY_CALLS


@contextmanager
def watched(watches: Stopwatches) -> Iterator[None]:
    """Let the loop of the day call everything through stopwatches while the block runs."""
    before = {name: getattr(engine, name) for name in (*_PARTS, "TERMS", "add_up")}
    decide = exits.decide
    try:
        for part in _PARTS:
            setattr(engine, part, tuple(_timed(watches, stage) for stage in before[part]))
        terms = ((name, watches.round(f"{name}, term", say)) for name, say in before["TERMS"])
        setattr(engine, "TERMS", tuple(terms))  # noqa: B010
        setattr(engine, "add_up", watches.round("adding up", before["add_up"]))  # noqa: B010
        setattr(exits, "decide", watches.round("exits.decide", decide))  # noqa: B010
        yield
    finally:
        setattr(exits, "decide", decide)  # noqa: B010
        for name, value in before.items():
            setattr(engine, name, value)


def _timed(watches: Stopwatches, stage: Stage) -> Stage:
    """The same stage with a stopwatch."""
    module = stage.act.__module__.rpartition(".")[2]
    return replace(stage, act=watches.round(f"{module}.{stage.act.__name__}", stage.act))


def by_stage(scenario: Scenario, army: Army, seed: int, rounds: int) -> dict[str, float]:
    """Microseconds a day of each stage, term and of the record, the fastest round of each.

    Returns
    -------
    dict
        The dearest first; "all the rest" is the loop itself.
    """
    fastest: dict[str, float] = {}
    for _ in range(rounds):
        for name, spent in _round(scenario, army, seed).items():
            fastest[name] = min(spent, fastest.get(name, spent))
    return dict(sorted(fastest.items(), key=lambda item: -item[1]))


def _round(scenario: Scenario, army: Army, seed: int) -> dict[str, float]:
    """One run under stopwatches."""
    world, record, watches = world_of(scenario, army, seed), Record(), Stopwatches()
    take = watches.round("record", record.take)
    with watched(watches):
        begin = process_time_ns()
        for state in engine.days(world):
            take(world, state)
        whole = process_time_ns() - begin
    whole_us = (whole - cost_ns() * sum(watches.calls.values())) / scenario.days / 1e3
    spent = watches.of_a_day(scenario.days)
    return {**spent, "all the rest": max(whole_us - sum(spent.values()), 0.0)}


def by_mechanism(stages: dict[str, float]) -> dict[str, float]:
    """Microseconds a day by mechanism: its stages and its term together, the dearest first.

    Examples
    --------
    >>> by_mechanism({"belief.update": 1.5, "adding up": 2.0, "belief, term": 1.0})
    {'belief': 2.5, 'adding up': 2.0}
    """
    together: dict[str, float] = {}
    for name, spent in stages.items():
        mechanism = name.partition(", term")[0].partition(".")[0]
        together[mechanism] = together.get(mechanism, 0.0) + spent
    return dict(sorted(together.items(), key=lambda item: -item[1]))
