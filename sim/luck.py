"""Every random number of a run, dealt once, by name.

A number is a pure function of (seed, name of the decision, permanent identity of the soldier, further
whole numbers such as the day or the attempt). Nothing is drawn in sequence, so no parameter, lever,
bound or speed option can change a number that another soldier, day or run gets.

All words are of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators",
doi:10.1145/2660193.2660195), which gives the word at any place of its sequence in a few operations. What
comes once in a life is the word at the soldier's identity, in the sequence of the decision's key. What
recurs begins at that word, turned by the key of the recurrence, and goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from sim.codes import Floats, Ints, Words
from sim.compiled import compiled

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST_MIXER, _SECOND_MIXER = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_FIRST_SHIFT, _SECOND_SHIFT, _LAST_SHIFT = np.uint64(30), np.uint64(27), np.uint64(31)
_LOWEST_12, _LOWER_52 = np.uint64(12), np.uint64(2**52 - 1)


@lru_cache(maxsize=65_536)
def _key(seed: int, decision: str, index: tuple[int, ...]) -> np.uint64:
    """Key of one decision: a stable hash, the same on every system and in every process."""
    text = "/".join((str(seed), decision, *map(str, index)))
    return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little"))


@lru_cache(maxsize=256)
def _keys(seed: int, decision: str, index: tuple[int, ...], count: int) -> Words:
    """Keys of the first recurrences of a decision, hashed on from what their texts begin with."""
    begun = blake2b("/".join((str(seed), decision, *map(str, index), "")).encode(), digest_size=8)
    digests = []
    for last in range(count):
        ended = begun.copy()
        ended.update(b"%d" % last)
        digests.append(ended.digest())
    keys = np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
    keys.setflags(write=False)
    return keys


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
def word_of(key: np.uint64, identity: int) -> np.uint64:
    """Word of a soldier for a decision that comes once: the one at his identity, under the decision's key."""
    return mixed(key + np.uint64(identity + 1) * _GOLDEN)


@compiled
def _words_of(key: np.uint64, identities: Ints) -> Words:
    """Word of each of some soldiers for a decision that comes once."""
    words = np.empty(identities.size, np.uint64)
    for one in range(identities.size):
        words[one] = word_of(key, identities[one])
    return words


@compiled
def _first_words(words: Words, key: np.uint64) -> Words:
    """First word of a recurrence for each of some soldiers, from their words for the decision."""
    first = np.empty_like(words)
    for one in range(words.size):
        first[one] = mixed(next_state(words[one] ^ key))
    return first


@compiled
def to_unit(word: np.uint64) -> float:
    """Uniform number in the open interval (0, 1) from the upper 52 bits of a word."""
    return (np.float64(word >> _LOWEST_12) + 0.5) * 2.0**-52


@compiled
def to_lower_unit(word: np.uint64) -> float:
    """Uniform number in the open interval (0, 1) from the lower 52 bits of a word."""
    return (np.float64(word & _LOWER_52) + 0.5) * 2.0**-52


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
        words = _words_of(self.key(decision), identities)
        return _first_words(words, self.key(decision, *index)) if index else words

    def key(self, decision: str, *index: int) -> np.uint64:
        """Key of a decision, or of a recurrence of it, for compiled loops.

        A soldier's word for a decision is `word_of` the key and his identity; his words for a recurrence are
        those of SplitMix64 from that word, turned by the key of the recurrence (exclusive or).
        """
        return _key(self.seed, decision, index)

    def keys(self, decision: str, count: int, *index: int) -> Words:
        """Keys of recurrences 0, 1, 2, ... of a decision, made once for all, read-only.

        Parameters
        ----------
        decision : str
            Name of the decision.
        count : int
            How many recurrences, such as the days of a run.
        *index : int
            What comes before the number of the recurrence, if it is of several numbers.

        Returns
        -------
        (count,) array of uint64
            The key of each, as from `key`.
        """
        return _keys(self.seed, decision, index, count)

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
