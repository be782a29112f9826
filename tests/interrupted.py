"""A driver that tests interrupt: the same runs each time, in a process that may be killed.

``python -m tests.interrupted STORE NOTES WORKERS`` goes on with the store, in so many processes.
"""

import secrets
import subprocess
import sys
import time
from pathlib import Path

from experiments.ensembles.ensemble import Ensemble, ensemble
from experiments.ensembles.plan import Run
from experiments.ensembles.store import Store
from tests.ensemble_models import Slips
from tests.small import small_scenario

__all__ = ["Slips", "bytes_of", "complete", "ensemble", "killed_after", "wanted"]

RUNS = 24
TO_START_SECONDS = 120.0


def wanted() -> list[Run]:
    """Two policies, each on twelve seeds."""
    base = small_scenario(days=20, events=[], claims=[])
    other = base.with_({"fear.effect": 0.9})
    policies = {"as it is": base, "fear": other}
    return [
        Run(scenario, seed, labels={"policy": name})
        for name, scenario in policies.items()
        for seed in range(1, RUNS // 2 + 1)
    ]


def bytes_of(found: Ensemble) -> dict[str, bytes]:
    """Sorted frames as bytes, without the names of runs, which depend on the version of the model."""
    frames = {"summary": found.summary.drop(columns="run_id"), "daily": found.daily}
    return {name: frame.to_parquet(index=False) for name, frame in frames.items()}


def killed_after(runs: int, seconds: float, store: Path, workers: int = 1) -> None:
    """Start the driver, and kill it some seconds after it has begun so many runs, or to work at all."""
    notes = store.with_name(f"{store.name}-notes-{secrets.token_hex(4)}")
    notes.mkdir(parents=True)
    before = set(drivers_of(store))
    command = [sys.executable, "-m", "tests.interrupted", str(store), str(notes), str(workers)]
    driver = subprocess.Popen(command)
    until = time.monotonic() + TO_START_SECONDS
    while driver.poll() is None and (drivers_of(store) <= before or len(list(notes.iterdir())) < runs):
        assert time.monotonic() < until, "the driver did not start"
        time.sleep(0.005)
    time.sleep(seconds)
    driver.kill()
    driver.wait()


def drivers_of(store: Path) -> set[str]:
    """Names of the drivers that have begun to work on a store."""
    return {path.name for path in (store / "drivers").glob("*.lock")}


def complete(store: Path, undisturbed: dict[str, bytes]) -> None:
    """Go on until all is done; compare with an undisturbed ensemble, and look for doubles."""
    found = ensemble(wanted(), store, engine="serial", model=Slips())
    assert found.counts() == {"done": RUNS, "failed": 0, "missing": 0}
    assert bytes_of(found) == undisturbed
    kept = Store(store)
    rows = [run_id for shard in kept.shards() for run_id in kept.rows_of(shard)["run_id"]]
    assert len(rows) == len(set(rows)) == RUNS
    assert not list(store.rglob("*.unfinished")), "what was half written is cleared away"


if __name__ == "__main__":
    store, notes, workers = sys.argv[1:]
    ensemble(wanted(), store, workers=int(workers), model=Slips(seconds=0.05, notes=notes))
