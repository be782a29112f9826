"""Every random number of a run, dealt once, by name.

A number is a pure function of (seed, name of the decision, permanent identity of the soldier, further
whole numbers such as the day or the attempt). Nothing is drawn in sequence, so no parameter, lever,
bound or speed option can change a number that another soldier, day or run gets.

What comes once in a life is a word of a Philox stream (Salmon and others, 2011, "Parallel random numbers:
as easy as 1, 2, 3", doi:10.1145/2063384.2063405), read from NumPy's generator at the soldier's identity.
What recurs begins at that word, turned by the key of the recurrence, and goes on as SplitMix64 (Steele,
Lea and Flood 2014, "Fast splittable pseudorandom number generators", doi:10.1145/2660193.2660195): a few
operations for any soldier on any day, without a table of all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from sim.codes import Floats, Ints, Words
from sim.compiled import compiled

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST_MIXER, _SECOND_MIXER = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_FIRST_SHIFT, _SECOND_SHIFT, _LAST_SHIFT = np.uint64(30), np.uint64(27), np.uint64(31)
_HALF, _LOW_HALF, _LOWER_BITS = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(12)


@lru_cache(maxsize=65_536)
def _key(seed: int, decision: str, index: tuple[int, ...]) -> tuple[int, int]:
    """Key of one decision: a stable hash, the same on every system and in every process."""
    text = "/".join((str(seed), decision, *map(str, index)))
    digest = blake2b(text.encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


@compiled
def next_state(state: np.uint64) -> np.uint64:
    """Take a step of SplitMix64."""
    return state + _GOLDEN


@compiled
def mixed(state: np.uint64) -> np.uint64:
    """Word that SplitMix64 gives at a state."""
    word = (state ^ (state >> _FIRST_SHIFT)) * _FIRST_MIXER
    word = (word ^ (word >> _SECOND_SHIFT)) * _SECOND_MIXER
    return word ^ (word >> _LAST_SHIFT)


@compiled
def upper_half(word: np.uint64) -> float:
    """Uniform number in (0, 1) from the upper 32 bits of a word."""
    return (np.float64(word >> _HALF) + 0.5) * 2.0**-32


@compiled
def lower_half(word: np.uint64) -> float:
    """Uniform number in (0, 1) from the lower 32 bits of a word."""
    return (np.float64(word & _LOW_HALF) + 0.5) * 2.0**-32


@compiled
def _first_words(starts: Words) -> Words:
    """First word of SplitMix64 from each of some states."""
    words = np.empty_like(starts)
    for one in range(starts.size):
        words[one] = mixed(next_state(starts[one]))
    return words


@compiled
def to_unit(word: np.uint64) -> float:
    """Uniform number in the open interval (0, 1) from the upper 52 bits of a word."""
    return (np.float64(word >> _LOWER_BITS) + 0.5) * 2.0**-52


@compiled
def _to_units(words: Words) -> Floats:
    """Uniform numbers from words."""
    units = np.empty(words.size)
    for one in range(words.size):
        units[one] = to_unit(words[one])
    return units


@dataclass(frozen=True)
class Luck:
    """Dealer of all random numbers under one seed.

    Parameters
    ----------
    seed : int
        Any whole number. An army and what befalls it are dealt under separate seeds.
    """

    seed: int
    _tables: dict[str, Words] = field(default_factory=dict, repr=False, compare=False)
    """Words by identity."""

    def words(self, decision: str, identities: Ints, *index: int) -> Words:
        """Raw 64-bit words of soldiers for a decision.

        Parameters
        ----------
        decision : str
            Name of the decision.
        identities : (n,) array of int
            Permanent identities, 0 and upward.
        *index : int
            Day, attempt or layer, where the decision recurs.

        Returns
        -------
        (n,) array of uint64
        """
        if index:
            return _first_words(self.words(decision, identities) ^ self.key(decision, *index))
        try:
            return self._tables[decision][identities]
        except (KeyError, IndexError):
            self._enlarge(decision, int(identities.max(initial=-1)) + 1)
            return self._tables[decision][identities]

    def key(self, decision: str, *index: int) -> np.uint64:
        """Key of a recurrence of a decision.

        A soldier's words for it are those of SplitMix64 from his word for the decision, turned by this
        key (exclusive or).
        """
        return np.uint64(_key(self.seed, decision, index)[0])

    def table(self, decision: str, length: int) -> Words:
        """Words of the identities 0 to at least `length` - 1 for a decision, for compiled loops."""
        if decision not in self._tables or self._tables[decision].size < length:
            self._enlarge(decision, length)
        return self._tables[decision]

    def stream(self, decision: str, length: int, *index: int) -> Words:
        """First words of a decision's own stream, shape (length,); a longer one begins with them."""
        key = np.array(_key(self.seed, decision, index), dtype=np.uint64)
        return np.random.Philox(key=key).random_raw(length)

    def _enlarge(self, decision: str, length: int) -> None:
        """Keep the words of a decision for more identities."""
        known = self._tables.get(decision)
        self._tables[decision] = self.stream(
            decision, max(length, 2 * known.size if known is not None else 0)
        )

    def uniform(self, decision: str, identities: Ints, *index: int) -> Floats:
        """Uniform numbers in the open interval (0, 1), shape (n,). Arguments as in `words`."""
        return _to_units(self.words(decision, identities, *index))

    def exponential(self, decision: str, identities: Ints, *index: int) -> Floats:
        """Exponential numbers of mean 1, shape (n,). Arguments as in `words`."""
        return -np.log(self.uniform(decision, identities, *index))

    def normal(self, decision: str, identities: Ints, *index: int) -> Floats:
        """Standard normal numbers, shape (n,), by inverse transform. Arguments as in `words`."""
        from scipy.special import ndtri

        deviates: Floats = ndtri(self.uniform(decision, identities, *index))
        return deviates
