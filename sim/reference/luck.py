"""Luck: every random number is a function of a seed, the name of a decision, who it befalls and when.

SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195), as section 7.2 of the page on the
model has it, in whole numbers of plain Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from math import exp, log
from statistics import NormalDist

MASK = 2**64 - 1
STEP = 0x9E3779B97F4A7C15
MOST_POINTS = 20
"""Most points in a box."""


@lru_cache(maxsize=4096)
def key(text: str) -> int:
    """Word of 64 bits that belongs to a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def mixed(state: int) -> int:
    """Word that is mixed from a state."""
    word = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
    word = (word ^ word >> 27) * 0x94D049BB133111EB & MASK
    return word ^ word >> 31


def run(state: int) -> Iterator[int]:
    """Words of the run that begins at a state, without an end."""
    while True:
        state = state + STEP & MASK
        yield mixed(state)


def uniform(word: int) -> float:
    """Number in the open interval (0, 1) of a word."""
    return ((word >> 12) + 0.5) * 2.0**-52


def box(words: Iterator[int], bits: int) -> list[tuple[int, float]]:
    """Points of a box of volume 1: the cell, of 2 ** `bits`, and the height in (0, 1) of each."""
    number, chance = 0, exp(-1.0)
    at_most, first = chance, uniform(next(words))
    while number < MOST_POINTS and first > at_most:
        number += 1
        chance /= number
        at_most += chance
    points = [next(words) for _ in range(number)]
    return [(word >> 64 - bits, ((word & 2**52 - 1) + 0.5) * 2.0**-52) for word in points]


class Luck:
    """All that a seed deals.

    Parameters
    ----------
    seed : int
        The army seed decides who is who, the luck seed what befalls him.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def word(self, decision: str, identity: int) -> int:
        """What comes once in a life."""
        return mixed(key(f"{self.seed}/{decision}") + (identity + 1) * STEP & MASK)

    def words(self, decision: str, index: int | str, identity: int) -> Iterator[int]:
        """What recurs: a run of words for each day, spell or deal."""
        return run(self.word(decision, identity) ^ key(f"{self.seed}/{decision}/{index}"))

    def uniform(self, decision: str, identity: int) -> float:
        """Once in a life, in (0, 1)."""
        return uniform(self.word(decision, identity))

    def uniform_of(self, decision: str, index: int | str, identity: int) -> float:
        """The first number of a run, in (0, 1)."""
        return uniform(next(self.words(decision, index, identity)))

    def exponential(self, decision: str, identity: int) -> float:
        """Once in a life, of mean 1."""
        return -log(self.uniform(decision, identity))

    def normal(self, decision: str, identity: int) -> float:
        """Once in a life, of mean 0 and standard deviation 1."""
        return NormalDist().inv_cdf(self.uniform(decision, identity))
