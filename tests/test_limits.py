"""Limits of men: who is charged, and who has reached his."""

import numpy as np
import pytest

from sim.alike import BLOCK
from sim.codes import Fate, Floats
from sim.limits import Limits, charge, reached, release, set_limit
from sim.world import World
from tests.armies import BUSY, invented, world

NEVER = float("inf")


@pytest.fixture(scope="module")
def one() -> World:
    return world(invented(BUSY))


def with_limits(one: World, limits: dict[int, float]) -> Limits:
    """Limits of a few men, by row; the others have none."""
    kept = Limits.of(one)
    kept.forget()
    for row, limit in limits.items():
        set_limit(kept.seat[row], limit, kept.bounds)
    return kept


def least_of(kept: Limits, row: int) -> tuple[float, float]:
    """What is kept of the least limit of a man's block and of his group."""
    block = kept.seat[row] // BLOCK
    return float(kept.bounds.least[block]), float(kept.bounds.lowest[kept.bounds.group[block]])


def test_who_serves_and_has_a_limit_is_charged_as_often_as_he_is_named(one: World) -> None:
    kept, fate = with_limits(one, {3: 2.0, 5: 4.0}), np.full(one.army.size, Fate.SERVING, np.int8)
    fate[5] = Fate.PLANNING
    rows, rises = np.array([3, 4, 5, 3]), np.array([0.5, 0.25, 0.75, 0.125])
    charge(rows, rises, fate, kept.seat, kept.bounds)
    assert kept.bounds.limit[kept.seat[[3, 4, 5]]].tolist() == [1.375, NEVER, 4.0]
    assert max(least_of(kept, 3)) <= 1.375
    assert np.isfinite(kept.bounds.limit).sum() == 2


@pytest.mark.parametrize("rows", [[], [3, 5, 3]], ids=["nobody", "nobody who serves"])
def test_nobody_is_charged_where_nobody_serves(rows: list[int], one: World) -> None:
    kept, fate = with_limits(one, {3: 2.0, 5: 4.0}), np.full(one.army.size, Fate.KILLED, np.int8)
    charge(np.array(rows, np.int64), np.full(len(rows), 0.5), fate, kept.seat, kept.bounds)
    assert kept.bounds.limit[kept.seat[[3, 5]]].tolist() == [2.0, 4.0]
    assert least_of(kept, 3)[0] == 2.0


def test_nobody_is_charged_where_nobody_has_a_limit(one: World) -> None:
    kept, fate = with_limits(one, {}), np.full(one.army.size, Fate.SERVING, np.int8)
    charge(np.array([3, 5]), np.array([0.5, 0.5]), fate, kept.seat, kept.bounds)
    assert (kept.bounds.limit == np.inf).all()


def reached_by(kept: Limits, mark: Floats, parts: int) -> set[int]:
    """Rows of those whose limit is passed, each of whom is found once."""
    rows = reached(mark, parts, kept.first_block, kept.row, kept.bounds, kept.passed, kept.opened).tolist()
    assert len(set(rows)) == len(rows)
    return set(rows)


def test_those_are_found_whose_limit_the_mark_of_their_group_has_passed(one: World) -> None:
    random, kept = np.random.default_rng(3), with_limits(one, {})
    groups = kept.bounds.lowest.size // 2
    limit, mark = np.full(one.army.size, np.inf), np.zeros(groups)
    group = kept.bounds.group[kept.seat // BLOCK]
    is_reservist = one.army.soldiers.reservist
    some = random.permutation(one.army.size)[: one.army.size * 3 // 4]
    found = 0
    for day in range(20):
        for row in some if day == 0 else random.permutation(some)[:20]:
            limit[row] = np.float32(mark[group[row] % groups] + random.uniform(0.0, 3.0))
            set_limit(kept.seat[row], limit[row], kept.bounds)
        mark += random.uniform(-0.2, 0.5, groups)
        with_reserve = day >= 10
        expected = np.flatnonzero(
            (limit < mark.astype(np.float32)[group % groups]) & (with_reserve | ~is_reservist)
        )
        rows = reached_by(kept, mark, 2 if with_reserve else 1)
        assert rows == set(expected.tolist())
        for row in rows:  # each must be given another limit
            limit[row] = np.float32(mark[group[row] % groups] + 1.0)
            set_limit(kept.seat[row], limit[row], kept.bounds)
        found += len(rows)
    assert found > one.army.size


def test_who_is_gone_has_no_limit(one: World) -> None:
    kept = with_limits(one, {3: 2.0, 5: 4.0})
    release(np.array([3]), kept.seat, kept.bounds)
    mark = np.full(kept.bounds.lowest.size // 2, 9.0)
    assert reached_by(kept, mark, 2) == {5}
