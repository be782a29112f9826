"""The small invented army as files: a scenario, a lever that pays, one that is inert, a study."""

from pathlib import Path
from typing import Any

from sim.scenario_file import dump
from tests.small import small_scenario

PAYS = """\
overlay: {name: pays, title: Pays well}
salary_plan:
  usd_per_month: 400
  prior_paid: 0.3
  leaving_effect: {enlisted: 1.5, nco: 1.5, junior: 1.5, senior: 1.5, general: 1.5}
"""

INERT = """\
overlay: {name: inert, title: A plan of no dollars}
salary_plan: {usd_per_month: 0}
"""

STUDY = """\
name: small-study
scenario: small.yaml
days: 40
seed: 3
trajectories: 3
factors:
  law.reference_hazard_per_week: {low: 0.01, high: 0.1}
  army.reserves: {low: 100, high: 300, whole: true}
  fear.effect: {low: 0.0, high: 1.0}
outputs: [exits, strength_nominal]
"""


def write_small(folder: Path, **sections: Any) -> Path:
    """Write the small scenario, some of its top-level keys replaced, with its levers and its study."""
    (folder / "pays.yaml").write_text(PAYS, encoding="utf-8")
    (folder / "inert.yaml").write_text(INERT, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    path = folder / "small.yaml"
    path.write_text(dump(small_scenario(**sections)), encoding="utf-8")
    return path
