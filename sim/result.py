"""Result: the frames of one or several runs of a scenario, to be looked at, saved and loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from os import PathLike
from pathlib import Path
from typing import Self

import pandas as pd

from sim.army import Army
from sim.mechanisms.order import Mechanism
from sim.results import result_folder
from sim.results.bases_frame import abandoned_bases
from sim.results.breakdown import Axis, by_group
from sim.results.cascades import DAYS, DEALS, Cascades, cascades_of
from sim.results.frames import FRAMES, Frames
from sim.results.provenance import Experiment, origin_of
from sim.results.tipping import SHARES, time_to
from sim.scenario import Scenario

_SHOWN = (
    "exits",
    "joined",
    "fled",
    "hiding",
    "caught",
    "killed",
    "share_gone",
    "strength_deployable",
)


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """One or several runs of one scenario.

    Every frame has the number of the run, from 1, as its first column `run`.

    Parameters
    ----------
    scenario : Scenario
    experiment : Experiment
        What must be known to repeat it.
    summary : DataFrame
        A row a run; see `sim.results.outcomes.summary_of`.
    daily : DataFrame
        A row a day; see `sim.record.DAILY_COLUMNS`.
    units : DataFrame
        A row a company.
    exits : DataFrame
        A row a man who escaped or was caught leaving.
    factions : DataFrame
        A row a day and faction: men who joined, members; see `sim.results.factions_frame`.
    loyalty : DataFrame
        A row a week, axis (rank, sect, home) and group: the index in [0, 1] of the men who serve.
    log : DataFrame
        A row a man killed, reported from the reserve, or evading it.
    roster : DataFrame
        Men of day 0 by rank, sect, home and formation.
    moves : DataFrame
        A row a company that went elsewhere or changed posture.
    events : DataFrame
        A row an event that happened, dated or triggered.
    attribution : DataFrame, optional
        A row a day, mechanism, rank and sect: what drove the expected exits, see `sim.attribution`. None
        unless the run was asked for it.
    """

    scenario: Scenario
    experiment: Experiment
    summary: pd.DataFrame
    daily: pd.DataFrame
    units: pd.DataFrame
    exits: pd.DataFrame
    factions: pd.DataFrame
    loyalty: pd.DataFrame
    log: pd.DataFrame
    roster: pd.DataFrame
    moves: pd.DataFrame
    events: pd.DataFrame
    attribution: pd.DataFrame | None = None

    @classmethod
    def of(
        cls,
        frames: Frames,
        mechanisms: Sequence[Mechanism] = (),
        *,
        started: datetime | None = None,
    ) -> Self:
        """Gather what a run has left behind.

        Parameters
        ----------
        frames : Frames
            All are made, so that nothing of the run itself is held any longer.
        mechanisms : sequence of Mechanism
            Those that the user added.
        started : datetime, optional
            When the run began, aware of its time zone.

        Returns
        -------
        Result
        """
        world = frames.world
        origin = origin_of(world.army.seed, world.luck.seed, [one.name for one in mechanisms], started)
        return cls(
            scenario=world.scenario,
            experiment=Experiment.now(world.scenario, origin),
            **{name: frames.frame(name) for name in FRAMES},
            attribution=frames.attribution,
        )

    @classmethod
    def together(cls, results: Sequence[Self]) -> Self:
        """Put runs of one scenario together, numbered anew in their order.

        Parameters
        ----------
        results : sequence of Result
            At least one.

        Returns
        -------
        Result

        Raises
        ------
        ValueError
            If there is none, or if they are not of one scenario.
        """
        if not results:
            raise ValueError("no results to put together")
        if len({one.experiment.scenario_sha256 for one in results}) > 1:
            raise ValueError("results of different scenarios: compare their summaries instead")
        first = results[0]
        before = [sum(one.runs for one in results[:number]) for number in range(len(results))]
        numbered = list(zip(results, before, strict=True))
        frames = {name: _stack([(one.frame(name), n) for one, n in numbered]) for name in FRAMES}
        split = [(one.attribution, n) for one, n in numbered if one.attribution is not None]
        origins = [origin for one in results for origin in one.experiment.runs]
        experiment = first.experiment.with_runs(origins)
        return cls(first.scenario, experiment, **frames, attribution=_stack(split) if split else None)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.summary)

    def frame(self, name: str) -> pd.DataFrame:
        """Return a frame by its name, one of `sim.results.frames.FRAMES`."""
        frame: pd.DataFrame = getattr(self, name)
        return frame

    def groups(self, axis: Axis) -> pd.DataFrame:
        """Break the exits of each day down by group.

        Parameters
        ----------
        axis : {"rank", "sect", "branch", "home", "place", "formation"}

        Returns
        -------
        DataFrame
            run, date, group, exits, attempts, caught, killed, serving, exits_per_1000_serving; see
            `sim.results.breakdown.by_group`.
        """
        return by_group(self.daily, self.exits, self.log, self.roster, self.moves, axis)

    def abandoned_bases(self) -> pd.DataFrame:
        """List the bases that were abandoned, in the order of their dates.

        Returns
        -------
        DataFrame
            run, date, battalion, formation, branch, place, companies, regulars, lost; see
            `sim.results.bases_frame.abandoned_bases`.
        """
        return abandoned_bases(self.units)

    def time_to(self, shares: Sequence[float] = SHARES) -> pd.DataFrame:
        """Find the day on which shares of the regulars, and of the out-group, had gone.

        Parameters
        ----------
        shares : sequence of float
            Each above 0 and at most 1.

        Returns
        -------
        DataFrame
            run, who, share, men, day, date; see `sim.results.tipping.time_to`.
        """
        return time_to(self.scenario, self.exits, self.roster, shares)

    def cascades(self, *, days: int = DAYS, deals: int = DEALS, army: Army | None = None) -> Cascades:
        """Find the avalanches, and the share of the exits that others drew along.

        Worked out when it is asked for: it takes some seconds for a large army.

        Parameters
        ----------
        days : int
            Most days between exits of strong ties that are linked.
        deals : int
            How often ties are dealt anew to find what chance links.
        army : Army, optional
            The army that was run, built again if it is not given.

        Returns
        -------
        Cascades
            Frames `avalanches`, `chance` and `endogenous`; see `sim.results.cascades`.

        Raises
        ------
        ValueError
            If `days` or `deals` is too small, or the exits are not those of the army.
        """
        return cascades_of(self.scenario, self.summary, self.exits, days=days, deals=deals, army=army)

    def save(
        self,
        folder: str | PathLike[str],
        *,
        force: bool = False,
        csv: bool = False,
        figures: bool = True,
    ) -> Path:
        """Write the result into a folder, over an older result if it holds one.

        Parameters
        ----------
        folder : path
            Made if it is not there.
        force : bool
            Write even if the folder holds something else; that is left alone.
        csv : bool
            Write each frame as CSV, too.
        figures : bool
            Draw the figures, too.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        OutputError
            If the folder holds something that is not a result, and `force` is not given.
        """
        path = Path(folder)
        result_folder.prepare(path, force)
        result_folder.write_experiment(path, self.experiment, self.scenario)
        frames = {name: self.frame(name) for name in FRAMES}
        if self.attribution is not None:
            frames[result_folder.ATTRIBUTION] = self.attribution
        result_folder.write_frames(path, frames, csv)
        if figures:
            from sim.plots import save_all

            save_all(self, path)
        return path

    @classmethod
    def load(cls, folder: str | PathLike[str]) -> Self:
        """Read a result that `save` wrote.

        Parameters
        ----------
        folder : path

        Returns
        -------
        Result

        Raises
        ------
        OutputError
            If the folder holds no whole result.
        """
        scenario, experiment, frames = result_folder.read(Path(folder))
        return cls(scenario, experiment, **frames)

    def __repr__(self) -> str:
        name, days = self.scenario.name, self.scenario.days
        outcomes = ", ".join(str(outcome) for outcome in self.summary["outcome"].unique())
        return f"Result({name}, {days} days, {self.runs} run{'s' * (self.runs > 1)}: {outcomes})"

    def _repr_html_(self) -> str:
        """Show the outcome and the main numbers in a notebook."""
        title = escape(self.scenario.title or self.scenario.name)
        window = f"{self.scenario.start} to {self.scenario.last_date}"
        shown = self.summary[["army_seed", "luck_seed", "outcome", *_SHOWN]]
        table = shown.to_html(index=False, border=0, float_format="{:.3f}".format, max_rows=20)
        return f"<p><b>{title}</b>, {window}: simulation, not observation</p>{table}"


def _stack(frames: Sequence[tuple[pd.DataFrame, int]]) -> pd.DataFrame:
    """Put the frames of several results below one another, each with the number of runs before it."""
    return pd.concat([frame.assign(run=frame["run"] + n) for frame, n in frames], ignore_index=True)
