"""Figure: share gone by home."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patheffects import withStroke

from sim.codes import Floats, Ints
from sim.plots import claims, regulars
from sim.plots.canvas import (
    BLUE,
    CLAIM,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    SMALL,
    TEXT,
    Drawable,
    axes_of,
    legend_above,
    titles,
)
from sim.results.columns import share

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.claims import Claim

# Role, label, colour, marker, and a small shift that keeps dots at the same share apart.
_ROLES = (
    ("out", "Out-group", BLUE, "o", 0.0),
    ("third", "Third groups", GREEN, "s", -0.08),
    ("in", "In-group", ORANGE, "^", 0.12),
)
_FEW = 30


def share_gone_by_home(result: Drawable, ax: Axes | None = None) -> Axes:
    """Share of the regulars of day 0 who escaped or were caught leaving, by home and role.

    Parameters
    ----------
    result : Result
        Several runs give the share of all their men; n is then the mean of a run.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    whole = _table(result, result.roster, result.roster["regulars"].to_numpy())
    part = _table(result, regulars.gone(result))
    shares = share(part, whole)
    order = np.argsort(np.nan_to_num(shares[:, 0], nan=-1.0), kind="stable")
    height = np.empty(order.size)
    height[order] = np.arange(order.size)
    for role in range(3):
        _dots(ax, shares[:, role], whole[:, role] / result.runs, height, role)
    _scale(ax, result, order, whole)
    _claims(ax, result, height)
    legend_above(ax, columns=3)
    return ax


def _table(result: Drawable, frame: pd.DataFrame, men: Floats | None = None) -> Floats:
    """Men by home and role, shape (H, 3)."""
    roles = [role for role, *_ in _ROLES]
    role = np.array([roles.index(sect.role) for sect in result.scenario.sects.values()])
    home, sect = (frame[axis].cat.codes.to_numpy() for axis in ("home", "sect"))
    return regulars.counted(home, role[sect], (len(result.scenario.places), len(roles)), men)


def _dots(ax: Axes, shares: Floats, men: Floats, height: Floats, role: int) -> None:
    """Draw the dots of one role, hollow where they stand for few men."""
    _, text, colour, marker, offset = _ROLES[role]
    real = men > 0
    for some, face, label in (
        (real & (men >= _FEW), colour, text),
        (real & (men < _FEW), "white", None),
    ):
        ax.scatter(
            shares[some],
            height[some] + offset,
            s=26,
            marker=marker,
            facecolor=face,
            edgecolor=colour,
            linewidth=1.0,
            label=label,
            zorder=3,
        )


def _scale(ax: Axes, result: Drawable, order: Ints, whole: Floats) -> None:
    """Name the homes, and say how many men each has."""
    names = list(titles(result, "home").values())
    men = whole.sum(axis=1) / result.runs
    ax.set_yticks(range(order.size), [f"{names[home]}  (n = {men[home]:,.0f})" for home in order])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_ylim(-0.7, order.size - 0.3)
    ax.set_xlim(-0.01, 1.0)
    ax.set_axisbelow(True)
    ax.grid(axis="y", color=LIGHT, linewidth=0.4)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    few = ((whole > 0) & (whole < _FEW * result.runs)).any()
    hollow = f"; hollow: fewer than {_FEW} men" if few else ""
    ax.set_xlabel(f"Gone (escaped or caught), share of the regulars of day 0{hollow}", fontsize=TEXT)


def _claims(ax: Axes, result: Drawable, height: Floats) -> None:
    """Draw the claims below the dots of their homes, with the simulated share on their date."""
    places = list(result.scenario.places)
    found = [claim for claim in claims.claims_of(result, "home_share_gone") if claim.place in places]
    if not found:
        return
    for letter, claim in zip(ascii_lowercase, found, strict=False):
        row = height[places.index(str(claim.place))] - 0.33
        style = claims.STYLES[claim.use]
        ax.plot([claim.low, claim.high], [row, row], color=CLAIM, linewidth=1.2, linestyle=style)
        ax.plot([claim.low, claim.high], [row, row], color=CLAIM, linestyle="", marker="|", markersize=5)
        ax.plot(_on_date(result, claim), row, color=GREY, marker="D", markersize=3.5, zorder=3)
        tag = ax.text(claim.high + 0.008, row, letter, color=CLAIM, fontsize=SMALL, va="center")
        tag.set_path_effects([withStroke(linewidth=2, foreground="white")])
    label = "All groups on the claim's date"
    ax.plot([], [], color=GREY, marker="D", markersize=3.5, linestyle="", label=label)
    claims.note(ax, found, 1.0)
    shares = [f"{claim.low:.0%} to {claim.high:.0%}" for claim in found]
    claims.key(ax, found, shares)


def _on_date(result: Drawable, claim: Claim) -> float:
    """Share of all regulars of a home who had gone by the date of a claim, as simulated."""
    home = result.roster["home"] == claim.place
    gone = regulars.gone(result)
    by_then = int(((gone["home"] == claim.place) & (gone["date"] <= np.datetime64(claim.end))).sum())
    return float(share(by_then, result.roster.loc[home, "regulars"].sum()))
