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

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b

import numpy as np

from sim.codes import Floats, Ints, Words

_GOLDEN = 0x9E3779B97F4A7C15
_MIXERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_MASK = (1 << 64) - 1


@lru_cache(maxsize=65_536)
def _key(seed: int, decision: str, index: tuple[int, ...]) -> tuple[int, int]:
    """Key of one decision: a stable hash, the same on every system and in every process."""
    text = "/".join((str(seed), decision, *map(str, index)))
    digest = blake2b(text.encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


@cache
def _steps(first: int, number: int) -> Words:
    """Steps of SplitMix64 from word `first`, counted from 0; shape (number,)."""
    return np.array([(turn + 1) * _GOLDEN & _MASK for turn in range(first, first + number)], dtype=np.uint64)


def _mixed(words: Words) -> Words:
    """Finish words of SplitMix64, in place."""
    words ^= words >> _SHIFTS[0]
    words *= _MIXERS[0]
    words ^= words >> _SHIFTS[1]
    words *= _MIXERS[1]
    words ^= words >> _SHIFTS[2]
    return words


def open_unit(words: Words) -> Floats:
    """Uniform numbers in the open interval (0, 1) from 52 bits each."""
    unit: Floats = ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    return unit


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
            return self.recurring(decision, identities, self.keys(decision, [index]))[:, 0]
        try:
            return self._tables[decision][identities]
        except (KeyError, IndexError):
            self._enlarge(decision, int(identities.max(initial=-1)) + 1)
            return self._tables[decision][identities]

    def keys(self, decision: str, indices: Sequence[tuple[int, ...]]) -> Words:
        """Keys of recurrences of a decision, told apart by whole numbers; shape (n,)."""
        return np.array([_key(self.seed, decision, index)[0] for index in indices], dtype=np.uint64)

    def recurring(
        self, decision: str, identities: Ints, keys: Words, turn: int = 0, number: int = 1
    ) -> Words:
        """Words of soldiers for recurrences of a decision.

        Parameters
        ----------
        decision : str
        identities : (n,) array of int
        keys : (n,) or (1,) array of uint64
            Key of each soldier's recurrence, from `keys`.
        turn, number : int
            Words ``turn * number`` to ``(turn + 1) * number - 1`` of the recurrence, counted from 0.

        Returns
        -------
        (n, number) array of uint64
        """
        begin = self.words(decision, identities) ^ keys
        return _mixed(begin[:, np.newaxis] + _steps(turn * number, number))

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
        return open_unit(self.words(decision, identities, *index))

    def exponential(self, decision: str, identities: Ints, *index: int) -> Floats:
        """Exponential numbers of mean 1, shape (n,). Arguments as in `words`."""
        return -np.log(self.uniform(decision, identities, *index))

    def normal(self, decision: str, identities: Ints, *index: int) -> Floats:
        """Standard normal numbers, shape (n,), by inverse transform. Arguments as in `words`."""
        from scipy.special import ndtri

        deviates: Floats = ndtri(self.uniform(decision, identities, *index))
        return deviates
