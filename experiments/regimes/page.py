"""The page of regimes: cells, classes and borders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from experiments.regimes.map import AXES, BELIEF, GRIEVANCE, HERE, LEARNING, Axis, Border, Cell, Point
from experiments.showing.tables import markdown, number
from sim.results.columns import OUTCOMES
from sim.scenario import Scenario


def page(scenario: Scenario, cells: dict[Point, Cell], found: list[Border], figure: Path) -> str:
    """Write the page."""
    armies = len(cells[HERE].outcomes)
    parts = [
        "# The map of regimes",
        _head(scenario, armies),
        f"![Class of outcome over three parameters](figures/{figure.name})",
        "*Share of the regulars gone at the end, per cent, mean of the armies; a star where they are not all "
        "of one class. The baseline is framed. A simulation, not an observation.*",
        "## Classes found",
        *_classes(cells),
        "## How far the baseline is from each border",
        *_distances(cells, found),
        "## The cells",
        *_tables(cells),
    ]
    return "\n\n".join(parts) + "\n"


def _head(scenario: Scenario, armies: int) -> str:
    """Say what was run and how a cell is classed."""
    size = "full size" if scenario.army.scale == 1 else f"{scenario.army.scale:g} of its size"
    keys = ", ".join(f"`{key}`" for axis in AXES for key in axis.keys)
    return (
        "Made by `python -m experiments.regimes`; do not edit. Scenario `syria-2012` with three things moved "
        f"({keys}) and all else as it is: army at {size}, {armies} armies a cell, each with the luck of its "
        f"number, the same in all cells. {scenario.war.statement} The classes are definitions "
        "([odd.md](odd.md), 7.25). A cell is of the class of most of its runs. How fast surveillance "
        "learns is coercive: it is compared at the stated values, and not searched."
    )


def _classes(cells: dict[Point, Cell]) -> Iterator[str]:
    """Say how many cells each class has, and what was tried for one that has none."""
    counts = {name: sum(cell.outcome == name for cell in cells.values()) for name in OUTCOMES}
    yield markdown([{"class": name, "cells": number(count)} for name, count in counts.items()])
    missing = [name for name, count in counts.items() if not count]
    tried = "; ".join(f"{axis.title}: {', '.join(f'{v:g}' for v in axis.values)}" for axis in AXES)
    if missing:
        yield f"**Not found**: {', '.join(missing)}. Tried: all combinations of {tried}."
    else:
        yield f"All four classes are found, among all combinations of {tried}."
    split = sum(not cell.agrees for cell in cells.values())
    yield f"In {split} of {len(cells)} cells the armies do not agree; such cells lie on a border."


def _distances(cells: dict[Point, Cell], found: list[Border]) -> Iterator[str]:
    """Write the borders on either side of the baseline along each axis."""
    yield (
        f"The baseline is a **{cells[HERE].outcome}**. Along one axis at a time, the others as they are: "
        "between two values of the grid with different classes the interval was halved, but for the coercive "
        "axis, down to the half width of the last column but one. A band of another class inside a step of "
        "the grid whose two ends are of one class is not seen, nor need one be that is narrower than half a "
        "step."
    )
    lines = [_line(axis, border) for axis in AXES for border in _own(axis, found)]
    lines += [_open(axis, cells) for axis in AXES if not _own(axis, found)]
    yield markdown(lines)


def _own(axis: Axis, found: list[Border]) -> list[Border]:
    return [border for border in found if border.axis is axis]


def _line(axis: Axis, border: Border) -> dict[str, str]:
    """One border."""
    away = border.at - axis.baseline
    return {
        "axis": axis.title,
        "baseline": f"{axis.baseline:g}",
        "border": f"{border.below} to {border.above}",
        "lies at": number(border.at),
        "distance": ("+" if away > 0 else "−") + number(abs(away)),
        "known to within ±": number((border.high - border.low) / 2),
        "times the baseline": number(border.at / axis.baseline),
    }


def _open(axis: Axis, cells: dict[Point, Cell]) -> dict[str, str]:
    """Say that an axis has no border within its values."""
    low, high = axis.values[0], axis.values[-1]
    return {
        "axis": axis.title,
        "baseline": f"{axis.baseline:g}",
        "border": f"none from {low:g} to {high:g}: {cells[HERE].outcome} throughout",
        **dict.fromkeys(("lies at", "distance", "known to within ±", "times the baseline"), ""),
    }


def _tables(cells: dict[Point, Cell]) -> Iterator[str]:
    """Write the cells, a table a value of belief; classes of the runs where they differ."""
    for belief in BELIEF.values:
        yield f"{BELIEF.title[0].upper()}{BELIEF.title[1:]}: {belief:g}. Across: {GRIEVANCE.title}."
        yield markdown(
            [
                {
                    LEARNING.title: f"{learning:g}",
                    **{f"{one:g}": _words(cells[one, learning, belief]) for one in GRIEVANCE.values},
                }
                for learning in reversed(LEARNING.values)
            ]
        )


def _words(cell: Cell) -> str:
    """Class and share gone of a cell."""
    if cell.agrees:
        name = cell.outcome
    else:
        name = ", ".join(f"{one} {cell.outcomes.count(one)}" for one in dict.fromkeys(cell.outcomes))
    text = f"{name} · {number(cell.gone)}"
    return f"**{text}**" if cell.point == HERE else text
