"""Policies made by an engine: the runs of `erosion compare` and `erosion dose`, kept as they finish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from experiments.commands.engine_options import Stored
    from experiments.ensembles.ensemble import Ensemble
    from sim.scenario import Scenario

STORE = "runs"
"""Folder of the runs, in that of the comparison."""


def make_policies(
    scenarios: Mapping[str, Scenario],
    seeds: range,
    where: Path,
    title: str,
    options: Stored,
    *,
    leavers: bool,
) -> Ensemble:
    """Make the runs that are missing; where a part of them was asked for, the command ends after it.

    Parameters
    ----------
    scenarios : mapping
        Scenario of each policy.
    seeds : range
        Army seed and luck seed of each pair.
    where : Path
        Folder of the comparison.
    title : str
        What is shown while it goes on.
    options : Stored
    leavers : bool
        Keep who left, too.

    Raises
    ------
    Exit
        After a part.
    """
    from experiments.policies import stored

    with options.making(title, where / STORE) as how:
        made = stored.make_runs(scenarios, seeds, where / STORE, how, leavers=leavers, shard=options.part)
    if options.part is not None:
        _end_after_a_part(made, where)
    return made


def _end_after_a_part(made: Ensemble, where: Path) -> None:
    from experiments.commands.store import counts_line, print_failed
    from experiments.commands.stored_runs import FAILED

    print(counts_line(made))
    print_failed(made)
    print(f"In {where / STORE}: when all parts are made, the same command without --shard compares")
    raise typer.Exit(FAILED if made.counts()["failed"] else 0)
