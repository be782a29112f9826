"""Contagion in one large company, in theory: its map from day to day, the noise about it, its ODE.

With s the share still serving, y the share gone as comrades feel it (it fades), N men, g the effect when all
have left, shrunk as the mechanism says, h the hazard a day of day 0:

    F = g N / (N + shrink) * y,    p = 1 - exp(-min(cap, h e^F)),    e = s p
    s <- s - e,    y <- y exp(-1 / fade) + e

Each man who serves leaves with the chance p whatever the others do, so the leavers of a day are binomial.
About the map a company of N men varies as a linear process driven by that noise (van Kampen's expansion):
with A the slope of the map and C the covariance of (s, y),

    C <- A C A' + s p (1 - p) / N * b b',    b = (-1, 1)

As the step of a day becomes small, with rates divided and days multiplied, the map goes to

    ds/dt = -h e^F s,    dy/dt = -y / fade + h e^F s
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from scipy.integrate import solve_ivp

from experiments.theory.survival import daily_hazard
from sim.codes import Floats
from sim.scenario import Scenario


@dataclass(frozen=True)
class Contagion:
    """The constants of a scenario of contagion, in days."""

    hazard: float
    cap: float
    effect: float
    fade_days: float
    men: int
    days: int

    @classmethod
    def of(cls, scenario: Scenario) -> Contagion:
        """Read them from a scenario of one company whose men are alike."""
        rules, men = scenario.comrades, scenario.army.regulars_built
        return cls(
            hazard=daily_hazard(scenario),
            cap=scenario.law.cap_per_day,
            effect=rules.own_group * men / (men + rules.shrink),
            fade_days=rules.fade_days,
            men=men,
            days=scenario.days,
        )

    def course(self) -> tuple[Floats, Floats]:
        """Follow the map and the noise about it.

        Returns
        -------
        gone : (T,) array of float
            Share gone by the end of each day.
        spread : (T,) array of float
            Standard deviation of that share in a company of `men`, to first order.
        """
        fade = exp(-1.0 / self.fade_days)
        serving, felt, covariance = 1.0, 0.0, np.zeros((2, 2))
        drive = np.array([-1.0, 1.0])
        gone, spread = np.empty(self.days), np.empty(self.days)
        for day in range(self.days):
            hazard = self.hazard * exp(self.effect * felt)
            chance = 1.0 - exp(-min(self.cap, hazard))
            # The slope of the chance by what is felt; 0 where the cap holds.
            steep = self.effect * hazard * exp(-hazard) if hazard < self.cap else 0.0
            slope = np.diag([1.0, fade]) + np.outer(drive, [chance, serving * steep])
            noise = serving * chance * (1.0 - chance) / self.men
            covariance = slope @ covariance @ slope.T + noise * np.outer(drive, drive)
            left = serving * chance
            serving, felt = serving - left, felt * fade + left
            gone[day], spread[day] = 1.0 - serving, np.sqrt(covariance[0, 0])
        return gone, spread

    def flow(self) -> Floats:
        """Share gone at the end of each day by the differential equation, shape (T,), to 1e-10."""

        def slope(_: float, state: Floats) -> list[float]:
            serving, felt = state
            leaving = self.hazard * exp(self.effect * felt) * serving
            return [-leaving, leaving - felt / self.fade_days]

        days = np.arange(1, self.days + 1)
        found = solve_ivp(slope, (0.0, self.days), [1.0, 0.0], t_eval=days, rtol=1e-10, atol=1e-12)
        return np.asarray(1.0 - found.y[0])


def finer(scenario: Scenario, steps: int) -> Scenario:
    """The same course in smaller steps: rates a day divided, days and the fading multiplied."""
    law = {
        "kind": "hazard",
        "reference_hazard_per_week": 7.0 * daily_hazard(scenario) / steps,
        "cap_per_day": scenario.law.cap_per_day,
    }
    return scenario.with_(
        {
            "law": law,
            "days": scenario.days * steps,
            "comrades.fade_days": scenario.comrades.fade_days * steps,
        }
    )
