"""Luck is a pure function of seed, decision, identity and recurrence, however it is computed."""

import math
import os
import subprocess
import sys
from hashlib import blake2b

import numpy as np
import pytest
from scipy import stats

from sim.codes import Ints
from sim.luck import Luck, mixed, next_state, to_lower_unit, to_unit, word_of

ROSTER = np.arange(5_000)

# Worked out once; a change of them is a change of every published number, and said in the changelog.
KNOWN = {
    ("death", ()): (2772102180312224920, 1850833525865681825, 14532782405644782811),
    ("follow", (12,)): (6695963479316780886, 8548091579460076447, 17523714104390537741),
}


MASK = 2**64 - 1


def plain_splitmix(state: int, number: int) -> list[int]:
    """First words of SplitMix64 from a state, by Python's own whole numbers."""
    words = []
    for _ in range(number):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        word = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB & MASK
        words.append(word ^ (word >> 31))
    return words


def plain_unmixed(word: int) -> int:
    """State at which SplitMix64 gives a word."""
    state = word ^ (word >> 31) ^ (word >> 62)
    state = state * pow(0x94D049BB133111EB, -1, 2**64) & MASK
    state = state ^ (state >> 27) ^ (state >> 54)
    state = state * pow(0xBF58476D1CE4E5B9, -1, 2**64) & MASK
    return state ^ (state >> 30) ^ (state >> 60)


def plain_key(seed: int, decision: str, *index: int) -> int:
    """Key of a decision or a recurrence, as the documentation states it."""
    digest = blake2b("/".join((str(seed), decision, *map(str, index))).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@pytest.mark.parametrize("identities", [ROSTER, ROSTER[::-7], np.array([4_999]), np.array([3, 0])])
def test_what_comes_once_is_the_word_at_his_identity(identities: Ints) -> None:
    sequence = plain_splitmix(plain_key(9, "any decision"), ROSTER.size)
    expected = [sequence[identity] for identity in identities]
    assert Luck(9).words("any decision", identities).tolist() == expected
    key = Luck(9).key("any decision")
    assert [int(word_of(key, identity)) for identity in identities[:20]] == expected[:20]


def test_a_word_tells_its_state() -> None:
    for state in (0, 1, 0x0123456789ABCDEF, MASK):
        assert plain_unmixed(int(mixed(np.uint64(state)))) == state


# The first outputs of the generator's own reference implementation from states 0 and 1234567.
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (0, [16294208416658607535, 7960286522194355700, 487617019471545679]),
        (1234567, [6457827717110365317, 3203168211198807973, 9817491932198370423]),
    ],
)
def test_splitmix_gives_its_published_words(state: int, words: list[int]) -> None:
    assert plain_splitmix(state, 3) == words
    now, found = np.uint64(state), []
    for _ in words:
        # Outside a loop, Numba gives words back as Python's own whole numbers.
        now = np.uint64(next_state(now))
        found.append(int(mixed(now)))
    assert found == words


@pytest.mark.parametrize("index", [(12,), (12, 3)])
def test_what_recurs_goes_on_from_the_soldiers_word(index: tuple[int, ...]) -> None:
    once = Luck(9).words("any decision", ROSTER[:50])
    key = plain_key(9, "any decision", *index)
    expected = [plain_splitmix(int(word) ^ key, 1)[0] for word in once]
    assert Luck(9).words("any decision", ROSTER[:50], *index).tolist() == expected
    assert int(Luck(9).key("any decision", *index)) == key


@pytest.mark.parametrize("index", [(), (7,)])
def test_keys_of_all_days_are_those_of_each(index: tuple[int, ...]) -> None:
    keys = Luck(9).keys("any decision", 12, *index)
    assert keys.dtype == np.uint64
    assert not keys.flags.writeable
    assert keys.tolist() == [plain_key(9, "any decision", *index, day) for day in range(12)]


def test_no_soldiers_get_no_words() -> None:
    nobody = np.empty(0, dtype=np.int64)
    assert Luck(1).words("death", nobody).size == 0
    assert Luck(1).words("death", nobody, 4).size == 0


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


@pytest.mark.parametrize("word", [0, 1, 2**64 - 1, 0x0123456789ABCDEF])
def test_uniform_numbers_stay_inside_the_open_interval(word: int) -> None:
    found = [transform(np.uint64(word)) for transform in (to_unit, to_lower_unit)]
    assert found == [(value + 0.5) / 2**52 for value in (word >> 12, word % 2**52)]
    assert all(0.0 < number < 1.0 for number in found)
    assert math.isfinite(math.log(found[0]))


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
