"""Every random number of a run, dealt once, by name.

A number is a pure function of (seed, name of the decision, permanent identity of the soldier, further
whole numbers such as the day or the attempt). Nothing is drawn in sequence, so no parameter, lever,
bound or speed option can change a number that another soldier, day or run gets.

The bits are those of Philox 4x64-10 (Salmon and others, 2011, "Parallel random numbers: as easy as
1, 2, 3", doi:10.1145/2063384.2063405). A table for the whole roster is read from NumPy's generator; the
same words for a handful of soldiers are computed directly at their counters. Both give the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from sim.codes import Floats, Ints, Words

_MULTIPLIER_0, _MULTIPLIER_1 = 0xD2E7470EE14C6C93, 0xCA5A826395121157
_WEYL_0, _WEYL_1 = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B
_ROUNDS = 10
_MASK = (1 << 64) - 1

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIERS: Words = np.array([[_MULTIPLIER_0], [_MULTIPLIER_1]], dtype=np.uint64)
_MULTIPLIERS_HIGH: Words = _MULTIPLIERS >> _HALF
_MULTIPLIERS_LOW: Words = _MULTIPLIERS & _LOW
_WEYL: Words = np.array([[_WEYL_0], [_WEYL_1]], dtype=np.uint64)

# Measured costs of a word; they decide only how it is computed.
_DIRECT_NANOSECONDS = 200.0
_STREAM_NANOSECONDS = 2.0
_SO_FEW_THAT_PYTHON_IS_FASTER = 24


@lru_cache(maxsize=65_536)
def _key(seed: int, decision: str, index: tuple[int, ...]) -> tuple[int, int]:
    """Philox key of one decision: a stable hash, the same on every system and in every process."""
    text = "/".join((str(seed), decision, *map(str, index)))
    digest = blake2b(text.encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def philox_words(keys: Words, positions: Ints) -> Words:
    """Words of Philox streams at given positions, computed directly.

    Parameters
    ----------
    keys : (2, n) or (2, 1) array of uint64
        Key of the stream of each position.
    positions : (n,) array of int
        Positions in ``np.random.Philox(key=key).random_raw``, 0 and upward.

    Returns
    -------
    (n,) array of uint64
    """
    block = _philox_blocks(keys, positions.astype(np.uint64) >> np.uint64(2))
    words: Words = block[positions % 4, np.arange(positions.size)]
    return words


def _philox_blocks(keys: Words, number: Words) -> Words:
    """Four words of each numbered block of Philox streams, shape (4, n)."""
    if number.size <= _SO_FEW_THAT_PYTHON_IS_FASTER:
        keys = np.broadcast_to(keys, (2, number.size))
        each = zip(number.tolist(), *keys.tolist(), strict=True)
        return np.array([_philox_block(*one) for one in each], dtype=np.uint64).reshape(-1, 4).T
    even = np.zeros((2, number.size), dtype=np.uint64)
    odd = np.zeros((2, number.size), dtype=np.uint64)
    # NumPy's generator raises its counter before the first block.
    even[0] = number + np.uint64(1)
    for turn in range(_ROUNDS):
        high, low = _multiply(even)
        even = high[::-1] ^ odd ^ (keys + np.uint64(turn) * _WEYL)
        odd = low[::-1]
    return np.stack((even[0], odd[0], even[1], odd[1]))


def _multiply(value: Words) -> tuple[Words, Words]:
    """High and low 64 bits of the products with the two multipliers, from 32-bit products."""
    high, low = value >> _HALF, value & _LOW
    carry = (_MULTIPLIERS_LOW * low) >> _HALF
    carry += _MULTIPLIERS_HIGH * low
    middle = carry & _LOW
    middle += _MULTIPLIERS_LOW * high
    top = _MULTIPLIERS_HIGH * high
    top += carry >> _HALF
    top += middle >> _HALF
    return top, _MULTIPLIERS * value


def _philox_block(number: int, first: int, second: int) -> tuple[int, int, int, int]:
    """One block, by Python's own whole numbers."""
    words = (number + 1, 0, 0, 0)
    for _ in range(_ROUNDS):
        one, two = words[0] * _MULTIPLIER_0, words[2] * _MULTIPLIER_1
        words = (
            (two >> 64) ^ words[1] ^ first,
            two & _MASK,
            (one >> 64) ^ words[3] ^ second,
            one & _MASK,
        )
        first, second = (first + _WEYL_0) & _MASK, (second + _WEYL_1) & _MASK
    return words


def _open_unit(words: Words) -> Floats:
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
        key = _key(self.seed, decision, index)
        if identities.size == 0:
            return np.empty(0, dtype=np.uint64)
        length = int(identities.max()) + 1
        if not index:
            return self._table(decision, length)[identities]
        if identities.size * _DIRECT_NANOSECONDS < length * _STREAM_NANOSECONDS:
            return philox_words(np.array(key, dtype=np.uint64)[:, np.newaxis], identities)
        words: Words = self.stream(decision, length, *index)[identities]
        return words

    def octets(
        self, decision: str, identities: Ints, recurrences: Sequence[tuple[int, ...]], which: Ints
    ) -> Words:
        """Eight words for each of some soldiers, each under a recurrence of his own.

        Parameters
        ----------
        decision : str
            Name of the decision.
        identities : (n,) array of int
            Permanent identities.
        recurrences : sequence of tuple of int
            What tells recurrences of the decision apart.
        which : (n,) array of int
            Number of each soldier's recurrence in that list.

        Returns
        -------
        (n, 8) array of uint64
            Words 8 i to 8 i + 7 of the stream of the recurrence, for identity i.
        """
        keys = np.array([_key(self.seed, decision, index) for index in recurrences], dtype=np.uint64)
        numbers = (identities[:, np.newaxis] * 2 + np.arange(2)).ravel().astype(np.uint64)
        return _philox_blocks(keys.T[:, np.repeat(which, 2)], numbers).T.reshape(-1, 8)

    def stream(self, decision: str, length: int, *index: int) -> Words:
        """First words of a decision's own stream, shape (length,); a longer one begins with them."""
        key = np.array(_key(self.seed, decision, index), dtype=np.uint64)
        return np.random.Philox(key=key).random_raw(length)

    def pairs(self, decision: str, identities: Ints, *index: int) -> tuple[Floats, Floats]:
        """Two uniform numbers for each of some soldiers, both (n,). Arguments as in `words`."""
        key = np.array(_key(self.seed, decision, index), dtype=np.uint64)[:, np.newaxis]
        blocks = _philox_blocks(key, identities.astype(np.uint64))
        return _open_unit(blocks[0]), _open_unit(blocks[1])

    def _table(self, decision: str, length: int) -> Words:
        """Words of a decision that comes once in a life, kept for the whole roster."""
        known = self._tables.get(decision)
        if known is None or known.size < length:
            known = self._tables[decision] = self.stream(decision, length)
        return known

    def every_octet(self, decision: str, length: int, *index: int) -> Words:
        """Eight words for each of the identities 0 to `length` - 1, shape (length, 8)."""
        key = np.array(_key(self.seed, decision, index), dtype=np.uint64)
        return np.random.Philox(key=key).random_raw(8 * length).reshape(length, 8)

    def uniform(self, decision: str, identities: Ints, *index: int) -> Floats:
        """Uniform numbers in the open interval (0, 1), shape (n,). Arguments as in `words`."""
        return _open_unit(self.words(decision, identities, *index))

    def exponential(self, decision: str, identities: Ints, *index: int) -> Floats:
        """Exponential numbers of mean 1, shape (n,). Arguments as in `words`."""
        return -np.log(self.uniform(decision, identities, *index))

    def normal(self, decision: str, identities: Ints, *index: int) -> Floats:
        """Standard normal numbers, shape (n,), by inverse transform. Arguments as in `words`."""
        from scipy.special import ndtri

        deviates: Floats = ndtri(self.uniform(decision, identities, *index))
        return deviates
