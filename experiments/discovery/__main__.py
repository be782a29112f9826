"""Write ``docs/discovery.md`` and its figures: where an army collapses, where a plan adds little."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from experiments.discovery.example import FUTURES, SCALE, founding_runs
from experiments.discovery.page import write_page
from experiments.progress import shown


def main() -> None:
    """Run the example, or take its runs from a file, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/discovery.md"))
    parser.add_argument("--futures", type=int, default=FUTURES, help="futures, each under all policies")
    parser.add_argument("--scale", type=float, default=SCALE, help="size of the army, 1 for the real one")
    parser.add_argument("--runs", type=Path, help="Parquet file of runs: read if it is there, else written")
    chosen = parser.parse_args()
    if chosen.runs and chosen.runs.exists():
        runs = pd.read_parquet(chosen.runs)
    else:
        with shown(f"{chosen.futures} futures of syria-2012") as progress:
            runs = founding_runs(chosen.futures, chosen.scale, progress)
        if chosen.runs:
            runs.to_parquet(chosen.runs, index=False)
    write_page(runs, chosen.scale, chosen.out)


if __name__ == "__main__":
    main()
