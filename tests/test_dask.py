"""Ensembles on a real Dask scheduler with two workers."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from experiments import compare
from experiments.ensembles.ensemble import ensemble
from experiments.ensembles.plan import pairs
from experiments.ensembles.standing import Standing
from tests.dask_cluster import Cluster, children_of, cluster, wait_for_workers
from tests.ensemble_models import Slips
from tests.interrupted import RUNS, bytes_of, complete, wanted
from tests.small import small_scenario


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("dask"), 2) as found:
        wait_for_workers(found)
        yield found


def test_a_dask_scheduler_gives_the_same_bytes_as_this_process(tmp_path: Path, dask: Cluster) -> None:
    runs = pairs(small_scenario(days=30, events=[], claims=[]), 4)
    alone = ensemble(runs, tmp_path / "alone", engine="serial")
    far = ensemble(runs, tmp_path / "far", engine=dask.engine)
    assert bytes_of(far) == bytes_of(alone)


def test_policies_are_compared_there_as_in_this_process(tmp_path: Path, dask: Cluster) -> None:
    base = small_scenario(days=30, events=[], claims=[])
    levers = {"fear": base.with_({"fear.effect": 0.9})}
    alone = compare(base, levers, runs=2)
    far = compare(base, levers, runs=2, folder=tmp_path / "far", engine=dask.engine)
    for name in ("runs", "effects", "only_because"):
        pd.testing.assert_frame_equal(getattr(far, name), getattr(alone, name), check_exact=True)


def test_a_dask_worker_that_is_killed_loses_nothing(tmp_path: Path, dask: Cluster) -> None:
    """It is started again by its nanny, and what it had in hand is made by another."""
    killed: list[int] = []

    def kill(now: Standing) -> None:
        if now.done >= 2 and not killed:
            for worker in children_of(dask.workers[0]):
                killed.append(worker.pid)
                worker.kill()

    model = Slips(seconds=0.1)
    found = ensemble(wanted(), tmp_path / "far", engine=dask.engine, model=model, progress=kill)
    assert killed
    assert found.counts()["done"] == RUNS
    whole = ensemble(wanted(), tmp_path / "whole", engine="serial", model=Slips())
    complete(tmp_path / "far", bytes_of(whole))


def test_failures_and_limits_are_rows_there_too(tmp_path: Path, dask: Cluster) -> None:
    model = Slips(raises=frozenset({2}), hangs=frozenset({3}))
    runs = pairs(small_scenario(days=20, events=[], claims=[]), 4)
    found = ensemble(runs, tmp_path / "far", engine=dask.engine, model=model, limit_seconds=1.0)
    assert found.failed["error"].tolist() == ["ArithmeticError", "RunLimit"]
    assert found.counts()["done"] == 2
