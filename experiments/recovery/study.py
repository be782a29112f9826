"""Runs of an army made for regressions, with and without what an observer cannot see; their regressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.recovery.panel import Term, panel_of, terms_of
from experiments.recovery.regressions import Fit, adjusted, cox, piecewise_exponential
from sim.codes import Floats
from sim.engine import run
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.synthesis import build

FILE = "recovery"
LEVEL = 0.95
"""Of all intervals of a run together."""

COMPANIES: dict[str, float] = {"army.unit_effect_sd": 1.222}
MEN: dict[str, float] = {"army.loyalty_sd": 0.43, "army.frailty_variance": 1.0}


@dataclass(frozen=True)
class Variant:
    """What companies and men differ in beside the covariates.

    Parameters
    ----------
    title : str
    changes : mapping
        Over the scenario file.
    with_offsets : bool
        Whether the regression is given it.
    runs : int
        Armies, each with a luck of its own.
    """

    title: str
    changes: Mapping[str, float]
    with_offsets: bool
    runs: int


VARIANTS = {
    "alike": Variant("nothing unobserved", {}, False, 4),
    "companies": Variant("companies differ, unobserved", COMPANIES, False, 2),
    "men": Variant("men differ, unobserved", MEN, False, 2),
    "unobserved": Variant("both, unobserved", COMPANIES | MEN, False, 2),
    "offsets": Variant("both, given as offsets", COMPANIES | MEN, True, 1),
}


@dataclass(frozen=True)
class Recovered:
    """Both regressions on one run.

    Parameters
    ----------
    terms : list of Term
        Those that differ between soldiers first.
    cox : Fit
        Of the terms that differ between soldiers.
    exponential : Fit
        Of all terms.
    exits, rows : int
        Men who left; rows of the regressions.
    """

    terms: list[Term]
    cox: Fit
    exponential: Fit
    exits: int
    rows: int

    @property
    def put_in(self) -> Floats:
        """Log hazard ratios that the scenario states, (p,)."""
        return np.array([term.put_in for term in self.terms])

    @property
    def estimate(self) -> Floats:
        """Of each term, (p,): by Cox's regression where it differs between soldiers, else by the other."""
        return self._of_each(lambda fit: fit.estimate)

    @property
    def error(self) -> Floats:
        """Standard error of each, (p,)."""
        return self._of_each(lambda fit: fit.error)

    @property
    def half_width(self) -> Floats:
        """Half of each interval, (p,): all of them hold what they should with a chance of `LEVEL`."""
        return adjusted(LEVEL, len(self.terms)) * self.error

    def _of_each(self, part: Callable[[Fit], Floats]) -> Floats:
        between = part(self.cox)
        return np.concatenate((between, part(self.exponential)[between.size :]))


def recovered(scenario: Scenario, seed: int, with_offsets: bool = False) -> Recovered:
    """Run a scenario and regress its exits.

    Parameters
    ----------
    scenario : Scenario
        As `scenarios/theory/recovery.yaml`: nobody is killed, called up, invited or caught.
    seed : int
        Of the army and of luck.
    with_offsets : bool
        Whether what cannot be seen of companies and men is given to the regressions.
    """
    army = build(scenario, seed)
    result = run(scenario, seed, army=army)
    panel = panel_of(result, army, with_offsets=with_offsets)
    between, everything = cox(panel.between), piecewise_exponential(panel.all_terms)
    return Recovered(terms_of(scenario), between, everything, len(result.exits), panel.rows)


def study(show: Callable[[int, int], None]) -> dict[str, list[Recovered]]:
    """Run and regress all variants.

    Parameters
    ----------
    show : callable
        (done, total) -> None.

    Returns
    -------
    dict
        By variant, a run an army.
    """
    file = load(FILE)
    found: dict[str, list[Recovered]] = {}
    total, done = sum(variant.runs for variant in VARIANTS.values()), 0
    for name, variant in VARIANTS.items():
        found[name] = []
        for seed in range(1, variant.runs + 1):
            found[name].append(recovered(file.with_(variant.changes), seed, variant.with_offsets))
            done += 1
            show(done, total)
    return found
