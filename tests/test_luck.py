"""Luck is a pure function of seed, decision, identity and recurrence, however it is computed."""

import os
import subprocess
import sys
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim import luck as module
from sim.codes import Ints, Words
from sim.luck import Luck, philox_words

ROSTER = np.arange(5_000)

# Worked out once, and never to change: a result that is published stays repeatable.
KNOWN = {
    ("death", ()): (16357609211829354799, 15365999702029828561, 17917510645822208995),
    ("follow", (12,)): (10216126654813386058, 3153968226939152371, 15610438295693006154),
}


def numpy_words(seed: int, decision: str, *index: int, length: int) -> Words:
    """Words by NumPy's generator under the key that the documentation states."""
    text = "/".join((str(seed), decision, *map(str, index)))
    digest = blake2b(text.encode(), digest_size=16).digest()
    key = np.frombuffer(digest, dtype="<u8").astype(np.uint64)
    return np.random.Philox(key=key).random_raw(length)


@pytest.mark.parametrize("number", [1, 5, 24, 25, 300])
@settings(max_examples=30)
@given(
    first=st.integers(0, 2**64 - 1),
    second=st.integers(0, 2**64 - 1),
    begin=st.integers(0, 5_000),
)
def test_words_are_those_of_numpys_philox(number: int, first: int, second: int, begin: int) -> None:
    key = np.array([first, second], dtype=np.uint64)
    positions = begin + np.arange(number)[::-1] * 3
    expected = np.random.Philox(key=key).random_raw(int(positions.max()) + 1)[positions]
    assert philox_words(key[:, np.newaxis], positions).tolist() == expected.tolist()


@pytest.mark.parametrize("number", [7, 60])
def test_each_position_may_have_its_own_key(number: int) -> None:
    keys = np.random.Philox(key=3).random_raw(2 * number).reshape(2, number)
    positions = np.arange(number) * 11
    each = [philox_words(keys[:, [one]], positions[[one]])[0] for one in range(number)]
    assert philox_words(keys, positions).tolist() == each


def test_no_positions_give_no_words() -> None:
    key = np.array([[1], [2]], dtype=np.uint64)
    assert philox_words(key, np.empty(0, dtype=np.int64)).size == 0
    assert Luck(1).words("death", np.empty(0, dtype=np.int64), 4).size == 0


@pytest.mark.parametrize("identities", [ROSTER, ROSTER[::-7], np.array([4_999]), np.array([3, 0])])
@pytest.mark.parametrize("index", [(), (12,), (12, 3)])
def test_few_and_many_soldiers_get_the_same_words(identities: Ints, index: tuple[int, ...]) -> None:
    expected = numpy_words(9, "any decision", *index, length=ROSTER.size)[identities]
    assert Luck(9).words("any decision", identities, *index).tolist() == expected.tolist()


@pytest.mark.parametrize("cost", [0.0, 1e9])
def test_measured_costs_change_no_word(cost: float, monkeypatch: pytest.MonkeyPatch) -> None:
    some = ROSTER[5:60]
    expected = Luck(2).words("follow", some, 7)
    monkeypatch.setattr(module, "_DIRECT_NANOSECONDS", cost)
    assert Luck(2).words("follow", some, 7).tolist() == expected.tolist()
    monkeypatch.setattr(module, "_SO_FEW_THAT_PYTHON_IS_FASTER", int(cost))
    assert Luck(2).words("follow", some, 7).tolist() == expected.tolist()


def test_a_table_that_grows_keeps_its_words() -> None:
    luck = Luck(4)
    few = luck.words("loyalty", ROSTER[:10])
    many = luck.words("loyalty", ROSTER)
    assert many[:10].tolist() == few.tolist()
    assert luck.words("loyalty", ROSTER[:10]).tolist() == few.tolist()


def test_octets_are_words_of_their_recurrences() -> None:
    luck, identities = Luck(5), np.array([40, 2, 2, 17])
    which, recurrences = np.array([1, 0, 1, 1]), [(3, 0), (6, 1)]
    octets = luck.octets("resistance", identities, recurrences, which)
    for row, identity in enumerate(identities):
        whole = luck.every_octet("resistance", 50, *recurrences[which[row]])
        assert octets[row].tolist() == whole[identity].tolist()


def test_pairs_are_the_first_words_of_each_block() -> None:
    identities = np.array([0, 31, 7])
    blocks = numpy_words(6, "invitation", 4, length=4 * 32).reshape(-1, 4)[identities]
    first, second = Luck(6).pairs("invitation", identities, 4)
    assert first.tolist() == module._open_unit(blocks[:, 0]).tolist()
    assert second.tolist() == module._open_unit(blocks[:, 1]).tolist()


def test_a_longer_stream_begins_with_a_shorter_one() -> None:
    assert Luck(1).stream("x", 999, 2)[:100].tolist() == Luck(1).stream("x", 100, 2).tolist()


@pytest.mark.parametrize(("name", "words"), KNOWN.items())
def test_known_answers(name: tuple[str, tuple[int, ...]], words: tuple[int, ...]) -> None:
    decision, index = name
    assert tuple(Luck(1).words(decision, np.array([0, 1, 1_000]), *index).tolist()) == words


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_keys_do_not_depend_on_pythons_hash_seed(hash_seed: str) -> None:
    program = (
        "import numpy as np; from sim.luck import Luck; "
        "print(Luck(1).words('follow', np.array([0, 1, 1_000]), 12).tolist())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(list(KNOWN["follow", (12,)]))


def test_seed_decision_and_recurrence_each_matter() -> None:
    luck = Luck(1)
    drawn = [
        luck.words("death", ROSTER),
        Luck(2).words("death", ROSTER),
        luck.words("follow", ROSTER),
        luck.words("death", ROSTER, 0),
        luck.words("death", ROSTER, 1),
        luck.words("death", ROSTER, 1, 0),
    ]
    # Two lists of 64-bit words share one with a chance of 1e-12.
    together = np.concatenate(drawn)
    assert np.unique(together).size == together.size


def test_uniform_numbers_stay_inside_the_open_interval() -> None:
    ends = module._open_unit(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends.tolist() == [2.0**-53, 1.0 - 2.0**-53]


def test_transforms_of_the_uniform_number() -> None:
    luck = Luck(3)
    uniform = luck.uniform("x", ROSTER, 1)
    assert luck.exponential("x", ROSTER, 1).tolist() == (-np.log(uniform)).tolist()
    np.testing.assert_allclose(luck.normal("x", ROSTER, 1), stats.norm.ppf(uniform), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "distribution"), [("uniform", "uniform"), ("exponential", "expon"), ("normal", "norm")]
)
def test_numbers_have_their_distributions(kind: str, distribution: str) -> None:
    # Kolmogorov-Smirnov over 100,000 numbers; false alarm 1e-5.
    numbers = getattr(Luck(11), kind)("distribution", np.arange(100_000), 1)
    assert stats.kstest(numbers, distribution).pvalue > 1e-5


def test_numbers_of_neighbours_and_days_are_unrelated() -> None:
    # Correlation of 100,000 pairs has standard error 0.0032; false alarm 1e-5 each.
    many = np.arange(100_000)
    today, tomorrow = (Luck(11).normal("unrelated", many, day) for day in (1, 2))
    for one, other in ((today[1:], today[:-1]), (today, tomorrow)):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4.42 / np.sqrt(one.size)
