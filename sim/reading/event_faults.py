"""What the events of a scenario must agree on, with each other and with its tables."""

from __future__ import annotations

from collections.abc import Iterator

from sim.mechanisms.event_kinds import EliteExit, Event, Movement, Purge, Triggered
from sim.mechanisms.triggers import ANY_SIGN, SHARES, Rule
from sim.reading.known_names import Fault, Path, known
from sim.scenario_sections import ScenarioSections


def faults_of_events(scenario: ScenarioSections) -> Iterator[Fault]:
    """Report all that is wrong between the keys of events, each at its own place."""
    names = dict.fromkeys(event.name for event in scenario.events)
    for number, event in enumerate(scenario.events):
        here: Path = ("events", number)
        yield from _when(scenario, here, event)
        yield from _until_when(scenario, here, event)
        for required in event.requires:
            yield from known((*here, "requires"), required, names, "event")
        if event.name in event.requires:
            yield (*here, "requires"), "an event cannot wait for itself"
        yield from _whom(scenario, here, event)


def _when(scenario: ScenarioSections, here: Path, event: Event) -> Iterator[Fault]:
    """Report an event without its day or rule, or with both."""
    trigger = event.trigger if isinstance(event, Triggered) else None
    if event.date is not None and trigger is not None:
        yield (*here, "trigger"), "an event has a date or a trigger, not both: leave one of them out"
    elif event.date is None and trigger is None:
        yield here, "neither dated nor triggered: give it a date, or a trigger"
    elif event.date is not None and not scenario.start <= event.date <= scenario.last_date:
        window = f"the window {scenario.start} to {scenario.last_date}"
        yield (*here, "date"), f"{event.date} is outside {window}"
    if trigger is not None:
        yield from _bad_trigger((*here, "trigger"), trigger)


def _bad_trigger(here: Path, trigger: Rule) -> Iterator[Fault]:
    """Report a trigger without a bound, with two, or with one that is always or never passed."""
    if (trigger.above is None) == (trigger.below is None):
        yield here, "state one bound of the quantity: above or below"
        return
    key, bound = ("above", trigger.above) if trigger.above is not None else ("below", trigger.below)
    assert bound is not None, "one of the two is stated"
    low = float("-inf") if trigger.observed in ANY_SIGN else 0.0
    high = 1.0 if trigger.observed in SHARES else float("inf")
    # Above the highest or below the lowest never holds; below more than the highest always does.
    fits = low <= bound < high if key == "above" else low < bound <= high
    if not fits:
        ends = f"0 to {high:g}" if high < float("inf") else "0 or more"
        yield (*here, key), f"{trigger.observed} is {ends}: {key} {bound:g} holds never, or always"


def _until_when(scenario: ScenarioSections, here: Path, event: Event) -> Iterator[Fault]:
    """Report an end that is stated twice, or lies before the beginning."""
    until = getattr(event, "until", None)
    if until is None:
        return
    if getattr(event, "lasts_days", None) is not None:
        yield (*here, "lasts_days"), "until and lasts_days both say when it ends: leave one of them out"
    begins = event.date or scenario.start
    if until <= begins:
        yield (*here, "until"), f"{until} is not after {begins}: it would never be in force"


def _whom(scenario: ScenarioSections, here: Path, event: Event) -> Iterator[Fault]:
    """Report names of persons, sects, formations, brigades and places that are not there."""
    match event:
        case EliteExit():
            persons = [person.name for person in scenario.army.persons]
            yield from known((*here, "person"), event.person, persons, "person")
        case Purge():
            for number, sect in enumerate(event.sects):
                yield from known((*here, "sects", number), sect, scenario.sects, "sect")
            if event.sects and event.role is not None:
                yield (*here, "role"), "a purge is of some sects or of a role, not both: leave one out"
        case Movement():
            yield from known((*here, "place"), event.place, scenario.places, "place")
            yield from _bad_units(scenario, here, event)
        case _:
            pass


def _bad_units(scenario: ScenarioSections, here: Path, event: Movement) -> Iterator[Fault]:
    """Report formations and brigades that are not in the order of battle."""
    lines = {line.name: line for line in scenario.army.order_of_battle}
    for number, formation in enumerate(event.formations):
        yield from known((*here, "formations", number), formation, lines, "formation")
    most = max((lines[name].brigades for name in event.formations if name in lines), default=None)
    for number, brigade in enumerate(event.brigades):
        if most is not None and not 1 <= brigade <= most:
            yield (*here, "brigades", number), f"there is no brigade {brigade}: they are 1 to {most}"
