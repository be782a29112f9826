"""The muster holds each soldier's columns side by side, and each column by itself."""

import numpy as np
import pytest

from sim.codes import Fate, Rank
from sim.muster import ENTRY, how_many_serve, muster
from sim.start import first_state
from sim.world import World
from tests.armies import BUSY, invented, world


@pytest.fixture(scope="module")
def one() -> World:
    return world(invented(BUSY))


def test_each_soldier_fills_a_cache_line(one: World) -> None:
    entries = muster(one)
    assert ENTRY.itemsize == 64
    assert entries.shape == (one.army.size,)
    assert entries.ctypes.data % 64 == 0


def test_everyone_is_entered_as_he_is_on_the_first_morning(one: World) -> None:
    entries, soldiers = muster(one), one.army.soldiers
    for column in ("identity", "rank", "sect", "unit", "susceptibility"):
        np.testing.assert_array_equal(entries[column], getattr(soldiers, column))
    for column in ("personal", "lasting", "profile", "cell", "tenure", "is_bound"):
        np.testing.assert_array_equal(entries[column], getattr(one, column))
    np.testing.assert_array_equal(entries["fate"] == Fate.RESERVE, soldiers.reservist)
    np.testing.assert_array_equal(entries["fate"] == Fate.SERVING, ~soldiers.reservist)
    for column in ("ties_gone", "ties_caught", "asked", "in_party", "sidelined", "depth"):
        assert not entries[column].any()
    assert (entries["line"] == -1).all()
    held = np.flatnonzero(entries["post_held"] >= 0)
    np.testing.assert_array_equal(one.army.posts.commander[entries["post_held"][held]], held)
    assert held.size == (one.army.posts.commander >= 0).sum() > 0
    # Each has a seat of his own, among men of his rank, sect and home.
    assert np.unique(entries["seat"]).size == one.army.size
    # Whom nobody asks to come along: those of the ranks that plan, and bound persons.
    alone = (soldiers.rank >= Rank.SENIOR) | one.is_bound
    np.testing.assert_array_equal(entries["asked_as"], np.where(alone, -1, soldiers.sect))
    assert one.is_bound.sum() == 1


def test_a_column_is_written_by_itself(one: World) -> None:
    entries = muster(one)
    before = entries.copy()
    entries["fate"][3] = Fate.KILLED
    assert np.flatnonzero(entries != before).tolist() == [3]
    assert (entries["fate"][3], before["fate"][3]) == (Fate.KILLED, Fate.SERVING)


def test_two_first_mornings_share_nothing(one: World) -> None:
    state, other = first_state(one), first_state(one)
    state.fate[:], state.profile[:], state.personal[:] = Fate.KILLED, 0, 0.0
    np.testing.assert_array_equal(other.fate, muster(one)["fate"])
    np.testing.assert_array_equal(other.profile, one.profile)
    np.testing.assert_array_equal(other.personal, one.personal)


def test_those_who_serve_are_counted(one: World) -> None:
    entries = muster(one)
    entries["fate"][[3, 4]] = Fate.PLANNING, Fate.KILLED
    regulars, reserve = np.arange(10), one.army.regulars + np.arange(5)
    rows = np.concatenate((regulars, reserve, regulars[:4]))
    assert how_many_serve(rows, entries["fate"]) == 8 + 3
    assert how_many_serve(rows[:0], entries["fate"]) == 0
