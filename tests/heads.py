"""Counts of a run checked against its roster: at every level, on every day."""

import numpy as np
import pandas as pd

from sim.codes import ESCAPED, RANKS, Fate, Ints
from sim.engine import days
from sim.record import DAILY_COLUMNS, Record
from sim.results.breakdown import AXES, by_group
from sim.results.columns import OUTCOMES
from sim.results.frames import Frames
from sim.state import State
from sim.world import World
from tests.armies import tied

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


def is_whole(one: World, state: State) -> None:
    """Check that counts agree with the roster."""
    soldiers, fate = one.army.soldiers, state.fate
    here = np.isin(fate, UNDER_ARMS)
    cells = np.bincount(one.cell[here], minlength=one.unit_count * one.sect_count)
    np.testing.assert_array_equal(state.serving, cells.reshape(one.sect_count, one.unit_count))
    np.testing.assert_array_equal(state.men, state.serving.sum(axis=0))
    units = one.army.units
    unit, battalions, places = soldiers.unit[here], int(units.battalion.max()) + 1, one.place_count
    by_battalion = np.bincount(units.battalion[unit], minlength=battalions)
    np.testing.assert_array_equal(state.men_by_battalion, by_battalion)
    by_station = np.bincount(state.station[unit], minlength=2 * places)
    np.testing.assert_array_equal(state.men_by_station, by_station)
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


def are_remembered(one: World, escapes: list[Ints], caught: list[Ints], state: State) -> None:
    """Check that what fades, and ties counted, are what a count over all days so far gives."""
    recent = np.zeros((one.sect_count, one.unit_count))
    for day, rows in enumerate(escapes):
        fades = np.exp(-(state.day - day) / one.scenario.comrades.fade_days)
        np.add.at(recent, (one.army.soldiers.sect[rows], one.army.soldiers.unit[rows]), fades)
    np.testing.assert_allclose(state.gone_felt, one.own_group_weight * recent, rtol=1e-12, atol=1e-300)
    by_battalion = np.bincount(one.army.units.battalion, weights=recent.sum(axis=0))
    np.testing.assert_allclose(state.gone_recent_by_battalion, by_battalion, rtol=1e-12, atol=1e-300)
    np.testing.assert_array_equal(state.ties_gone, _ties_among(one, escapes))
    if one.scenario.punishment.acts:
        np.testing.assert_array_equal(state.ties_caught, _ties_among(one, caught))


def _ties_among(one: World, left: list[Ints]) -> Ints:
    """How many of each soldier's strong ties are among some men."""
    told = [tied(one.army, int(row)) for rows in left for row in rows]
    return np.bincount(np.concatenate([np.empty(0, dtype=int), *told]), minlength=one.army.size)


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


def by_level(one: World, state: State) -> dict[str, Ints]:
    """Men under arms by each axis of a breakdown, and by faction those who are members."""
    soldiers, units, scenario = one.army.soldiers, one.army.units, one.scenario
    here = np.isin(state.fate, UNDER_ARMS)
    unit = soldiers.unit[here]
    codes = {
        "rank": (soldiers.rank[here], len(RANKS)),
        "sect": (soldiers.sect[here], one.sect_count),
        "home": (soldiers.home[here], one.place_count),
        "branch": (units.branch[unit], len(scenario.branches)),
        "place": (state.station[unit] // 2, one.place_count),
        "formation": (units.formation[unit], len(scenario.army.order_of_battle)),
        "faction": (state.faction[state.faction >= 0], len(scenario.factions)),
    }
    return {axis: np.bincount(code, minlength=size) for axis, (code, size) in codes.items()}


def are_conserved(one: World, state: State, record: Record, levels: list[dict[str, Ints]]) -> None:
    """Check the frames of a run against `by_level` of each day: no head is lost or counted twice."""
    frames = Frames(one, state, record)
    summary = frames.summary.iloc[0]
    assert summary["outcome"] in OUTCOMES
    assert 0.0 <= summary["share_gone"] <= 1.0
    length = len(record.daily)
    for axis in AXES:
        groups = by_group(frames.daily, frames.exits, frames.log, frames.roster, frames.moves, axis)
        seen = np.array([level[axis] for level in levels])
        np.testing.assert_array_equal(groups["serving"].to_numpy().reshape(length, -1), seen, err_msg=axis)
        np.testing.assert_array_equal(seen.sum(axis=1), frames.daily["serving"])
        for column in ("exits", "attempts", "caught", "killed"):
            by_day = groups[column].to_numpy().reshape(length, -1).sum(axis=1)
            np.testing.assert_array_equal(by_day, frames.daily[column], err_msg=f"{axis}: {column}")
    members = frames.factions["members"].to_numpy().reshape(length, -1)
    np.testing.assert_array_equal(members, np.array([level["faction"] for level in levels]))
    _are_weekly_counts(one, record, frames.loyalty, levels)
    units = frames.units
    regulars = np.bincount(one.army.soldiers.unit[: one.army.regulars], minlength=one.unit_count)
    np.testing.assert_array_equal(units["regulars"], regulars)
    men = units["regulars"] + units["reported"] - units["escaped"] - units["caught"] - units["killed"]
    np.testing.assert_array_equal(men, state.men)


def _are_weekly_counts(
    one: World, record: Record, loyalty: pd.DataFrame, levels: list[dict[str, Ints]]
) -> None:
    """Check the men counted by loyalty each week, and that their index is between 0 and 1."""
    for day, counts in record.loyalty:
        assert counts.min() >= 0
        by_kind = counts.sum(axis=1).reshape(len(RANKS), one.sect_count, one.place_count)
        for number, axis in enumerate(("rank", "sect", "home")):
            others = tuple(each for each in range(3) if each != number)
            np.testing.assert_array_equal(by_kind.sum(axis=others), levels[day][axis])
    for column in ("mean_index", "p10", "p50", "p90"):
        known = loyalty[column].dropna()
        assert known.between(0.0, 1.0).all()
        assert loyalty[column].isna().equals(loyalty["men"] == 0)


def go_through(one: World) -> Record:
    """Run a world to its end, checking every day and then the frames."""
    record, levels, before = Record(), [], starting_fates(one)
    escapes: list[Ints] = []
    caught: list[Ints] = []
    left, state = 0, None
    for state in days(one):
        record.take(one, state)
        assert ALLOWED[before, state.fate].all()
        assert not (state.fate[: one.army.regulars] == Fate.RESERVE).any()
        is_whole(one, state)
        escapes.append(np.flatnonzero(np.isin(state.fate, ESCAPED) & ~np.isin(before, ESCAPED)))
        caught.append(np.flatnonzero((state.fate == Fate.CAUGHT) & (before != Fate.CAUGHT)))
        are_remembered(one, escapes, caught, state)
        if one.scenario.command.on:
            is_commanded(state)
        is_counted(one, before, state, dict(zip(DAILY_COLUMNS, record.daily[-1], strict=True)))
        before = state.fate.copy()
        left += state.left_faction.size
        assert (state.faction >= 0).sum() == (state.fate == Fate.JOINED).sum() - left
        levels.append(by_level(one, state))
    assert state is not None
    are_conserved(one, state, record, levels)
    befell_once(record, before)
    return record


def starting_fates(one: World) -> Ints:
    """Fates before day 0."""
    return np.where(one.army.soldiers.reservist, Fate.RESERVE, Fate.SERVING)


def befell_once(record: Record, fate: Ints) -> None:
    """Check that nothing befell a man twice, and that his line says what has become of him."""
    for log in (record.departures, record.deaths, record.arrivals, record.evaders, record.members_left):
        rows = log.joined()["row"]
        assert np.unique(rows).size == rows.size
    gone = record.departures.joined()
    np.testing.assert_array_equal(fate[gone["row"]], gone["fate"])
    assert np.isin(gone["leader"], gone["row"]).all()
