"""Small sets of rows: written out, once each, and first of each."""

from collections.abc import Callable

import numpy as np
import pytest

from sim.codes import Ints
from sim.rows import distinct, expand

SETS = {
    "empty": [],
    "one": [7],
    "the same": [3, 3, 3],
    "sorted": [0, 1, 4, 9],
    "any": [9, 0, 4, 4, 1, 9, 0],
}


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize("name", SETS)
def test_distinct_rows_come_once_in_ascending_order(name: str, kind: Callable[..., Ints]) -> None:
    rows = np.array(SETS[name], dtype=kind)
    before = rows.copy()
    once = distinct(rows)
    assert once.tolist() == sorted(set(SETS[name]))
    assert once.dtype == rows.dtype
    assert rows.tolist() == before.tolist()


@pytest.mark.parametrize(
    ("begin", "end"), [([], []), ([4], [4]), ([4], [7]), ([10, 0, 5, 5], [12, 3, 5, 8]), ([0, 0], [0, 2])]
)
def test_ranges_are_written_out_one_after_another(begin: list[int], end: list[int]) -> None:
    which, member = expand(np.array(begin, dtype=np.int64), np.array(end, dtype=np.int64))
    ranges = list(zip(begin, end, strict=True))
    expected = [(number, one) for number, (first, last) in enumerate(ranges) for one in range(first, last)]
    assert list(zip(which.tolist(), member.tolist(), strict=True)) == expected
