"""Runs of the page of levers: every policy on the same pairs of army and luck, kept as they finish."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.levers_page.expectations import path_of
from experiments.policies.levers import BASELINE
from experiments.policies.paired_runs import Kept, runs_of
from experiments.showing.progress import shown
from sim.scenario import Scenario
from sim.scenario_file import load


def scenarios(overlays: tuple[str, ...], scale: float) -> dict[str, Scenario]:
    """Scenario of each policy at a scale, the baseline first."""
    scaled = {"army.scale": scale}
    found = {BASELINE: load("syria-2012", overrides=scaled)}
    for overlay in overlays:
        found[overlay] = load("syria-2012", overlays=[path_of(overlay)], overrides=scaled)
    return found


def all_runs(
    overlays: tuple[str, ...], pairs: int, scale: float, folder: Path, workers: int | None = None
) -> pd.DataFrame:
    """Run every policy on all pairs.

    Parameters
    ----------
    overlays : tuple of str
        Names of levers and contrasts.
    pairs : int
        Pair r, from 1, has army seed and luck seed r.
    scale : float
        Size of the army over its real size.
    folder : Path
        Store of the runs; the same call goes on where it stopped.
    workers : int, optional
        Processes; as many as there are processors unless stated.

    Returns
    -------
    DataFrame
        As from `experiments.policies.paired_runs.runs_of`.
    """
    with shown(f"{pairs * (len(overlays) + 1)} runs") as progress:
        kept = Kept(folder, workers=workers)
        return runs_of(scenarios(overlays, scale), range(1, pairs + 1), progress, kept)
