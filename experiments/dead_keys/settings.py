"""Where a key is tried: the shipped scenarios, each small enough to be run some hundred times.

The founding case alone and under each lever and contrast, the cases of theory, the examples; and set-ups for
keys that are tried best in another scenario, or that none uses as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from experiments.schema_keys import Key
from sim.army import Army
from sim.engine import run
from sim.result import Result
from sim.scenario import Scenario
from sim.scenario_file import load, scenario_folder
from sim.synthesis import build

FOUNDING = "syria-2012"
MEN, MANY = 6_500, 100_000
"""Regulars that are built at most: enough for most keys, and for those that move a few generals only."""
SEED = 1
_LARGER = 2


@dataclass(frozen=True)
class Setting:
    """A shipped scenario in which keys are tried.

    Parameters
    ----------
    source : str
        Name of the scenario.
    overlays : tuple of str
        Folder and name of levers and contrasts, such as ``levers/salary-200``.
    changes : mapping
        Dotted path to value, for keys that no shipped scenario uses as it stands.
    men : int
        Regulars that are built at most.
    """

    source: str
    overlays: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    men: int = MEN

    @property
    def name(self) -> str:
        """Words for a table."""
        changes = ", ".join(f"{path} = {value}" for path, value in self.changes.items())
        many = f" at {self.men:,} men" if self.men != MEN else ""
        return " + ".join((self.source, *self.overlays)) + (f" with {changes}" if changes else "") + many

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario, at a size that is quickly run."""
        files = [scenario_folder() / f"{overlay}.yaml" for overlay in self.overlays]
        scenario = load(self.source, overlays=files, overrides=self.changes)
        built = scenario.army.regulars_built
        if built <= self.men:
            return scenario
        return scenario.with_({"army.scale": scenario.army.scale * self.men / built})

    @cached_property
    def tree(self) -> dict[str, Any]:
        """Its values as plain tables and lists, under the names of a file."""
        return self.scenario.model_dump(by_alias=True)

    @cached_property
    def army(self) -> Army:
        """Its army, built once."""
        return build(self.scenario, SEED)

    @cached_property
    def result(self) -> Result:
        """Its run, with every key as it stands."""
        return run(self.scenario, SEED, army=self.army)

    @cached_property
    def larger(self) -> Setting:
        """The same with more men, for what befalls few."""
        return replace(self, men=MANY)

    def uses(self, key: Key) -> bool:
        """Whether the section of a key is not switched off."""
        return bool(getattr(getattr(self.scenario, key.section), "on", True))


_TRIGGERED: dict[str, Mapping[str, Any]] = {
    "signal": {},
    "diplomacy": {},
    "leave_cancelled": {"lasts_days": 20},
    "confinement": {"lasts_days": 20},
    "wage_rise": {"share": 0.2, "relief": 0.1, "lasts_days": 20},
    "blackout": {"lasts_days": 20},
    "surveillance": {"rise": 0.2},
    "purge": {"share": 0.2},
    "deployment": {"share": 0.3},
    "movement": {"formations": ["division-1-idlib"], "place": "homs"},
    "call_up": {"share": 0.02},
}
"""Kinds of event that a trigger may bring again and again, each with a dose."""
_OFTEN = {"observed": "exits_per_day", "above": 20, "for_days": 5, "delay_days": 5, "again_after_days": 30}
_ONCE = {"observed": "exits_per_day", "above": 20, "for_days": 5, "delay_days": 5}
_BELOW = {"observed": "deployable_share", "below": 0.98}


def _triggers() -> dict[str, Setting]:
    """Set-ups for the keys of triggers: one rule for all kinds of event, so no shipped file has them all."""
    exit_of = {"name": "brigade-commander-leaves", "person": "commander-brigade-105"}
    found: dict[str, Setting] = {}
    for kind, dose in {**_TRIGGERED, "elite_exit": exit_of}.items():
        # A formation that was sent somewhere is sent there again if it has marched off since.
        march = {"movement.on": True, "movement.share_per_week": 1.0} if kind == "movement" else {}
        often, below = (
            Setting(FOUNDING, (), {f"events.{dose.get('name', 'tried')}": event, **march})
            for rule in (_ONCE if kind == "elite_exit" else _OFTEN, _BELOW)
            for event in ({"kind": kind, **dose, "trigger": rule},)
        )
        keys = ["above", "for_days", "delay_days", *(["again_after_days"] if kind in _TRIGGERED else [])]
        found |= {f"events[{kind}].trigger.{key}": often for key in keys}
        found[f"events[{kind}].trigger.below"] = below
        found |= {f"events[{kind}].lasts_days": often} if "lasts_days" in dose else {}
    return found


SET_UPS: dict[str, Setting] = {
    **_triggers(),
    # Several armies of the founding case would not fit into a few minutes.
    "army.scale": Setting("dominoes-100"),
    # No person of a shipped scenario commands one of several brigades.
    "army.persons[].brigade": Setting(
        "invented-army", changes={"army.persons.deputy-chief.formation": "first-rifles"}
    ),
    # The shipped plans have money enough or arrive whole: unity matters where a part of too little is lost.
    "opposition.lost_when_divided": Setting(
        FOUNDING,
        ("levers/roadmap",),
        {"salary_plan.budget_usd_per_month": 2_000_000, "salary_plan.delivered_share": 0.5},
    ),
    # Levers deliver arms on top (`arms_deliveries`); no shipped scenario has arms of its own by date.
    "uprising.arms[].level": Setting(
        FOUNDING, changes={"uprising.arms": [{"date": "2012-02-01", "level": 1.2}]}
    ),
    # After 40 days a third has gone and two thirds are deployable: a collapse by one limit, not by the other.
    "outcomes.collapse_deployable_share": Setting("constant-hazard", changes={"days": 40}),
}
"""Settings by pattern of the key that is tried there first."""


def shipped() -> list[Setting]:
    """Return all settings that take a shipped scenario as it stands, the founding case first."""
    folder = scenario_folder()
    overlays = [f"{kind}/{path.stem}" for kind in ("levers", "contrasts") for path in _files(folder / kind)]
    others = [path.stem for kind in ("examples", "theory") for path in _files(folder / kind)]
    over_founding = [Setting(FOUNDING, (overlay,)) for overlay in overlays]
    return [Setting(FOUNDING), *over_founding, *(Setting(name) for name in others)]


def _files(folder: Any) -> list[Any]:
    return sorted(folder.glob("*.yaml"))


def in_order(key: Key, settings: Sequence[Setting]) -> list[Setting]:
    """Settings for a key, the most promising first.

    Its set-up, if it has one; overlays that say something of its section; then the others as they come; at
    last the first few of them with more men.
    """
    first = [SET_UPS[key.pattern]] if key.pattern in SET_UPS else []
    usual = settings[0].tree[key.section]
    told = [each for each in settings if each.overlays and each.tree[key.section] != usual]
    usable = [each for each in (*told, *(one for one in settings if one not in told)) if each.uses(key)]
    return [*first, *usable, *(each.larger for each in usable[:_LARGER])]
