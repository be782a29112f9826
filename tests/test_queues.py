"""Queues give soldiers out in the order in which they are due."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.queues import Queues, enter, take_first

STEPS = st.lists(st.tuples(st.integers(0, 1), st.floats(0, 10) | st.none()), max_size=60)


@given(steps=STEPS)
def test_the_first_out_is_the_one_due_first(steps: list[tuple[int, float | None]]) -> None:
    queues, waiting = Queues.empty(2), ([], [])  # type: tuple[Queues, tuple[list[tuple[float, int]], ...]]
    for who, (queue, due) in enumerate(steps):
        if due is not None:
            queues.make_room(1)
            enter(queues.level, queues.row, queues.size, queue, due, who)
            waiting[queue].append((due, who))
        elif waiting[queue]:
            lowest = min(level for level, _ in waiting[queue])
            assert queues.level[queue, 0] == lowest
            taken = take_first(queues.level, queues.row, queues.size, queue)
            assert (lowest, taken) in waiting[queue]
            waiting[queue].remove((lowest, taken))
        assert queues.size.tolist() == [len(one) for one in waiting]
        for number, one in enumerate(waiting):
            rows = queues.row[number, : len(one)]
            assert sorted(rows.tolist()) == sorted(who for _, who in one)


def test_room_is_made_for_those_who_come() -> None:
    queues = Queues.empty(3)
    queues.make_room(5)
    assert queues.level.shape == queues.row.shape == (3, 5)
    for number in range(5):
        enter(queues.level, queues.row, queues.size, 1, 5.0 - number, number)
    queues.make_room(1)
    assert queues.row.shape[1] >= 6
    assert [take_first(queues.level, queues.row, queues.size, 1) for _ in range(5)] == [4, 3, 2, 1, 0]
    assert not queues.size.any()
    Queues.empty(0).make_room(3)
    np.testing.assert_array_equal(Queues.empty(0).size, [])
