"""Runs of the page of levers: every policy on the same pairs of army and luck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context

import pandas as pd

from experiments.levers_page.expectations import path_of
from experiments.policies.comparison import runs_of
from experiments.policies.levers import BASELINE
from experiments.progress import shown
from sim.scenario import Scenario
from sim.scenario_file import load


@cache
def scenarios(overlays: tuple[str, ...], scale: float) -> dict[str, Scenario]:
    """Scenario of each policy at a scale, the baseline first; loaded once a process."""
    scaled = {"army.scale": scale}
    found = {BASELINE: load("syria-2012", overrides=scaled)}
    for overlay in overlays:
        found[overlay] = load("syria-2012", overlays=[path_of(overlay)], overrides=scaled)
    return found


def pair(overlays: tuple[str, ...], scale: float, seed: int) -> pd.DataFrame:
    """Run every policy on the army and the luck of one seed."""
    return runs_of(scenarios(overlays, scale), range(seed, seed + 1))


def all_runs(overlays: tuple[str, ...], pairs: int, scale: float, processes: int) -> pd.DataFrame:
    """Run every policy on all pairs; the same whatever the number of processes.

    Parameters
    ----------
    overlays : tuple of str
        Names of levers and contrasts.
    pairs : int
        Pair r, from 1, has army seed and luck seed r.
    scale : float
        Size of the army over its real size.
    processes : int
        How many run at a time.

    Returns
    -------
    DataFrame
        As `experiments.policies.comparison.Comparison.runs`.
    """
    one = partial(pair, overlays, scale)
    tables = list[pd.DataFrame]()
    with shown(f"{pairs * (len(overlays) + 1)} runs") as progress:
        for table in _in_order(one, range(1, pairs + 1), processes):
            tables.append(table)
            progress(len(tables), pairs)
    return pd.concat(tables, ignore_index=True)


def _in_order(one: Callable[[int], pd.DataFrame], seeds: range, processes: int) -> Iterator[pd.DataFrame]:
    """Give the runs of each pair in the order of the seeds."""
    if processes == 1:
        yield from map(one, seeds)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, seeds)
