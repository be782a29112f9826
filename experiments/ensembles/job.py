"""Job: one run as it is sent to a worker, made of text, numbers and a model."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from experiments.ensembles.simulation import Model

if TYPE_CHECKING:
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Job:
    """One run for a worker.

    Parameters
    ----------
    run_id : str
    scenario : str
        Resolved scenario as JSON: a few dozen kilobytes, where an army would be a hundred megabytes.
    army_seed, luck_seed : int
    model : Model
    """

    run_id: str
    scenario: str
    army_seed: int
    luck_seed: int
    model: Model


@lru_cache(maxsize=4)
def scenario_of(text: str) -> Scenario:
    """Scenario of a job; the last few are kept."""
    from sim.scenario import Scenario

    return Scenario.model_validate_json(text)


def prepare(job: Job) -> None:
    """Load what a job needs before it is timed: its scenario, and the libraries of its model."""
    scenario_of(job.scenario)
    getattr(job.model, "prepare", lambda: None)()


def refuse_unless_sent(model: Model) -> None:
    """Refuse a model that another process could not find.

    Raises
    ------
    ValueError
    """
    try:
        text = pickle.dumps(model)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(f"the model cannot be sent to a worker ({error}): {_MEND}") from None
    if b"__main__" in text:
        raise ValueError(f"the model is defined in the script or notebook itself: {_MEND}")


_MEND = "put it into a module that workers can import, or use engine='serial'"
