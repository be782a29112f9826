"""The figures of `make bench` as a short table, and the headline ratio beside the one that was stored."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

GROWTH = 1.3
"""How far the ratio to the C loop may grow beyond the stored one."""
_DEAREST = 12
"""Mechanisms that the table names."""

Figures = Mapping[str, Any]


def processor() -> str:
    """Name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def store(file: Path, headline: Figures) -> None:
    """Write the ratio that later ones are compared with, and where it was measured."""
    kept = {name: headline[name] for name in ("scenario", "soldiers", "days", "ratio_to_c_loop")}
    file.write_text(json.dumps({"processor": processor(), **kept}, indent=2) + "\n", encoding="utf-8")


def against_stored(file: Path, headline: Figures) -> tuple[bool, str]:
    """Compare the headline ratio with the stored one.

    Returns
    -------
    holds : bool
        Whether it is at most `GROWTH` times the stored one; also where there is nothing to compare.
    words : str
        What was compared, for people.
    """
    if "ratio_to_c_loop" not in headline:
        return True, "no C compiler: nothing to compare with"
    if not file.exists():
        return True, f"no ratio is stored in {file.name}: make bench-store writes one"
    before = json.loads(file.read_text(encoding="utf-8"))
    differing = [name for name in ("scenario", "soldiers", "days") if before[name] != headline[name]]
    if differing:
        return True, f"the stored ratio is of another {', '.join(differing)}: not compared"
    now, then = headline["ratio_to_c_loop"], before["ratio_to_c_loop"]
    where = "" if before["processor"] == processor() else f", on another processor ({before['processor']})"
    holds = now <= GROWTH * then
    verdict = "within" if holds else "MORE THAN"
    return holds, f"{now:.2f} times the C loop, stored {then:.2f}{where}: {verdict} {GROWTH:g} times it"


def table(figures: Figures) -> str:
    """Write the figures of a full bench for people."""
    return "\n".join(_lines(figures))


def _lines(figures: Figures) -> Iterator[str]:
    yield f"{figures['processor']}; {figures['sizes'][0]['scenario']}, {figures['sizes'][0]['days']} days"
    yield "  regulars   us a day  ns a man  C loop  ratio  synthesis      MB"
    for size in figures["sizes"]:
        yield _size(size)
    line = figures["line"]
    yield (
        f"a day: {line['fixed_us_per_day']:,.0f} us fixed "
        f"+ {line['marginal_ns_per_soldier_day']:.2f} ns a soldier"
    )
    over = figures["ns_of_largest_over_headline"]
    yield f"a man of the largest army takes {over:.2f} times one of full size"
    lengths = ", ".join(f"{days} days {us:,.0f}" for days, us in figures["us_per_day_of_first"].items())
    yield f"us a day over the first: {lengths}"
    mechanisms = list(figures["us_per_day_by_mechanism"].items())[:_DEAREST]
    yield "us a day by mechanism: " + ", ".join(f"{name} {us:.1f}" for name, us in mechanisms)
    yield ", ".join(f"{name} {value:g}" for name, value in figures["seeds"].items())
    yield ", ".join(f"{name} {value:g}" for name, value in figures["commands"].items())


def _size(size: Figures) -> str:
    """One line of the table of sizes."""
    loop, ratio = size.get("c_loop_ns_per_soldier_day"), size.get("ratio_to_c_loop")
    beside = f"{loop:7.2f} {ratio:6.2f}" if loop and ratio else f"{'none':>7} {'':6}"
    return (
        f"{size['regulars']:10,} {size['us_per_day']:10,.0f} {size['ns_per_soldier_day']:9.2f} {beside} "
        f"{size['synthesis_s']:8.2f} s {size['peak_rss_mb'] or float('nan'):7,.0f}"
    )
