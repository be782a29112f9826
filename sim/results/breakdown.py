"""Exits by group and day, made from the log: no counting by group is done during a run."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from sim.codes import Fate, Floats, Ints
from sim.results.columns import share

Axis = Literal["rank", "sect", "branch", "home", "place", "formation"]
AXES: tuple[Axis, ...] = get_args(Axis)
_CAUGHT = Fate.CAUGHT.name.lower()


def by_group(
    daily: pd.DataFrame,
    exits: pd.DataFrame,
    log: pd.DataFrame,
    roster: pd.DataFrame,
    moves: pd.DataFrame,
    axis: Axis,
) -> pd.DataFrame:
    """Break the exits of each day down by group.

    Parameters
    ----------
    daily, exits, log, roster, moves : DataFrame
        Frames of one or several runs.
    axis : {"rank", "sect", "branch", "home", "place", "formation"}
        What men are grouped by.

    Returns
    -------
    DataFrame
        run, date, group, exits, attempts, caught, killed, serving (men, at the end of the day),
        exits_per_1000_serving (of those who served in the morning; NaN where nobody did). By place: of
        posting, as it is on that day.

    Raises
    ------
    ValueError
        If there is no such axis.
    """
    if axis not in AXES:
        raise ValueError(f"unknown axis '{axis}', allowed: {', '.join(AXES)}")
    shape = (int(daily["run"].max()), int(daily["day"].max()) + 1, roster[axis].cat.categories.size)
    attempts = _count(exits, axis, shape)
    caught = _count(exits[exits["fate"] == _CAUGHT], axis, shape)
    killed = _count(log[log["what"] == "killed"], axis, shape)
    reported = _count(log[log["what"] == "reported"], axis, shape)
    left = attempts + killed
    came = _came(moves, shape) if axis == "place" else 0
    serving = regulars_of(roster, axis)[:, np.newaxis] + np.cumsum(came + reported - left, axis=1)
    morning = serving + left - reported
    escaped = attempts - caught
    return pd.DataFrame(
        {
            "run": np.repeat(daily["run"].to_numpy(), shape[2]),
            "date": np.repeat(daily["date"].to_numpy(), shape[2]),
            "group": pd.Categorical.from_codes(
                np.tile(np.arange(shape[2]), shape[0] * shape[1]),
                dtype=pd.CategoricalDtype(roster[axis].cat.categories, roster[axis].cat.ordered),
            ),
            "exits": escaped.ravel(),
            "attempts": attempts.ravel(),
            "caught": caught.ravel(),
            "killed": killed.ravel(),
            "serving": serving.ravel(),
            "exits_per_1000_serving": _per_1000(escaped, morning).ravel(),
        }
    )


def _count(frame: pd.DataFrame, axis: str, shape: tuple[int, int, int]) -> Ints:
    """Count rows by run, day and group."""
    cell = np.ravel_multi_index(
        (frame["run"].to_numpy() - 1, frame["day"].to_numpy(), frame[axis].cat.codes.to_numpy()),
        shape,
    )
    return np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)


def _came(moves: pd.DataFrame, shape: tuple[int, int, int]) -> Ints:
    """Men who came to each place with their companies, less those who went, by run, day and place."""
    # A march of the last evening leads beyond the run.
    moves = moves[moves["day"] < shape[1]]
    came, went = (
        np.bincount(
            np.ravel_multi_index(
                (moves["run"].to_numpy() - 1, moves["day"].to_numpy(), moves[place].cat.codes.to_numpy()),
                shape,
            ),
            weights=moves["men"].to_numpy(),
            minlength=int(np.prod(shape)),
        )
        for place in ("place", "place_before")
    )
    return (came - went).astype(np.int64).reshape(shape)


def regulars_of(roster: pd.DataFrame, axis: str) -> Ints:
    """Regulars of day 0 by run and group."""
    runs, groups = int(roster["run"].max()), roster[axis].cat.categories.size
    cell = (roster["run"].to_numpy() - 1) * groups + roster[axis].cat.codes.to_numpy()
    men = np.bincount(cell, weights=roster["regulars"].to_numpy(), minlength=runs * groups)
    return men.astype(np.int64).reshape(runs, groups)


def _per_1000(part: Ints, whole: Ints) -> Floats:
    """Part of a thousand of the whole."""
    return 1000.0 * share(part, whole)
