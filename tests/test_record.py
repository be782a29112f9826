"""The weekly count of loyalty is that of a plain count over the roster."""

from typing import Any

import numpy as np
import pytest

from sim.codes import Fate, Ints
from sim.engine import days
from sim.loyalty import LOYALTY_BINS, loyal_from, loyalty_edges
from sim.record import DAILY_COLUMNS, WEEK, Record
from sim.state import State
from sim.world import World
from tests.armies import BUSY, Changes, invented, world

# Companies collapse, men are called up, plan, leave, are caught and are killed; grievance moves the rest.
LIVELY: Changes = {
    **BUSY,
    "law.reference_hazard_per_week": 0.1,
    "outcomes.unit_collapse_share": 0.25,
    "grievance.home_violence": 0.1,
}


def counted(one: World, state: State) -> tuple[Ints, int]:
    """Men who serve by rank, sect, home and bin, and how many of them are loyal, man by man."""
    rules, soldiers = one.scenario.loyalty_index, one.army.soldiers
    edges = loyalty_edges(rules)
    width = edges[1] - edges[0]
    first_loyal = int((edges < loyal_from(rules)).sum())
    level = ((soldiers.loyalty - edges[0]) / width).astype(np.float32)
    slope = (soldiers.susceptibility / width).astype(np.float32)
    counts = np.zeros((5, one.sect_count, one.place_count, LOYALTY_BINS), dtype=np.int64)
    loyal = 0
    for row in np.flatnonzero((state.fate == Fate.SERVING) | (state.fate == Fate.PLANNING)):
        group = soldiers.rank[row], soldiers.sect[row], soldiers.home[row]
        erosion = np.float32(state.erosion[group])
        place = min(max(int(np.floor(level[row] - slope[row] * erosion)), 0), LOYALTY_BINS - 1)
        counts[group][place] += 1
        loyal += bool(place >= first_loyal and state.collapsed_on[soldiers.unit[row]] < 0)
    return counts.reshape(-1, LOYALTY_BINS), loyal


@pytest.mark.parametrize(
    "index",
    [
        {},
        {"middle": 1.0, "width": 0.5, "loyal_above": 0.8},
        {"middle": 1.0, "width": 0.5, "loyal_above": 0.25},
        # Many stand outside the bins, which end at 0.0025 and 0.9975 of the index.
        {"middle": 0.5, "width": 0.1, "loyal_above": 0.001},
        {"middle": 0.5, "width": 0.1, "loyal_above": 0.999},
    ],
    ids=str,
)
def test_loyalty_is_counted_man_by_man(index: dict[str, Any]) -> None:
    one, record, collapsed, called = world(invented(LIVELY, {"loyalty_index": index})), Record(), 0, 0
    looks = 0
    for state in days(one):
        record.take(one, state)
        row = dict(zip(DAILY_COLUMNS, record.daily[-1], strict=True))
        if state.day % WEEK == 0:
            day, counts = record.loyalty[-1]
            expected, loyal = counted(one, state)
            assert day == state.day
            np.testing.assert_array_equal(counts, expected)
            assert counts.sum() == row["serving"]
            looks += 1
        # Held until the next look.
        assert row["loyal"] == loyal
        collapsed, called = int((state.collapsed_on >= 0).sum()), called + state.reported.size
    assert len(record.loyalty) == looks == 9
    assert 0 < collapsed < one.unit_count
    assert called > 20


def test_bins_of_loyalty_are_where_the_index_says() -> None:
    rules = invented({"loyalty_index": {"middle": 2.0, "width": 0.5, "loyal_above": 0.9}}).loyalty_index
    edges = loyalty_edges(rules)
    assert edges[[0, 30, 60]] == pytest.approx([-1.0, 2.0, 5.0])
    assert np.diff(edges) == pytest.approx(0.1)
    assert loyal_from(rules) == pytest.approx(2.0 + 0.5 * np.log(9.0))
