"""Examples: a command line of each command, in an order in which later ones find what earlier ones wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A command that is run for the page.

    Parameters
    ----------
    line : str
        As it is typed.
    says : str
        What it is for.
    figures : tuple of (str, str)
        Figures that it draws, each a path and what it shows; they are put on the page.
    code : int
        Exit code that it ends with.
    lines : int
        Most lines that are shown of what it prints.
    """

    line: str
    says: str
    figures: tuple[tuple[str, str], ...] = ()
    code: int = 0
    lines: int = 40


STUDY = """\
name: my-study
title: Four assumptions of the founding case
scenario: syria-2012
scale: 0.02
method: pawn
size: 64
factors:
  grievance.multiple: {low: 0.4, high: 1.6}
  belief.decay_days: {low: 14, high: 42, whole: true}
  refuge.floor: {low: 0.05, high: 0.5}
  invitation.on: {values: [true, false]}
outputs: [exits, share_gone]
"""

SCREENING = STUDY.replace("method: pawn\nsize: 64", "trajectories: 8").replace("my-study", "my-screening")

WRONG = """\
extends: invented-army.yaml
name: my-army
days: 300
fear: {efect: 0.9}
refuge: {floor: 1.5}
"""

FRESH = STUDY.replace("name: my-study", "name: my-fresh-study\nseed: 1001")

FILES = {
    "my-study.yaml": STUDY,
    "my-fresh-study.yaml": FRESH,
    "my-screening.yaml": SCREENING,
    "my-army.yaml": WRONG,
}
"""Files that the examples read, by name."""

EXAMPLES = (
    Example("erosion run syria-2012 --scale 0.02 --out results/one", "One run.", lines=70),
    Example(
        "erosion run syria-2012 --scale 0.02 --runs 20 --engine processes --workers 2 --out results/many",
        "Many runs, each stored as it finishes; the same command goes on ([cluster.md](cluster.md)).",
        (("results/many/ensemble.png", "Bands, single runs by class of outcome, share of each class"),),
        lines=70,
    ),
    Example("erosion status results/many", "How far they are, and what failed."),
    Example("erosion export results/many --to csv", "Their tables in another form."),
    Example(
        "erosion compare syria-2012 --lever salary-200 --lever refuge --combine 2 --scale 0.02 --runs 10 "
        "--engine processes --workers 2 --out results/compared",
        "Levers alone and together, on the same army and luck: differences, what pairing is worth, "
        "interactions, who left only because of a lever, and what it costs. With an engine each run is "
        "stored, and the same command goes on; without one, nothing is kept.",
        (("results/compared/only_because.png", "Men who left in one of the two runs alone"),),
        lines=90,
    ),
    Example(
        "erosion dose syria-2012 --lever salary-200 --vary salary_plan.usd_per_month=50,100,200,400 "
        "--vary salary_plan.announced=2011-10-03,2012-01-02,2012-04-02 --scale 0.02 --runs 5 "
        "--engine processes --workers 2 --out results/doses",
        "A lever over stated amounts and dates; a map of tiles for two keys.",
        (("results/doses/doses.png", "Difference by amount and date of a salary plan"),),
    ),
    Example(
        "erosion screen my-screening.yaml --out results/screened",
        "Which factors move an output at all (Morris), in this process; for many, `erosion sensitivity`.",
    ),
    Example(
        "erosion sensitivity my-study.yaml --workers 2 --out results/studied",
        "Which factors drive an output, over stored runs ([sensitivity.md](sensitivity.md)).",
        lines=60,
    ),
    Example(
        "erosion sensitivity my-fresh-study.yaml --workers 2 --out results/fresh",
        "The same study with `seed: 1001`, so other points, armies and luck: to measure what is found on the "
        "first.",
        lines=4,
    ),
    Example(
        "erosion discover results/studied --where 'share_gone > 0.3' --fresh results/fresh "
        "--out results/boxes",
        "Under which values of the factors the runs of interest came about, and what the box is worth on "
        "runs that it was not found on ([discovery.md](discovery.md)).",
        (("results/boxes/box-1.png", "Trajectory of the boxes and limits of the one that was found"),),
        lines=60,
    ),
    Example("erosion validate my-army.yaml", "All faults of a scenario at once.", code=2),
    Example(
        "erosion show invented-army --origin",
        "Each value of a scenario, with the file and line it comes from.",
        lines=12,
    ),
    Example("erosion schema --out schema.json", "The JSON Schema of scenario files, for editors."),
    Example("erosion docs --check", "Whether the tables of [odd.md](odd.md) are what the code says."),
    Example("erosion bench --scenario invented-army --rounds 1", "What a run takes, in time and memory."),
)
