"""What a company is made of: its share of conscripts, and how mixed it is by home; constants of a company.

    term_u = conscripts * (c_u - mean c) + (heterogeneity + interaction * c_u) * h_u
    h_u    = 1.58 * (m_u - mean m) / mixture_sd
    c_u    = share of conscripts among its enlisted men and NCOs
    m_u    = chance that two of them come from different homes

Means are over the army's enlisted men and NCOs, so that the average company has the reference hazard.
Coefficients: McLauchlin 2015, whose index of social heterogeneity has a standard deviation of 1.58. It is
not made of sects here: what sect means for loyalty is stated by sect, and how camps face one another in a
company is `polarisation`. Companies of an army that posts men away from home differ little in their homes;
scaled by their own spread, chance would pass for heterogeneity. So `mixture_sd` states how much of m is
worth one standard deviation of the index. The company's random effect (`army.unit_effect_sd`) is what is
left beside these covariates in the same regression: both belong in.
"""

from __future__ import annotations

import numpy as np

from sim.army import Army
from sim.codes import Flags, Floats, Ints, Rank
from sim.compiled import compiled
from sim.parameters import MechanismSection, parameter

_INDEX_SD = 1.58


class Composition(MechanismSection):
    """Section `composition`."""

    conscripts: float = parameter(
        3.369,
        -5,
        10,
        "log hazard",
        "A company of conscripts alone over one of professionals alone, of equal heterogeneity.",
        "McLauchlin 2015: 3.369 (se 0.985)",
    )
    heterogeneity: float = parameter(
        0.772,
        -3,
        3,
        "log hazard",
        "One unit of the index of heterogeneity among professionals.",
        "McLauchlin 2015: 0.772 (se 0.229)",
    )
    interaction: float = parameter(
        -1.443,
        -5,
        5,
        "log hazard",
        "What one unit of the index adds in a company of conscripts alone.",
        "McLauchlin 2015: -1.443 (se 0.483)",
    )
    mixture_sd: float = parameter(
        0.1, 0.01, 1, "1", "Difference in the chance of different homes worth one sd of the index."
    )


def of_companies(rules: Composition, army: Army, places: int) -> Floats:
    """Log hazard of each company, shape (U,)."""
    if not rules.on:
        return np.zeros(army.units.place.size)
    soldiers, regulars, units = army.soldiers, slice(0, army.regulars), army.units.place.size
    men, conscripts, by_home = np.zeros(units), np.zeros(units), np.zeros((units, places))
    _count(
        soldiers.unit[regulars],
        soldiers.rank[regulars],
        soldiers.home[regulars],
        soldiers.conscript[regulars],
        men,
        conscripts,
        by_home,
    )
    share = _or_mean(conscripts, men, men)
    pairs = men**2 - (by_home**2).sum(axis=1)
    mixture = _or_mean(pairs, men * (men - 1.0), men)
    index = _INDEX_SD * _from_mean(mixture, men) / rules.mixture_sd
    term: Floats = rules.conscripts * _from_mean(share, men)
    term += (rules.heterogeneity + rules.interaction * share) * index
    return term


@compiled
def _count(
    unit: Ints, rank: Ints, home: Ints, conscript: Flags, men: Floats, conscripts: Floats, by_home: Floats
) -> None:
    """Count enlisted men and NCOs by company, conscripts among them, and all of them by home."""
    for row in range(unit.size):
        if rank[row] <= Rank.NCO:
            men[unit[row]] += 1.0
            conscripts[unit[row]] += conscript[row]
            by_home[unit[row], home[row]] += 1.0


def _or_mean(part: Floats, whole: Floats, men: Floats) -> Floats:
    """Part of a whole by company; where there is no whole, the mean of the others."""
    there = whole > 0.0
    shares = np.divide(part, whole, out=np.zeros_like(whole), where=there)
    shares[~there] = shares[there] @ men[there] / max(men[there].sum(), 1.0)
    return shares


def _from_mean(values: Floats, men: Floats) -> Floats:
    """Differences from the mean over men."""
    differences: Floats = values - values @ men / max(men.sum(), 1.0)
    return differences
