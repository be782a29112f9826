"""Whatever the scenario: heads are conserved, final fates are final, and counts agree with the roster."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.codes import ESCAPED, Fate, Ints
from sim.engine import days
from sim.record import DAILY_COLUMNS, Record
from sim.state import State
from sim.world import World
from tests.armies import BUSY, SWITCHES, Changes, invented, off, tied, world

AT_HOME, UNDER_ARMS = (Fate.RESERVE,), (Fate.SERVING, Fate.PLANNING)
GONE = (*ESCAPED, Fate.CAUGHT, Fate.KILLED)

# Where a soldier can be at the end of a day, by where he was at the end of the day before.
POSSIBLE: dict[Fate, tuple[Fate, ...]] = {
    Fate.RESERVE: (Fate.RESERVE, Fate.SERVING, Fate.EVADED),
    Fate.SERVING: (Fate.SERVING, Fate.PLANNING, *GONE),
    Fate.PLANNING: (Fate.PLANNING, *GONE),
    **{fate: (fate,) for fate in (*GONE, Fate.EVADED)},
}
ALLOWED = np.array([[after in POSSIBLE[before] for after in Fate] for before in Fate])

NUMBERS = {
    "law.reference_hazard_per_week": st.sampled_from((0.0, 1e-3, 0.05, 1.0, 10.0)),
    "army.regulars": st.integers(1, 250),
    "army.reserves": st.integers(0, 150),
    "army.ties": st.sampled_from(
        ({}, {"barracks": 0, "home": 0}, {"barracks": 0}, {"barracks": 20, "home": 20})
    ),
    "army.stayers_share": st.sampled_from((0.0, 0.15, 1.0)),
    "army.susceptibility_shape": st.sampled_from((0.1, 5.2, 1000.0)),
    "army.frailty_variance": st.sampled_from((0.0, 2.0)),
    "army.unit_effect_sd": st.sampled_from((0.0, 4.0)),
    "attempts.informer_share": st.sampled_from((0.0, 0.1, 0.5)),
    "attempts.interception": st.sampled_from((0.0, 0.12, 5.0)),
    "invitation.days": st.sampled_from((0, 40, 1000)),
    "invitation.asks_share": st.sampled_from((0.3, 1.0)),
    "command.follow_own_sect": st.sampled_from(({}, dict.fromkeys(("company", "brigade"), 1.0))),
    "command.replacement_days": st.sampled_from((1, 10)),
    "comrades.own_group": st.sampled_from((-3.0, 1.97, 5.0)),
    "surveillance.learning_per_year": st.sampled_from((0.0, 20.0)),
    "planning": st.sampled_from(
        ({}, {"median_days": 1, "spread": 0}, {"median_days": 4, "detection_per_day": 0.5})
    ),
    "outcomes.unit_collapse_share": st.sampled_from((0.0, 0.5, 1.0)),
}
LAWS = [
    {"kind": "threshold", "reference": reference, "measure": measure, "thresholds": thresholds}
    for reference in ("army", "unit", "ties")
    for measure in ("number", "share")
    for thresholds in (
        {"distribution": "normal", "mean": 0.1, "sd": 0.2},
        {"distribution": "uniform", "first": -0.2, "last": 5.0},
        {"distribution": "evenly_spaced", "first": 0, "step": 0.5},
        {"distribution": "constant", "mean": 0.0},
    )
]
BOUND = {"army.persons": [], "events": [e for e in BUSY["events"] if e["kind"] != "elite_exit"]}


@st.composite
def scenarios(draw: st.DrawFn) -> Changes:
    """Draw a busy scenario with other numbers, some mechanisms off, and now and then the other law."""
    changes: dict[str, Any] = {**BUSY, "days": 32, **off(*draw(st.sets(st.sampled_from(SWITCHES))))}
    changes |= {name: draw(numbers) for name, numbers in NUMBERS.items()}
    if draw(st.integers(0, 3)) == 0:
        del changes["law.reference_hazard_per_week"]
        changes["law"] = draw(st.sampled_from(LAWS))
    if changes["army.regulars"] < 60:
        changes |= BOUND  # too few for each brigade to have a commander
    return changes


def is_whole(one: World, state: State) -> None:
    """Check that counts agree with the roster."""
    soldiers, fate = one.army.soldiers, state.fate
    here = np.isin(fate, UNDER_ARMS)
    cells = np.bincount(one.cell[here], minlength=one.unit_count * one.sect_count)
    np.testing.assert_array_equal(state.serving, cells.reshape(one.unit_count, one.sect_count))
    np.testing.assert_array_equal(state.men, state.serving.sum(axis=1))
    units = one.army.units
    unit, battalions, places = soldiers.unit[here], int(units.battalion.max()) + 1, one.place_count
    by_battalion = np.bincount(units.battalion[unit], minlength=battalions)
    np.testing.assert_array_equal(state.men_by_battalion, by_battalion)
    for deployed in (False, True):
        by_place = np.bincount(units.place[unit[units.deployed[unit] == deployed]], minlength=places)
        np.testing.assert_array_equal(state.men_by_station.reshape(places, 2)[:, int(deployed)], by_place)
    gone = np.isin(fate, (*ESCAPED, Fate.CAUGHT))
    by_unit = np.bincount(soldiers.unit[gone], minlength=one.unit_count)
    np.testing.assert_array_equal(state.gone_by_unit, by_unit)
    regulars = gone & ~soldiers.reservist
    by_unit = np.bincount(soldiers.unit[regulars], minlength=one.unit_count)
    np.testing.assert_array_equal(state.regulars_gone, by_unit)
    bound = one.scenario.outcomes.unit_collapse_share * np.maximum(one.unit_strength, 1.0)
    collapsed = (state.gone_by_unit > 0) & (state.regulars_gone >= bound)
    np.testing.assert_array_equal(state.collapsed_on >= 0, collapsed | (state.abandoned_on >= 0))
    lately = np.concatenate([np.empty(0, dtype=int), *state.went_on.values()])
    by_unit = np.bincount(lately, minlength=one.unit_count)
    np.testing.assert_array_equal(state.gone_lately, by_unit)
    by_battalion = np.bincount(units.battalion, weights=by_unit, minlength=battalions)
    np.testing.assert_array_equal(state.gone_lately_by_battalion, by_battalion)
    assert all(state.day - day < one.scenario.bases.days for day in state.went_on)
    by_sect = np.bincount(soldiers.sect[gone], minlength=one.sect_count)
    np.testing.assert_array_equal(state.gone_by_sect, by_sect)
    member = state.faction >= 0
    assert (fate[member] == Fate.JOINED).all()
    members = np.zeros((len(one.scenario.factions), 5), dtype=int)
    np.add.at(members, (state.faction[member], soldiers.rank[member]), 1)
    np.testing.assert_array_equal(state.members, members)
    if one.scenario.leavers.on:
        np.testing.assert_array_equal(state.waiting.size, members.sum(axis=1))
    assert np.flatnonzero(state.in_party).tolist() == np.sort(state.party.row).tolist()
    assert set(state.planners.tolist()) >= set(np.flatnonzero(fate == Fate.PLANNING).tolist())


def is_commanded(state: State) -> None:
    """Check that posts are held by men under arms, each by one."""
    held = state.commander[state.commander >= 0]
    assert np.isin(state.fate[held], UNDER_ARMS).all()
    assert np.unique(held).size == held.size
    posts = np.full(state.post_held.size, -1)
    posts[held] = np.flatnonzero(state.commander >= 0)
    np.testing.assert_array_equal(state.post_held, posts)


def are_remembered(one: World, escapes: list[Ints], state: State) -> None:
    """Check that what fades is what a count over all escapes so far gives."""
    recent = np.zeros((one.unit_count, one.sect_count))
    for day, rows in enumerate(escapes):
        fades = np.exp(-(state.day - day) / one.scenario.comrades.fade_days)
        np.add.at(recent, (one.army.soldiers.unit[rows], one.army.soldiers.sect[rows]), fades)
    np.testing.assert_allclose(state.gone_felt, one.own_group_weight * recent, rtol=1e-12, atol=1e-300)
    by_battalion = np.bincount(one.army.units.battalion, weights=recent.sum(axis=1))
    np.testing.assert_allclose(state.gone_recent_by_battalion, by_battalion, rtol=1e-12, atol=1e-300)
    told = [tied(one.army, int(row)) for rows in escapes for row in rows]
    ties_gone = np.bincount(np.concatenate([state.escaped[:0], *told]), minlength=one.army.size)
    np.testing.assert_array_equal(state.ties_gone, ties_gone)


def is_counted(one: World, before: Ints, state: State, row: dict[str, float]) -> None:
    """Check a day's row of totals against what became of the roster."""
    became = {fate: int(((state.fate == fate) & (before != fate)).sum()) for fate in Fate}
    assert row["joined"] == became[Fate.JOINED]
    assert row["fled"] == became[Fate.FLED]
    assert row["hiding"] == became[Fate.HIDING]
    assert row["caught"] == became[Fate.CAUGHT]
    assert row["killed"] == became[Fate.KILLED]
    assert row["evaded"] == became[Fate.EVADED]
    assert row["exits"] == row["joined"] + row["fled"] + row["hiding"]
    assert row["attempts"] == row["exits"] + row["caught"]
    assert row["reported"] == int(((before == Fate.RESERVE) & (state.fate == Fate.SERVING)).sum())
    assert row["serving"] == int(np.isin(state.fate, UNDER_ARMS).sum())
    assert row["loyal"] >= 0
    assert 0 <= row["deployable"] <= row["serving"]


@settings(max_examples=40)
@given(changes=scenarios(), seed=st.integers(0, 99))
def test_heads_are_conserved_and_final_fates_are_final(changes: Changes, seed: int) -> None:
    one = world(invented(changes), seed, seed)
    soldiers, record = one.army.soldiers, Record()
    escapes: list[Ints] = []
    left = 0
    before = np.where(soldiers.reservist, Fate.RESERVE, Fate.SERVING)
    for state in days(one):
        record.take(one, state)
        assert ALLOWED[before, state.fate].all()
        assert not (state.fate[: one.army.regulars] == Fate.RESERVE).any()
        is_whole(one, state)
        escapes.append(np.flatnonzero(np.isin(state.fate, ESCAPED) & ~np.isin(before, ESCAPED)))
        are_remembered(one, escapes, state)
        if one.scenario.command.on:
            is_commanded(state)
        is_counted(one, before, state, dict(zip(DAILY_COLUMNS, record.daily[-1], strict=True)))
        before = state.fate.copy()
        left += state.left_faction.size
        assert (state.faction >= 0).sum() == (state.fate == Fate.JOINED).sum() - left
    once = [record.departures, record.deaths, record.arrivals, record.evaders, record.members_left]
    for log in once:
        rows = log.joined()["row"]
        assert np.unique(rows).size == rows.size
    left = record.departures.joined()
    np.testing.assert_array_equal(before[left["row"]], left["fate"])
    assert np.isin(left["leader"], left["row"]).all()


@settings(max_examples=15)
@given(changes=scenarios(), seed=st.integers(0, 99))
def test_sparse_and_dense_evaluation_agree(changes: Changes, seed: int) -> None:
    one = world(invented(changes), seed, seed)
    records = []
    for evaluation in ("sparse", "dense"):
        record = Record()
        for state in days(one, (), evaluation):
            record.take(one, state)
        records.append(record.daily)
    assert records[0] == records[1]
