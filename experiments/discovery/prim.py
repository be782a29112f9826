"""PRIM, the patient rule induction method: one box after another in which most runs are of interest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from experiments.discovery.box import Box
from experiments.discovery.coercive import coercive_among
from experiments.discovery.dropping import dropped
from experiments.discovery.factors import FactorTable
from experiments.discovery.measures import measures
from experiments.discovery.pasting import pasted
from experiments.discovery.peeling import Candidate, peeled
from experiments.discovery.quasi_p import quasi_p
from experiments.discovery.rules import Rules
from sim.codes import Flags

DENSITY, QUASI_P = 0.8, 0.05


@dataclass(frozen=True, eq=False, repr=False)
class Discovery:
    """A box and the way to it.

    Parameters
    ----------
    factors : FactorTable
        Factors that could be restricted.
    interest : (runs,) array of bool
        Which runs are of interest.
    among : (runs,) array of bool
        Which runs were looked at: those in no box found before.
    boxes : tuple of Box
        As they followed one another, the first of all runs, the last the one that was found.
    how : tuple of str
        For each: "all", "peel", "paste", "take" (a box of before that could not grow) or "drop" (a limit that
        chance explains).
    trajectory : DataFrame
        A row a box: step, how, coverage, density, mass, restricted, runs, of_interest.
    rules : Rules
        By which it was searched.
    not_searched : tuple of str
        Coercive factors, which were left alone.
    """

    factors: FactorTable
    interest: Flags
    among: Flags
    boxes: tuple[Box, ...]
    how: tuple[str, ...]
    trajectory: pd.DataFrame
    rules: Rules
    not_searched: tuple[str, ...] = ()

    @property
    def box(self) -> Box:
        """The box that was found."""
        return self.boxes[-1]

    def limits(self, step: int = -1) -> pd.DataFrame:
        """Limits of a box: columns of `Box.frame`, and quasi_p_low, quasi_p_high.

        Parameters
        ----------
        step : int
            Row of the trajectory; the box that was found where none is given.
        """
        box = self.boxes[step]
        values = quasi_p(self.factors, self.interest, self.among, box)
        frame = box.frame(self.factors)
        frame["quasi_p_low"] = [values[name][0] for name in frame["factor"]]
        frame["quasi_p_high"] = [values[name][1] for name in frame["factor"]]
        return frame

    def __repr__(self) -> str:
        last = self.trajectory.iloc[-1]
        return f"Discovery({self.box}: density {last['density']:.2f}, coverage {last['coverage']:.2f})"

    def _repr_html_(self) -> str:
        """Show limits and trajectory in a notebook."""
        tables = (self.limits(), self.trajectory)
        shown = "".join(
            table.to_html(index=False, border=0, float_format="{:.3g}".format) for table in tables
        )
        return f"<p><b>{escape(repr(self))}</b></p>{shown}"


def prim(
    experiments: pd.DataFrame,
    interest: Flags,
    *,
    factors: Sequence[str] | None = None,
    rules: Rules | None = None,
    density: float | None = DENSITY,
    drop_above: float | None = QUASI_P,
    among: Flags | None = None,
) -> Discovery:
    """Find a box of factors in which most runs are of interest.

    A category with few labels is peeled in large slices, which is not patient: with few runs better leave it
    out.

    Peeling gives a sequence of boxes, ever smaller and mostly ever denser. Of these one is taken, and pasted;
    then limits that chance explains are dropped.

    Parameters
    ----------
    experiments : DataFrame
        A row a run. Whole numbers are told by an integer column, categories by a column of texts or truth
        values.
    interest : (runs,) array of bool
        Which runs are of interest: a plan failed, an army collapsed.
    factors : sequence of str, optional
        Columns that may be restricted; all where none are named. Keys of a scenario that are coercive are
        left alone: no box is searched over them.
    rules : Rules, optional
        `Rules.suited_to` the factors where none are given.
    density : float or None
        The box of the largest coverage is taken among those with at least this share of interest. If there is
        none, that with the largest harmonic mean of coverage and density: the densest would be one of a few
        runs. None takes the last.
    drop_above : float or None
        Limits with a quasi-p-value above this are dropped, the largest first, while chance as likely explains
        all that went together; None keeps them all.
    among : (runs,) array of bool, optional
        Runs that are looked at; all where none are named.

    Returns
    -------
    Discovery

    Raises
    ------
    ValueError
        If the table and `interest` do not fit, no run or every run is of interest, no factor can be
        restricted, or a factor has values that are not finite.
    """
    names = list(experiments.columns) if factors is None else list(factors)
    coercive = coercive_among(names)
    table = FactorTable.of(experiments, [name for name in names if name not in coercive])
    interest = np.asarray(interest)
    among = np.ones(len(experiments), dtype=bool) if among is None else np.asarray(among)
    _refuse(table, interest, among)
    rules = rules or Rules.suited_to(table)
    peels = peeled(table, interest, among, rules)
    start = len(peels) - 1 if density is None else _taken(peels, interest, density)
    pastes = pasted(table, interest, among, rules, peels[start])
    # The box that was found stands last, so one that was taken and cannot grow is named once more.
    taken = [] if pastes or start == len(peels) - 1 else [peels[start]]
    ended = [*pastes, *taken]
    drops = [] if drop_above is None else dropped(table, interest, among, [*peels, *ended][-1], drop_above)
    counts = (("all", 1), ("peel", len(peels) - 1), ("paste", len(pastes)), ("take", len(taken)))
    how = tuple(word for word, count in (*counts, ("drop", len(drops))) for _ in range(count))
    steps = [*peels, *ended, *drops]
    rows = [measures(step.inside, interest, len(step.box.restricted)) for step in steps]
    trajectory = pd.DataFrame(rows)
    trajectory.insert(0, "step", range(len(steps)))
    trajectory.insert(1, "how", how)
    boxes = tuple(step.box for step in steps)
    return Discovery(table, interest, among, boxes, how, trajectory, rules, coercive)


def prims(
    experiments: pd.DataFrame,
    interest: Flags,
    *,
    most: int = 3,
    factors: Sequence[str] | None = None,
    rules: Rules | None = None,
    density: float | None = DENSITY,
    drop_above: float | None = QUASI_P,
) -> list[Discovery]:
    """Find several boxes, each among the runs that are in none before (covering).

    The errors are those of `prim`.

    Parameters
    ----------
    experiments, interest, factors, rules, density, drop_above
        As in `prim`.
    most : int
        Boxes at most. There are fewer where none of the rest is denser than all of the rest together.

    Returns
    -------
    list of Discovery
    """
    found, rest = list[Discovery](), np.ones(len(experiments), dtype=bool)
    while len(found) < most:
        if found and not 0 < (interest & rest).sum() < rest.sum():
            break
        one = prim(
            experiments,
            interest,
            factors=factors,
            rules=rules,
            density=density,
            drop_above=drop_above,
            among=rest,
        )
        if not one.box.restricted:
            break
        found.append(one)
        rest = rest & ~one.box.holds(one.factors)
    return found


def _taken(peels: list[Candidate], interest: Flags, density: float) -> int:
    """Step of the largest coverage with at least a density; if there is none, the best compromise of both."""
    hits = [int((step.inside & interest).sum()) for step in peels]
    shares = [hit / int(step.inside.sum()) for hit, step in zip(hits, peels, strict=True)]
    dense = [step for step, share in enumerate(shares) if share >= density]
    if dense:
        return max(dense, key=lambda step: (hits[step], shares[step]))
    # Harmonic mean of hits / all of interest and hits / runs inside, the first box having all of interest.
    both = [2 * hit / (hits[0] + int(step.inside.sum())) for hit, step in zip(hits, peels, strict=True)]
    return max(range(len(peels)), key=lambda step: (both[step], shares[step]))


def _refuse(table: FactorTable, interest: Flags, among: Flags) -> None:
    """Stop before a search that can find nothing."""
    if interest.dtype != np.bool_ or interest.shape != among.shape:
        raise ValueError(f"interest must be {among.size} truth values, one a run")
    if not any(True for _ in table.varied()):
        raise ValueError("no factor that may be searched differs between runs")
    hits = int((interest & among).sum())
    if hits in (0, int(among.sum())):
        every = "every" if hits else "no"
        raise ValueError(f"{every} run is of interest: there is nothing to tell apart")
