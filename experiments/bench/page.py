"""The figures of `make bench` as a page: beside plain C, targets, where a day goes, what would halve it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from experiments.showing.tables import markdown, number

Figures = Mapping[str, Any]

_DEAREST = 14
_HEAD = (
    "Made by `python benchmarks/bench.py --page docs/speed.md` (`make speed`); do not edit. Times are those "
    "of the processor, the fastest of several rounds, on {processor}; ratios to the plain C loop are of the "
    "same minutes, the two in turns. Other designs of processor give other ratios: the loop is arithmetic, "
    "the model half waiting for memory. `make bench-quick` compares with the ratios stored by design in "
    "`benchmarks/stored.json`."
)
_YARDSTICK = (
    "The yardstick, `benchmarks/loop.c`, does for each soldier and day one exponential, one step of loyalty "
    "and one comparison, and nothing else. The day of the model has every mechanism of `{scenario}` on, "
    "over {days} days, and all is recorded but attribution. The state of the first morning is part of the "
    "days; what no day changes is not: it is gathered once for an army and a scenario, in the time told in "
    "a column of its own."
)


class Target(NamedTuple):
    """What is asked of one figure."""

    what: str
    most: float
    unit: str
    found: float | None

    @property
    def row(self) -> dict[str, str]:
        """Row of the table of targets."""
        if self.found is None:
            here, verdict = "not measured", ""
        else:
            here = f"{number(self.found)} {self.unit}".rstrip()
            verdict = "held" if self.found <= self.most else "**missed**"
        most = f"{number(self.most)} {self.unit}".rstrip()
        return {"what": self.what, "at most": most, "here": here, "": verdict}


def page(figures: Figures) -> str:
    """Write the figures of a full bench as Markdown.

    Parameters
    ----------
    figures : mapping
        As ``benchmarks/bench.py`` prints them.
    """
    return "\n\n".join(_parts(figures)) + "\n"


def _parts(figures: Figures) -> Iterator[str]:
    headline = figures["headline"]
    yield "# How fast it is"
    yield _HEAD.format(processor=figures["processor"])
    yield "## Beside plain C"
    yield _YARDSTICK.format(scenario=headline["scenario"], days=headline["days"])
    yield markdown([_size(size) for size in figures["sizes"]])
    yield "## Targets"
    yield markdown([target.row for target in targets(figures)])
    yield "## Where a day goes"
    yield (
        "Microseconds of a day at full size by mechanism, the dearest first, by a stopwatch round each "
        "stage and term (what the stopwatches cost is taken off):"
    )
    yield markdown(list(_mechanisms(figures)))
    yield "## What the next halving would take"
    yield _next_halving(figures)


def _size(size: Figures) -> dict[str, str]:
    loop, ratio = size.get("c_loop_ns_per_soldier_day"), size.get("ratio_to_c_loop")
    return {
        "regulars": f"{size['regulars']:,}",
        "a day, us": number(size["us_per_day"]),
        "ns a soldier and day": f"{size['ns_per_soldier_day']:.2f}",
        "C loop, ns": "none" if loop is None else f"{loop:.2f}",
        "times the loop": "none" if ratio is None else f"{ratio:.2f}",
        "building the army, s": f"{size['synthesis_s']:.2f}",
        "gathering what no day changes, s": f"{size['setting_s']:.2f}",
        "memory, MB": number(size["peak_rss_mb"] or float("nan")),
    }


def targets(figures: Figures) -> list[Target]:
    """List what is asked of the model, with what was found.

    Parameters
    ----------
    figures : mapping
        As ``benchmarks/bench.py`` prints them.
    """
    headline, largest = figures["headline"], figures["sizes"][-1]
    seeds, commands = figures["seeds"], figures["commands"]
    million = f"{largest['regulars']:,} regulars"
    return [
        Target("a day of the full army, times the C loop", 2, "", headline.get("ratio_to_c_loop")),
        Target(
            f"a soldier of {million}, times one of full size", 1.5, "", figures["ns_of_largest_over_headline"]
        ),
        Target("building the full army", 1.5, "s", headline["synthesis_s"]),
        Target("memory at full size", 500, "MB", headline["peak_rss_mb"]),
        Target(f"memory with {million}", 6000, "MB", largest["peak_rss_mb"]),
        Target(
            "100 seeds of one army, times one building and 100 loops",
            1.15,
            "",
            seeds["over_synthesis_and_loops"],
        ),
        Target("`erosion run` in a fresh process", 8, "s", commands["erosion_run_s"]),
        Target("`import sim`", 0.6, "s", commands["import_s"]),
    ]


def _mechanisms(figures: Figures) -> Iterator[dict[str, str]]:
    spent = list(figures["us_per_day_by_mechanism"].items())
    whole = sum(us for _, us in spent)
    rest = sum(us for _, us in spent[_DEAREST:])
    for name, us in [*spent[:_DEAREST], (f"{len(spent[_DEAREST:])} others", rest)]:
        yield {"mechanism": name, "us a day": f"{us:.1f}", "share": f"{100 * us / whole:.0f} %"}


def _next_halving(figures: Figures) -> str:
    """Say what a day consists of, from the line through the sizes, and what would be left of it."""
    line, headline, asked = figures["line"], figures["headline"], figures["lookups"]
    fixed, marginal = line["fixed_us_per_day"], line["marginal_ns_per_soldier_day"]
    said = (
        f"A line through the sizes gives {number(fixed)} us a day whatever the army, and {marginal:.2f} ns "
        "more for each soldier who serves. The first part is Python, calls of compiled loops and small "
        f"tables; at full size it is {100 * fixed / headline['us_per_day']:.0f} % of the day. "
    )
    if "ratio_to_c_loop" in headline:
        alone = headline["ratio_to_c_loop"] * (1 - fixed / headline["us_per_day"])
        said += (
            "Were it nothing, as if the whole day were compiled into one loop, the rest of it would still be "
            f"{alone:.1f} times the C loop. "
        )
    return said + (
        f"The second part is men far apart in memory: for {number(asked['exits'])} who leave, a day looks at "
        f"{number(asked['looked_at'])} men and compares {number(asked['points'])} points of luck with a "
        "hazard, all waits for memory that the loop does not have. Wider or narrower bounds "
        "(`sim/watch.py`) trade looks for points at about the same cost. The next halving therefore takes "
        "both: the day in one compiled loop, and layers of luck that need fewer looks for each man who "
        "leaves, which would deal every number anew."
    )
