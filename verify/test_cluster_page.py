"""The Slurm script of docs/cluster.md, each task of the array run as Slurm would, on a small army."""

import os
import re
import subprocess
import sys
from pathlib import Path

from experiments.ensembles.ensemble import Ensemble
from tests.small_files import write_small

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "cluster.md"
SCRIPT = re.compile(r"^```sh\n(#!/bin/sh\n#SBATCH.*?)^```$", re.M | re.S)
PARTS, RUNS = 2, 6


def scripts(folder: Path) -> list[str]:
    """Scripts of the page, with a small scenario and few runs in place of theirs."""
    found = SCRIPT.findall(PAGE.read_text(encoding="utf-8"))
    small = [text.replace("run syria-2012 --runs 2000", f"run small.yaml --runs {RUNS}") for text in found]
    assert len(small) == 2
    assert all(f"--runs {RUNS} " in text for text in small)
    write_small(folder, days=30, events=[], claims=[])
    activate = folder / "loyalty-erosion" / ".venv" / "bin" / "activate"
    activate.parent.mkdir(parents=True)
    # The command as it is installed there, from this tree.
    program = activate.with_name("erosion")
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m experiments "$@"\n')
    program.chmod(0o755)
    activate.write_text(f'PATH="{activate.parent}:$PATH"\n')
    return small


def submit(text: str, folder: Path, number: int) -> None:
    """Run a script as a task of an array."""
    slurm = {
        "SLURM_ARRAY_TASK_ID": str(number),
        "SLURM_ARRAY_TASK_COUNT": str(PARTS),
        "SLURM_CPUS_PER_TASK": "2",
        "HOME": str(folder),
        "SCRATCH": str(folder),
    }
    subprocess.run(["sh", "-c", text], env={**os.environ, **slurm}, cwd=folder, check=True)


def test_the_array_and_the_job_after_it_complete_the_runs(tmp_path: Path) -> None:
    part, rest = scripts(tmp_path)
    submit(part, tmp_path, 1)
    store = tmp_path / "founding"
    assert Ensemble.load(store).counts() == {"done": RUNS // PARTS, "failed": 0, "missing": RUNS // PARTS}
    submit(rest, tmp_path, 0)
    assert Ensemble.load(store).counts() == {"done": RUNS, "failed": 0, "missing": 0}
    assert (store / "summary.csv").exists()
    submit(part, tmp_path, 2)
    assert len(Ensemble.load(store).runs) == RUNS, "a part that comes late finds its runs made"
