"""A Dask scheduler that has no workers, or that dies while runs are made, is told soon and loses nothing."""

import time
from pathlib import Path

import pytest

from experiments.ensembles.ensemble import Ensemble, ensemble
from experiments.ensembles.faults import EngineError
from experiments.ensembles.standing import Standing
from tests.dask_cluster import cluster, end, wait_for_workers
from tests.ensemble_models import Slips
from tests.interrupted import RUNS, wanted


def test_a_scheduler_without_workers_is_told(tmp_path: Path) -> None:
    with cluster(tmp_path, 0) as empty:
        begin = time.monotonic()
        with pytest.raises(EngineError, match="has no workers: start some with 'dask worker"):
            ensemble(wanted(), tmp_path / "store", engine=empty.engine, model=Slips())
        assert time.monotonic() - begin < 10
    assert not (tmp_path / "store").exists()


def test_a_scheduler_that_dies_meanwhile_is_told(tmp_path: Path) -> None:
    with cluster(tmp_path, 1) as found:
        wait_for_workers(found)
        gone: list[float] = []

        def kill(now: Standing) -> None:
            if now.done and not gone:
                end([found.scheduler])
                gone.append(time.monotonic())

        with pytest.raises(EngineError):
            ensemble(
                wanted(), tmp_path / "store", engine=found.engine, model=Slips(seconds=0.1), progress=kill
            )
        assert time.monotonic() - gone[0] < 30
    assert 0 < Ensemble.load(tmp_path / "store").counts()["done"] < RUNS
