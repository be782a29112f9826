"""Write ``docs/discovery.md`` and its figures: where an army collapses, where a plan adds little."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.discovery.example import FUTURES, SCALE, founding_runs
from experiments.discovery.page import NEEDED, write_page
from experiments.showing.page_command import add_scale, at_least, page_parser
from experiments.showing.progress import shown


def main() -> None:
    """Run the example, or take its runs from a file, and write the page."""
    parser = page_parser("experiments.discovery", __doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/discovery.md"))
    parser.add_argument(
        "--futures", type=at_least(20), default=FUTURES, help="futures, each under all policies"
    )
    add_scale(parser, SCALE)
    parser.add_argument("--runs", type=Path, help="Parquet file of runs: read if it is there, else written")
    chosen = parser.parse_args()
    if chosen.runs and chosen.runs.exists():
        try:
            runs = _kept(chosen.runs)
        except (OSError, ValueError) as error:
            parser.error(f"{chosen.runs} is no table of runs of this page: {error}")
    else:
        if chosen.runs:
            chosen.runs.parent.mkdir(parents=True, exist_ok=True)
        with shown(f"{chosen.futures} futures of syria-2012") as progress:
            runs = founding_runs(chosen.futures, chosen.scale, progress)
        if chosen.runs:
            runs.to_parquet(chosen.runs, index=False)
    write_page(runs, chosen.scale, chosen.out)


def _kept(path: Path) -> pd.DataFrame:
    """Read runs that were written before."""
    runs = pd.read_parquet(path)
    if missing := [name for name in NEEDED if name not in runs]:
        raise ValueError(f"it has no column {', '.join(missing)}")
    return runs


if __name__ == "__main__":
    main()
