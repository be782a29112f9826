"""Expected exits split among the mechanisms: exact, additive, and of no effect on the run."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import engine
from sim.attribution import BASELINE, THRESHOLD, Attribution, Parts, Reference, split
from sim.codes import Fate, Floats, How
from sim.mechanisms.order import DEPARTURE, EVENING, LEVERS, MORNING, OF_HIS_OWN, PARTS, Mechanism
from sim.pressure import log_hazard, pressure_of
from sim.results.frames import FRAMES
from sim.scenario_file import load
from sim.start import first_state
from sim.state import State
from sim.terms import Term
from sim.world import World
from tests.armies import ALIKE, BUSY, Changes, invented, off, world

approx = pytest.approx

NAMES = PARTS
HAZARD = 0.04 / 7.0
"""Of every soldier of the army below, in the reference situation."""
A, B = 3, 200
"""The two soldiers who serve."""

Terms = Mapping[str, Term]
TWO: Changes = {**ALIKE, "law.reference_hazard_per_week": 0.04, "army.family_outside_share": 0.0}


def by_soldier(one: World, **values: float) -> Term:
    """A term of the two soldiers alone."""
    table = np.zeros(one.army.size)
    table[[A, B]] = values.get("a", 0.0), values.get("b", 0.0)
    return Term(soldier=table)


def two_serve(*changes: Changes) -> tuple[World, State]:
    """An army of which only two men are left."""
    one = world(invented(TWO, *changes))
    state = first_state(one)
    state.fate[:] = Fate.FLED
    state.fate[[A, B]] = Fate.SERVING
    return one, state


def parts_of(one: World, state: State, before: Terms, now: Terms) -> dict[str, float]:
    """Split the expected exits when the terms were `before` and are `now`."""
    reference = Reference.of(one, state, before, LEVERS)
    state.pressure = pressure_of(one, one.station, now.values())
    found = split(one, state, now, reference, (*NAMES, *(name for name in now if name not in NAMES)))
    return {name: float(part.sum()) for name, part in found.items()}


def chance(log_ratio: float, cap: float = 0.5) -> float:
    """Chance of a day at a hazard over that of the reference."""
    return 1.0 - math.exp(-min(HAZARD * math.exp(log_ratio), cap))


# Worked out by hand.


def test_two_soldiers_and_two_mechanisms() -> None:
    one, state = two_serve()
    # A: all by fear. B: fear log 4 and a brake of log 2, so log 2 in all: twice it, and once it back.
    now = {"fear": by_soldier(one, a=math.log(2), b=math.log(4)), "family": by_soldier(one, b=-math.log(2))}
    parts = parts_of(one, state, {}, now)
    change = chance(math.log(2)) - chance(0.0)
    assert parts.pop(BASELINE) == approx(2.0 * chance(0.0), rel=1e-14)
    assert parts.pop("fear") == approx(3.0 * change, rel=1e-12)
    assert parts.pop("family") == approx(-change, rel=1e-12)
    assert set(parts.values()) == {0.0}


def test_what_a_term_said_on_day_0_is_baseline() -> None:
    one, state = two_serve()
    before = {"fear": by_soldier(one, a=1.0, b=1.0), "refuge": Term(cell=np.full((one.unit_count, 1), 0.5))}
    now = {**before, "refuge": Term(cell=np.full((one.unit_count, 1), 0.8))}
    parts = parts_of(one, state, before, now)
    assert parts[BASELINE] == approx(2.0 * chance(1.5), rel=1e-12)
    assert parts["refuge"] == approx(2.0 * (chance(1.8) - chance(1.5)), rel=1e-12)
    assert parts["fear"] == 0.0


def test_where_terms_cancel_the_limit_is_the_slope() -> None:
    one, state = two_serve()
    state.fate[B] = Fate.FLED
    slope = HAZARD * math.exp(-HAZARD)
    for rest in (0.0, 1e-13, -1e-9, 1e-6):
        now = {"fear": by_soldier(one, a=2.0), "family": by_soldier(one, a=rest - 2.0)}
        parts = parts_of(one, state, {}, now)
        assert parts["fear"] == approx(2.0 * slope, rel=1e-5)
        assert parts["family"] == approx(-2.0 * slope, rel=1e-5)
        assert sum(parts.values()) == approx(chance(rest), rel=1e-13)


def test_the_cap_is_part_of_the_path() -> None:
    one, state = two_serve({"law.cap_per_day": 0.05})
    state.fate[B] = Fate.FLED
    now = {"fear": by_soldier(one, a=4.0), "belief": by_soldier(one, a=2.0)}
    parts = parts_of(one, state, {}, now)
    whole = chance(6.0, cap=0.05) - chance(0.0)
    assert parts["fear"] == approx(whole * 4 / 6, rel=1e-12)
    assert parts["belief"] == approx(whole * 2 / 6, rel=1e-12)
    # From above the cap down to below it: the first part of the way changes nothing.
    high = {"fear": by_soldier(one, a=4.0)}
    parts = parts_of(one, state, high, {"fear": by_soldier(one, a=1.0)})
    assert parts[BASELINE] == approx(1.0 - math.exp(-0.05), rel=1e-14)
    assert parts["fear"] == approx(chance(1.0) - chance(4.0, cap=0.05), rel=1e-12)
    # Above it all the way, moving or not.
    for still in (0.0, 1.0):
        opposed = {"fear": by_soldier(one, a=5.0 + still), "family": by_soldier(one, a=-1.0)}
        parts = parts_of(one, state, high, opposed)
        assert (parts["fear"], parts["family"]) == (0.0, 0.0)


def test_a_man_who_could_not_leave_on_day_0_is_no_trouble() -> None:
    one, state = two_serve()
    barred = {"refuge": by_soldier(one, a=-1000.0, b=-1000.0)}
    parts = parts_of(one, state, barred, {"fear": by_soldier(one, a=-900.0, b=0.3)})
    assert parts[BASELINE] == 0.0
    assert parts["refuge"] == approx(chance(0.3) * 1000.0 / 1000.3, rel=1e-9)
    assert sum(parts.values()) == approx(chance(0.3), rel=1e-9)


def test_a_man_is_compared_with_himself_on_day_0() -> None:
    one, state = two_serve()
    table = np.zeros(one.profile_shape)
    table[:, :, :, 0, :] = -0.7
    family = {"family": Term(profile=table)}
    state.profile[A] |= 2
    parts = parts_of(one, state, family, family)
    assert parts[BASELINE] == approx(2.0 * chance(-0.7), rel=1e-12)
    assert parts["family"] == approx(chance(0.0) - chance(-0.7), rel=1e-12)


def test_the_part_of_strong_ties_is_of_comrades() -> None:
    one, state = two_serve({"comrades.on": True})
    state.ties_gone[A] = 3
    state.personal[A] += one.persuasion[3]
    parts = parts_of(one, state, {}, {})
    assert parts["comrades"] == approx(chance(one.persuasion[3]) - chance(0.0), rel=1e-12)


def test_the_part_of_months_of_service_is_of_tenure() -> None:
    one, state = two_serve({"tenure.on": True, "army.conscript_share": {"enlisted": 1.0}})
    row = int(np.flatnonzero(one.tenure == 1)[0])
    state.fate[[A, B, row]] = Fate.FLED, Fate.FLED, Fate.SERVING
    state.tenure[row], state.personal[row] = 2, one.personal[row] - 0.393 - 0.255
    parts = parts_of(one, state, {}, {})
    assert parts[BASELINE] == approx(chance(0.393), rel=1e-12)
    assert parts["tenure"] == approx(chance(-0.255) - chance(0.393), rel=1e-12)


def test_a_mans_own_log_hazard_is_changed_by_mechanisms_that_are_told_apart() -> None:
    stages = (*MORNING, *DEPARTURE, *EVENING)
    writers = {stage.act.__module__ for stage in stages if "personal" in stage.writes}
    assert writers == {f"sim.mechanisms.{name}" for name in OF_HIS_OWN}


def test_levers_are_terms() -> None:
    assert set(NAMES) >= LEVERS


# In runs in which everything happens.


def fatigue(one: World, state: State) -> Term:
    """Grows day by day, and more on some soldiers."""
    return Term(soldier=np.linspace(0.0, 0.02, one.army.size) * state.day)


def rumour(one: World, state: State) -> Term:
    """Weighs on a group, by susceptibility, and on companies at once; a brake on the latter."""
    felt = np.zeros(one.profile_shape)
    felt[0, 1] = 0.01 * state.day
    return Term(susceptible=felt, cell=np.full((one.unit_count, one.sect_count), -0.004 * state.day))


OWN = (Mechanism("fatigue", fatigue), Mechanism("rumour", rumour), Mechanism("watcher"))
CAPPED: Changes = {**BUSY, "law.cap_per_day": 0.03, "grievance.home_violence": 0.05}
STEPS = 4000


def man_by_man(
    one: World, state: State, before: Terms, now: Terms, rows: Any
) -> tuple[dict[str, Floats], Floats]:
    """Change of each term, and log hazard of the reference, of some men: looked up plainly."""

    def say(terms: Terms, name: str, profile: Any) -> Floats:
        term = terms.get(name, Term())
        said = np.zeros(rows.size)
        place = np.unravel_index(profile[rows], one.profile_shape)
        company, sect = one.army.soldiers.unit[rows], one.army.soldiers.sect[rows]
        if term.profile is not None:
            said += np.broadcast_to(term.profile, one.profile_shape)[place]
        if term.susceptible is not None:
            felt = np.broadcast_to(term.susceptible, one.profile_shape)[place]
            said += one.army.soldiers.susceptibility[rows] * felt
        if term.cell is not None:
            said += np.broadcast_to(term.cell, (one.unit_count, one.sect_count))[company, sect]
        units = one.army.units
        if term.station is not None:
            by_posture = np.broadcast_to(term.station, (one.place_count, 2))
            said += by_posture[units.place[company], units.deployed[company].astype(int)]
        if term.battalion is not None:
            said += term.battalion[units.battalion[company]]
        if term.soldier is not None:
            said += term.soldier[rows]
        return said

    was = {name: say(before, name, one.profile) for name in now if name not in LEVERS}
    changes = {name: say(now, name, state.profile) - was.get(name, 0.0) for name in now}
    service = one.tenure_effect[state.tenure[rows]] - one.tenure_effect[one.tenure[rows]]
    changes["comrades"] += state.personal[rows] - one.personal[rows] - service
    changes["tenure"] = service
    changes["punishment"] += (angered := one.anger[state.ties_caught[rows]])
    changes["comrades"] -= angered
    effect = one.unit_effect[one.army.soldiers.unit[rows]]
    return changes, one.personal[rows] + effect + sum(was.values())


def along_the_path(one: World, changes: Mapping[str, Floats], start: Floats) -> dict[str, float]:
    """Let every mechanism take its turn, a small step at a time, and add up what each step changes."""
    log_cap, whole = math.log(one.scenario.law.cap_per_day), np.sum(list(changes.values()), axis=0)

    def f(log_hazards: Floats) -> Floats:
        return -np.expm1(-np.exp(np.minimum(log_hazards, log_cap)))

    parts = dict.fromkeys(changes, 0.0)
    for step in range(STEPS):
        here = start + (step + 0.5) / STEPS * whole
        for name, change in changes.items():
            half = change / STEPS / 2.0
            parts[name] += float((f(here + half) - f(here - half)).sum())
    return parts


class Kept(Attribution):
    """Also keeps the terms of day 0, and what it finds man by man."""

    def take(self, world: World, state: State, terms: Terms) -> None:
        if state.day == 0:
            self.before = {name: deep(term) for name, term in terms.items()}
            self.expected, self.deciders, self.baseline, self.reservists = [], [], [], []
        self.morning = {name: deep(term) for name, term in terms.items()}
        super().take(world, state, terms)
        rows = np.flatnonzero(state.fate == Fate.SERVING)
        assert self._reference is not None
        self.baseline.append(float(self._reference.chance[rows].sum()))
        self.reservists.append(int((rows >= world.army.regulars).sum()))
        self.expected.append(float(-np.expm1(-np.exp(log_hazard(world, state, rows))).sum()))
        self.deciders.append(state.party.of(How.DECIDED).row.size)


def deep(term: Term) -> Term:
    """Copy a term by way of numbers."""
    tables = term._asdict()
    return Term(
        **{name: None if table is None else np.array(table.tolist()) for name, table in tables.items()}
    )


def kept(*changes: Changes, seed: int = 1, mechanisms: Any = OWN) -> tuple[World, Kept]:
    """Run a busy world with an attribution a day."""
    one = world(invented(*changes), seed, seed)
    attribution = Kept.on("daily", mechanisms)
    for _ in engine.days(one, mechanisms, attribution=attribution):
        pass
    return one, attribution


def total(parts: Parts) -> float:
    return float(sum(part.sum() for part in parts.values()))


@pytest.mark.parametrize("changes", [BUSY, CAPPED])
def test_parts_add_up_to_the_expected_exits_of_the_day(changes: Changes) -> None:
    _, attribution = kept(changes)
    sums = [total(parts) for _, parts in attribution.looks]
    assert sums == approx(attribution.expected, rel=1e-12)
    assert [day for day, _ in attribution.looks] == list(range(60))


def test_parts_are_those_of_small_steps_along_the_path() -> None:
    one = world(invented(CAPPED))
    attribution = Kept.on("daily", OWN)
    for state in engine.days(one, OWN, attribution=attribution):
        if state.day == 44:
            break
    # The evening of that day has passed: look at it again, with the terms of its morning.
    rows = np.flatnonzero((state.fate == Fate.SERVING) & np.isfinite(one.personal))
    assert attribution._reference is not None
    found = split(one, state, attribution.morning, attribution._reference, attribution.names)
    changes, start = man_by_man(one, state, attribution.before, attribution.morning, rows)
    stepped = along_the_path(one, changes, start)
    capped = log_hazard(one, state, rows) == math.log(0.03)
    assert 20 < capped.sum() < rows.size - 20
    for name, part in stepped.items():
        assert found[name].sum() == approx(part, rel=1e-3, abs=1e-6), name
    assert found["fatigue"].sum() > 0.0 > found["surveillance"].sum()


def test_parts_by_rank_and_sect_are_those_of_their_men() -> None:
    one = world(invented(BUSY))
    attribution = Kept.on("daily", OWN)
    for state in engine.days(one, OWN, attribution=attribution):
        if state.day == 30:
            break
    reference = attribution._reference
    assert reference is not None
    whole = split(one, state, attribution.morning, reference, attribution.names)
    soldiers, fate = one.army.soldiers, state.fate.copy()
    for rank, sect in ((0, 1), (2, 0)):
        mine = (soldiers.rank == rank) & (soldiers.sect == sect)
        state.fate = np.where(mine, fate, Fate.FLED).astype(fate.dtype)
        alone = split(one, state, attribution.morning, reference, attribution.names)
        for name, part in whole.items():
            assert alone[name].sum() == approx(part[rank, sect], rel=1e-10, abs=1e-15), name


def test_looking_block_by_block_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    _, whole = kept(BUSY, {"days": 20})
    monkeypatch.setattr("sim.attribution._BLOCK", 100)
    _, in_blocks = kept(BUSY, {"days": 20})
    for (_, one), (_, other) in zip(whole.looks, in_blocks.looks, strict=True):
        for name, part in one.items():
            np.testing.assert_allclose(other[name], part, rtol=1e-12, atol=1e-15)


def test_as_many_decide_as_are_expected() -> None:
    decided, expected = 0, 0.0
    for seed in range(1, 7):
        _, attribution = kept(BUSY, seed=seed, mechanisms=())
        decided += sum(attribution.deciders)
        expected += sum(total(parts) for _, parts in attribution.looks)
    # What is left over is a martingale whose variance is at most what is expected.
    assert decided > 500
    assert abs(decided - expected) < 4.5 * math.sqrt(expected)


MOVED: Changes = {
    "events": [
        {"name": "away", "date": "2030-01-01", "kind": "movement", "formations": ["third"], "place": "alpha"},
        {"name": "out", "date": "2030-01-01", "kind": "deployment", "share": 0.5},
    ]
}


@pytest.mark.parametrize("changes", [{}, MOVED], ids=["nobody moved", "moved that morning"])
def test_on_day_0_everything_is_baseline(changes: Changes) -> None:
    _, attribution = kept(BUSY, changes)
    _, first = attribution.looks[0]
    assert first[BASELINE].sum() > 0.0
    assert not any(part.any() for name, part in first.items() if name != BASELINE)


ANNOUNCED: Changes = {"salary_plan": {"usd_per_month": 200, "broadcast_per_day": 0.5}}


def test_a_lever_of_day_0_is_told_against_its_absence() -> None:
    _, with_plan = kept({**BUSY, **ANNOUNCED})
    _, without = kept(BUSY, off("salary_plan"))
    first, plain = with_plan.looks[0][1], without.looks[0][1]
    assert first["salary_plan"].sum() > 0.0
    np.testing.assert_allclose(first[BASELINE], plain[BASELINE], rtol=1e-14)
    assert not any(part.any() for name, part in first.items() if name not in (BASELINE, "salary_plan"))


@pytest.mark.parametrize("name", NAMES)
def test_a_mechanism_that_is_off_has_a_part_of_0(name: str) -> None:
    _, attribution = kept(BUSY, off(name), {"days": 25})
    assert all((parts[name] == 0.0).all() for _, parts in attribution.looks)
    assert all(parts.keys() == {BASELINE, *NAMES, "fatigue", "rumour"} for _, parts in attribution.looks)


def test_brakes_are_negative_and_drivers_positive() -> None:
    _, attribution = kept(BUSY, mechanisms=())

    def course(name: str) -> Floats:
        return np.array([parts[name].sum() for _, parts in attribution.looks])

    for driver in ("grievance", "refuge", "salary_plan"):
        assert (course(driver) >= 0.0).all()
        assert course(driver)[-1] > 0.0
    # Nobody is killed on day 0, so there is no fear in the reference.
    assert (course("fear") <= 0.0).all()
    assert course("fear")[-1] < 0.0


def constant(one: World, state: State) -> Term:
    return Term(profile=np.full((1,) * 5, math.log(3.0)))


def test_a_mechanism_of_ones_own_is_a_lever_if_it_says_so() -> None:
    # Rare enough that chances are as hazards.
    rare: Changes = {**BUSY, "law.reference_hazard_per_week": 0.02}
    _, plain = kept(rare, mechanisms=())
    _, habit = kept(rare, mechanisms=[Mechanism("own", constant)])
    _, lever = kept(rare, mechanisms=[Mechanism("own", constant, lever=True)])
    assert habit.looks[0][1][BASELINE].sum() > 2.9 * plain.looks[0][1][BASELINE].sum()
    assert all(not parts["own"].any() for _, parts in habit.looks)
    np.testing.assert_allclose(lever.looks[0][1][BASELINE], plain.looks[0][1][BASELINE], rtol=1e-14)
    assert all(parts["own"].sum() > 0.0 for _, parts in lever.looks)


def test_reservists_are_compared_with_themselves_on_day_0_from_the_day_they_serve() -> None:
    one = world(invented(BUSY))
    attribution = Kept.on("daily")
    for _ in engine.days(one, attribution=attribution):
        pass
    assert attribution.reservists[0] == 0 < max(attribution.reservists)
    baseline = [parts[BASELINE].sum() for _, parts in attribution.looks]
    assert baseline == approx(attribution.baseline, rel=1e-12)
    assert (np.diff(baseline) > 0.0).any(), "those called up add to the baseline"


# The threshold law.


def test_exits_by_threshold_are_counted_and_not_split() -> None:
    result = engine.run(load("dominoes-100"), attribution="daily")
    frame = result.attribution
    assert frame is not None
    assert frame["mechanism"].unique().tolist() == [THRESHOLD]
    by_day = frame.groupby("day")["expected_exits"].sum()
    assert by_day.tolist() == result.daily["attempts"].tolist() == [1.0] * 100 + [0.0] * 20


# The option.


def test_attribution_changes_no_other_frame(tmp_path: Path) -> None:
    scenario = invented(BUSY)
    for name, cadence in (("with", "daily"), ("without", None)):
        engine.run(scenario, 1, mechanisms=OWN, attribution=cadence).save(tmp_path / name, figures=False)
    for frame in FRAMES:
        one, two = ((tmp_path / name / f"{frame}.parquet").read_bytes() for name in ("with", "without"))
        assert one == two, frame
    assert (tmp_path / "with" / "attribution.parquet").exists()
    assert not (tmp_path / "without" / "attribution.parquet").exists()


def test_weekly_is_every_seventh_of_the_daily_ones() -> None:
    scenario = invented(BUSY)
    daily, weekly = (engine.run(scenario, attribution=each).attribution for each in ("daily", "weekly"))
    assert daily is not None
    assert weekly is not None
    assert weekly["day"].unique().tolist() == list(range(0, 60, 7))
    assert weekly.equals(daily[daily["day"] % 7 == 0].reset_index(drop=True))


@pytest.mark.parametrize("name", [BASELINE, THRESHOLD])
def test_a_mechanism_may_not_be_called_like_what_is_none(name: str) -> None:
    with pytest.raises(ValueError, match=f"a mechanism is called '{name}'"):
        Attribution.on("weekly", [Mechanism(name, constant)])


def test_another_cadence_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown attribution 'monthly', allowed: daily, weekly"):
        engine.run(invented(), attribution="monthly")
