"""The page of findings: what each study of the founding case says, what was run for it, and what remains."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from experiments.ensembles.standing import duration, rate_text
from experiments.sensitivity.analysis import Sensitivity
from experiments.sensitivity.figures import (
    WORDS,
    bar_figure,
    convergence_figure,
    heat_figure,
    main_index,
    save_panels,
    time_heat_figure,
)
from experiments.sensitivity.indices import order_of, strongest
from experiments.sensitivity.outputs import END
from experiments.showing.tables import markdown, number
from experiments.study import COLLAPSE, Study

if TYPE_CHECKING:
    from experiments.ensembles.ensemble import Ensemble

Draw = Callable[[Axes], object]

_TOP = 6
_DOZEN = 12
_PANEL = 3.4
_WIDE = 0.1


@dataclass(frozen=True)
class Finding:
    """A study as it was run, and as it is meant.

    Parameters
    ----------
    found : Sensitivity
        Of the size that was run.
    full : Study
        As shipped.
    at_real_size : Ensemble
        A few runs of the same design with the army at its real size: what they cost.
    """

    found: Sensitivity
    full: Study
    at_real_size: Ensemble

    @property
    def is_whole(self) -> bool:
        """Whether it was run as shipped."""
        study = self.found.study
        return (study.blocks, study.scale) == (self.full.blocks, self.full.scale)


def write_page(findings: Sequence[Finding], out: Path) -> None:
    """Write the page, and its figures to a folder `figures` beside it."""
    figures = out.parent / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    parts = ["# What drives the outcome", _HEAD]
    for finding in findings:
        parts += _study(finding, figures)
    out.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


_HEAD = (
    "Made by `python -m experiments.sensitivity` (`make findings`); do not edit. Studies of sensitivity of "
    "the founding case `syria-2012`. Each range is an assumption: a factor that is strong here is strong "
    "within its range, and a narrow range makes any factor weak. What was run is said first; a small design "
    "ranks the strongest factors and says little of the others. Intervals (95 %) cover luck, army and the "
    "choice of points within the ranges; not what is held, nor the ranges. Methods, seeds and guards: "
    "[sensitivity.md](sensitivity.md). A simulation, not an observation or a forecast; what it rests on is "
    "in [limits.md](limits.md)."
)


def _study(finding: Finding, figures: Path) -> Iterator[str]:
    found, study = finding.found, finding.found.study
    yield f"## {study.title}"
    yield _what_was_run(finding)
    if not finding.is_whole:
        yield _what_remains(finding)
    yield _at_real_size(finding)
    yield _coercive(found)
    yield f"The {_TOP} strongest factors of each output, by {WORDS[main_index(study.method)]}:"
    yield markdown(list(_rows(found)))
    if study.method == "morris":
        yield _over_all(found)
    yield _how_sure(found)
    whole = study.outputs[0]
    draws: dict[str, Draw] = {
        "heat": lambda ax: heat_figure(found, ax),
        "bars": lambda ax: bar_figure(found, whole, ax),
    }
    if found.convergence["size"].nunique() > 1:
        draws["convergence"] = lambda ax: convergence_figure(found, whole, ax)
    if study.weekly:
        draws["weeks"] = lambda ax: time_heat_figure(found, study.weekly[-1], ax)
    for kind, draw in draws.items():
        name = f"sensitivity-{study.method}-{kind}.png"
        save_panels(figures / name, [draw], _PANEL, study.title, found.notes)
        yield f"![{study.title}: {kind}](figures/{name})"


def _what_was_run(finding: Finding) -> str:
    found, study = finding.found, finding.found.study
    runs = found.made.runs
    seconds = float(runs["seconds"].sum())
    collapsed = int((found.made.summary["outcome"].astype(str) == COLLAPSE).sum())
    whole = ", as shipped" if finding.is_whole else ""
    return (
        f"**Run{whole}:** {study.method}, {len(study.inputs)} factors ({len(study.factors)} keys), "
        f"{study.blocks:,} {_UNITS[study.method]}, {len(runs):,} runs at {found.scenario.army.scale:g} of "
        f"the army's size, {found.scenario.days} days each. They took {duration(seconds)} of one process on "
        f"a machine with other work: {rate_text(len(runs) / seconds)}. {collapsed:,} of them end in "
        f"collapse. Command: `erosion sensitivity {study.name} --size {study.blocks} "
        f"--scale {study.scale:g}`."
    )


def _what_remains(finding: Finding) -> str:
    """Project the full size from the rate that was measured: at the size of the army that was run."""
    found, full = finding.found, finding.full
    seconds = float(found.made.runs["seconds"].mean())
    fastest = float(found.made.runs["seconds"].quantile(0.05))
    scale, two = full.scale or 1.0, full.runs / 2
    return (
        f"**Not run:** the study as shipped, {full.blocks:,} {_UNITS[full.method]}, {full.runs:,} runs at "
        f"{scale:g} of the army's size. At the measured {seconds:.2f} s a run two processes would take "
        f"{duration(two * seconds)}; at the {fastest:.2f} s of the fastest twentieth, which were least "
        f"disturbed, {duration(two * fastest)}. Both are rates at {found.scenario.army.scale:g} of the size. "
        f"Command: `erosion sensitivity {full.name}`, which may be interrupted."
    )


def _at_real_size(finding: Finding) -> str:
    """Project the study with the real army, from a few runs of it."""
    runs, full = finding.at_real_size.runs, finding.full
    seconds = float(runs["seconds"].median())
    return (
        f"**At the army's real size:** not run. {len(runs)} runs of its design took {seconds:.2f} s each "
        f"(the median): at that rate the {full.runs:,} runs would take two processes "
        f"{duration(full.runs / 2 * seconds)}. Command: `erosion sensitivity {full.name} --scale 1`."
    )


_UNITS = {"morris": "trajectories", "sobol": "blocks", "pawn": "points", "delta": "points"}


def _coercive(found: Sensitivity) -> str:
    from experiments.discovery.coercive import coercive_among

    names = ", ".join(f"`{name}`" for name in coercive_among(found.study.factors))
    if not names:
        return "No coercive key is varied."
    return f"Coercive keys are varied, as their values are not known; no value is recommended: {names}."


def _rows(found: Sensitivity) -> Iterator[dict[str, str]]:
    table, index = found.indices, main_index(found.study.method)
    for output in dict.fromkeys(table.loc[table["day"] == END, "output"]):
        top = strongest(table, output, index).head(_TOP)
        said = [_factor(row) for row in top.to_dict("records")]
        if not np.isfinite(top["value"]).any():
            said = ["the same in all runs"]
        yield {"output": output.replace("_", " "), "strongest first, with 95 % interval": "; ".join(said)}


def _factor(row: Mapping[Hashable, Any]) -> str:
    ends = f"{number(row['conf_low'])} to {number(row['conf_high'])}"
    return f"`{row['factor']}` {number(row['value'])} ({ends})"


def _over_all(found: Sensitivity) -> str:
    """Rank the factors over all outputs: the study that follows takes up the first of them."""
    table = found.indices[found.indices["day"] == END]
    names = order_of(table, main_index(found.study.method))[:_DOZEN]
    return (
        "Over all outputs (each effect over the largest on that output, their mean), the strongest first: "
        + ", ".join(f"`{name}`" for name in names)
        + "."
    )


def _how_sure(found: Sensitivity) -> str:
    """Say how much the design can tell."""
    table, study = found.indices, found.study
    index = main_index(study.method)
    rows = table[(table["index"] == index) & (table["day"] == END)]
    if study.method == "morris":
        most = rows.groupby("factor", sort=False)["value"].max()
        still = ", ".join(f"`{name}`" for name in most.index[most == 0])
        return (
            f"Each factor has {study.trajectories} effects on an output. Intervals from so few are rough, "
            "and too narrow more often than in 5 % of cases. Where a single change tips a run into collapse, "
            "it outweighs all other effects of its factor; an interval that reaches 0 tells of this."
            + (f" No output moved at all with {still}." if still else "")
        )
    alone = table[(table["index"] == "S1") & (table["day"] == END)]
    sums = alone.groupby("output", sort=False)["value"].sum()
    said = ", ".join(f"{str(output).replace('_', ' ')} {number(value)}" for output, value in sums.items())
    top = rows.loc[rows.groupby("output")["value"].idxmax()]
    half = (top["conf_high"] - top["conf_low"]) / 2
    wide = [str(name).replace("_", " ") for name in top.loc[half > _WIDE, "output"]]
    sure = "Shares above 1, and sums of S1 above 1, are errors of the design, not findings. " * (
        bool((rows["value"] > 1).any() or (sums > 1).any())
    )
    if wide:
        sure += (
            f"Of {', '.join(wide)} the strongest factor has an interval wider than ± {_WIDE:g}: its share is "
            "hardly known, and the order of the others not. "
        )
    return (
        f"The strongest factor of an output has an interval of ± {number(float(half.median()))} (the median "
        f"over outputs). {sure}Sum of S1: {said}; what is missing to 1 is due to factors together, and to "
        "the army and luck of each block."
    )
