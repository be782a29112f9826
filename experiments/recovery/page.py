"""The page of recovery: what was put in, what regressions find, also where something is unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import chi2

from experiments.recovery.study import COMPANIES, FILE, LEVEL, MEN, VARIANTS, Recovered
from experiments.showing.tables import markdown
from sim.scenario_file import load

_INTRO = (
    "Made by `python -m experiments.recovery`; do not edit. Coefficients of the model are log hazard ratios, "
    "the form in which regressions report effects. Here exits of simulated armies (`theory/recovery.yaml`, "
    "{men:,} men, {days} days) are given to the regressions that a study would use: Cox's, day by day, for "
    "what differs between soldiers on a day, and a piecewise-exponential one for what is common to all on a "
    "day, such as belief and learned surveillance, for which Cox's has no place. They are given what an "
    "observer could know: who left and when, roster, ties, companies, the dated war, belief and surveillance "
    "of the day. Both are worked out on counts of soldiers who are alike on a day, ties of the same day by "
    "Efron's rule, and are compared in the tests with those of statsmodels. Intervals are adjusted for their "
    "number (Bonferroni): all {number} of a run hold what was put in with a chance of {level:.0%} at least."
)

_UNSEEN = (
    "The same with what no roster holds: a random effect of the company (standard deviation {company:g}, as "
    "McLauchlin 2015 estimates it), a personal spread of loyalty ({loyalty:g}) and a gamma frailty of men "
    "(variance {frailty:g}). Given to the regressions as offsets, what was put in comes back. Left out, it "
    "does not, and the intervals do not tell, for they know nothing of it:"
)

_LESSONS = (
    "- **Men differ, unseen: effects shrink.** Those whom a covariate makes ready leave early, and with them "
    "those who were ready anyway. Among those who are left, men with the covariate are the more loyal ones, "
    "and its effect looks smaller than it is, the more so the more have gone.",
    "- **Companies differ, unseen: contagion grows.** In a company with a high hazard many have gone because "
    "of what they share. A regression reads this as the effect of comrades gone, and takes from other terms "
    "what goes with it: a sect, a branch, being deployed leave their mark in how many of a group have gone.",
    "- **What grows with time looks like a brake.** As the ready leave, the hazard of those who are left "
    "falls by selection. A quantity that only grows, as learned surveillance does, is credited with that.",
    "- **Intervals do not tell.** They are as narrow as without what is unseen, and those of a company's own "
    "terms narrower than they deserve, as its men are counted as if each told something new of it.",
)

_SO = (
    "Estimates made without effects of units or of men would be biased in these directions, were the world "
    "like the model, and priors taken from them carry the bias along. A coefficient of this model is an "
    "effect given all the others, the company and the man; it is to be compared with estimates that allow "
    "for both."
)


def page(found: Mapping[str, Sequence[Recovered]]) -> str:
    """Write the page."""
    file, first = load(FILE), found["alike"][0]
    intro = _INTRO.format(men=file.army.regulars, days=file.days, number=len(first.terms), level=LEVEL)
    unseen = _UNSEEN.format(
        company=COMPANIES["army.unit_effect_sd"],
        loyalty=MEN["army.loyalty_sd"],
        frailty=MEN["army.frailty_variance"],
    )
    return (
        "\n\n".join(
            [
                "# What regressions recover",
                intro,
                "## Nothing is unseen",
                _calibration(found["alike"]),
                markdown(_recovered_rows(first)),
                "## Something is unseen",
                unseen,
                "![Recovered over put in](figures/recovery.png)",
                "*Recovered over put in, the first army of each: with nothing unseen, with effects of "
                "companies and of men given as offsets, and with both left out.*",
                markdown(_variant_rows(found)),
                _counts(found),
                "\n".join(_LESSONS),
                _SO,
            ]
        )
        + "\n"
    )


def standardised(runs: Sequence[Recovered]) -> np.ndarray:
    """Errors of the estimates in standard errors, (runs, p)."""
    return np.array([(each.estimate - each.put_in) / each.error for each in runs])


def _calibration(runs: Sequence[Recovered]) -> str:
    """Say how far estimates were from what was put in, over all runs."""
    away = standardised(runs)
    within = int((np.abs(away) < 1.96).sum())
    low, high = chi2(away.size).ppf([0.005, 0.995]) / away.size
    return (
        f"{runs[0].exits:,} of the first army leave ({runs[0].rows:,} rows). Over {len(runs)} armies, "
        f"{within} of {away.size} estimates are within 1.96 standard errors of what was put in, and the mean "
        f"square of the standardised differences is {(away**2).mean():.2f} (99 % of chance, were all "
        f"independent: {low:.2f} to {high:.2f}). The first:"
    )


def _recovered_rows(one: Recovered) -> list[dict[str, str]]:
    rows = []
    for term, estimate, half in zip(one.terms, one.estimate, one.half_width, strict=True):
        low, high = estimate - half, estimate + half
        rows.append(
            {
                "term": term.name,
                "key": f"`{term.key}`",
                "regression": "piecewise exponential" if term.common else "Cox",
                "put in": _number(term.put_in),
                "recovered": _number(estimate),
                "adjusted interval": f"{_number(low)} to {_number(high)}",
                "holds it": "yes" if low <= term.put_in <= high else "**no**",
            }
        )
    return rows


def _variant_rows(found: Mapping[str, Sequence[Recovered]]) -> list[dict[str, str]]:
    """Mean estimates over the runs of each variant; in bold where the interval of the first misses."""
    rows = []
    for place, term in enumerate(found["alike"][0].terms):
        row = {"term": term.name, "put in": _number(term.put_in)}
        for name, variant in VARIANTS.items():
            first = found[name][0]
            mean = float(np.mean([each.estimate[place] for each in found[name]]))
            missed = abs(first.estimate[place] - term.put_in) > first.half_width[place]
            row[variant.title] = f"**{_number(mean)}**" if missed else _number(mean)
        rows.append(row)
    return rows


def _counts(found: Mapping[str, Sequence[Recovered]]) -> str:
    told = ", ".join(f"{len(found[name])} of *{variant.title}*" for name, variant in VARIANTS.items())
    return (
        f"Means over armies: {told}. Bold: the adjusted interval of the first army does not hold what was "
        "put in."
    )


def _number(value: float) -> str:
    return f"{value:+.4f}" if abs(value) < 0.1 else f"{value:+.3f}"
