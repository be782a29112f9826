"""The figures of `make bench` as a short table, and the headline ratio beside the one that was stored."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

GROWTH = 1.3
"""How far the ratio to the C loop may grow beyond the stored one."""
_SAME = ("scenario", "soldiers", "days")
"""What two ratios must share to be compared."""
_DEAREST = 12
"""Mechanisms that the table names."""

Figures = Mapping[str, Any]


def processor() -> str:
    """Name, family and model of the processor: makers give one name to several designs."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition(":")
        facts.setdefault(key.strip(), value.strip())
    if "model name" not in facts:
        return platform.machine()
    return f"{facts['model name']}, family {facts.get('cpu family', '?')}, model {facts.get('model', '?')}"


def store(file: Path, headline: Figures) -> None:
    """Write the ratio that later ones on this processor are compared with; those of others stay."""
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept[processor()] = {name: headline[name] for name in (*_SAME, "ratio_to_c_loop")}
    file.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def against_stored(file: Path, headline: Figures) -> tuple[bool, str]:
    """Compare the headline ratio with the one stored for this processor.

    The loop is all arithmetic, the model half waiting for memory: a newer design hastens them unequally, so
    that ratios of two processors say nothing of each other.

    Returns
    -------
    holds : bool
        Whether it is at most `GROWTH` times the stored one; also where there is nothing to compare.
    words : str
        What was compared, for people.
    """
    if "ratio_to_c_loop" not in headline:
        return True, "no C compiler: nothing to compare with"
    now, stored = headline["ratio_to_c_loop"], {}
    if file.exists():
        stored = json.loads(file.read_text(encoding="utf-8"))
    if processor() not in stored:
        others = (
            "; ".join(f"{one['ratio_to_c_loop']:.2f} on {name}" for name, one in stored.items()) or "none"
        )
        return True, (
            f"{now:.2f} times the C loop; no ratio is stored for {processor()} (stored: {others or 'none'}): "
            "make bench-store adds one"
        )
    before = stored[processor()]
    differing = [name for name in _SAME if before[name] != headline[name]]
    if differing:
        return True, f"the stored ratio is of another {', '.join(differing)}: not compared"
    then = before["ratio_to_c_loop"]
    holds = now <= GROWTH * then
    verdict = "within" if holds else "MORE THAN"
    return holds, f"{now:.2f} times the C loop, stored {then:.2f}: {verdict} {GROWTH:g} times it"


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
