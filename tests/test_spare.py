"""Memory is lent again once nobody holds it, and not before."""

import numpy as np

from sim.spare import Spare


def _at(block: np.ndarray) -> int:
    return int(block.ctypes.data)


def test_memory_comes_back_with_the_last_window_on_it() -> None:
    spare = Spare()
    lent = spare.lend(640)
    assert lent.shape == (640,)
    assert lent.flags.writeable
    assert _at(lent) % 64 == 0
    first, column = _at(lent), lent.view(np.int64)[::2]
    del lent
    column[:] = 7
    other = spare.lend(640)
    other[:] = 0
    assert _at(other) != first
    assert (column == 7).all()
    del column
    assert _at(spare.lend(640)) == first


def test_one_block_is_kept_and_none_of_another_size_is_lent() -> None:
    spare = Spare()
    one, other = spare.lend(640), spare.lend(640)
    first, second = _at(one), _at(other)
    del one
    del other
    again, new = spare.lend(640), spare.lend(640)
    assert _at(again) == second
    assert _at(new) != second
    assert first != second
    del again
    assert spare.lend(1280).size == 1280
