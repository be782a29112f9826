"""What a mechanism says of today's pressure: a term of the log hazard, per group or per soldier.

Axes: `R` ranks, `S` sects, `H` places, `B` battalions, `U` companies, `N` soldiers. The two last axes of a
profile are "family out of the regime's reach" (no, yes) and "aware of the salary offer" (no, yes).
"""

from __future__ import annotations

from typing import NamedTuple

from sim.codes import Floats


class Term(NamedTuple):
    """A named mechanism's log hazard ratios of today; what is None is 0.

    Parameters
    ----------
    profile : array broadcastable to (R, S, H, 2, 2), optional
        By rank, sect, home, family outside, aware.
    cell : array broadcastable to (U, S), optional
        By company and sect.
    susceptible : array broadcastable to (R, S, H, 2, 2), optional
        Multiplied by each soldier's susceptibility, then added.
    soldier : (N,) array, optional
        By soldier; costs a look at the whole army every day.
    station : array broadcastable to (H, 2), optional
        By place of the garrison, and whether deployed (no, yes).
    battalion : (B,) array, optional
    """

    profile: Floats | None = None
    cell: Floats | None = None
    susceptible: Floats | None = None
    soldier: Floats | None = None
    station: Floats | None = None
    battalion: Floats | None = None


class Pressure(NamedTuple):
    """Sum of all terms: the log hazard of soldier i is the sum of four looked-up numbers.

    Parameters
    ----------
    profile : (P,) array
    susceptible : (P,) array
    cell : (S * U,) array
    soldier : (N,) array, optional
    is_finite : bool
        Whether every number of the tables is.
    """

    profile: Floats
    susceptible: Floats
    cell: Floats
    soldier: Floats | None
    is_finite: bool
