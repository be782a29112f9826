"""How a scenario shows itself to people: one line, or a table of its main facts."""

from __future__ import annotations

from html import escape

from sim.scenario_sections import ScenarioSections


def line(scenario: ScenarioSections) -> str:
    """Name, window and size in one line."""
    overlays = "".join(f" + {name}" for name in scenario.overlays)
    window = f"{scenario.start} to {scenario.last_date}"
    return f"Scenario({scenario.name}{overlays}, {window}, {scenario.army.regulars_built:,} regulars)"


def facts(scenario: ScenarioSections) -> dict[str, str]:
    """Main facts of a scenario, label to value."""
    army, off = scenario.army, [name for name in scenario.switches if not getattr(scenario, name).on]
    scale = "" if army.scale == 1.0 else f" ({army.scale:g} of {army.regulars:,})"
    return {
        "Title": scenario.title or scenario.name,
        "Overlays": ", ".join(scenario.overlays) or "none",
        "Window": f"{scenario.start} to {scenario.last_date}, {scenario.days} days",
        "Regulars": f"{army.regulars_built:,}{scale}",
        "Reserves": f"{army.reserves_built:,}",
        "Law of exit": scenario.law.kind,
        "War": scenario.war.kind,
        "Sects": ", ".join(f"{sect.title or name} ({sect.role})" for name, sect in scenario.sects.items()),
        "Places": str(len(scenario.places)),
        "Havens": ", ".join(haven.title or name for name, haven in scenario.havens.items()) or "none",
        "Formations": str(len(army.order_of_battle)),
        "Events": str(len(scenario.events)),
        "Claims": f"{len(scenario.claims)}, targets {sum(one.use == 'target' for one in scenario.claims)}",
        "Switched off": ", ".join(off) or "nothing",
    }


def table(scenario: ScenarioSections) -> str:
    """Facts and description as HTML."""
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(label)}</th>"
        f"<td style='text-align:left'>{escape(value)}</td></tr>"
        for label, value in facts(scenario).items()
    )
    return f"<table>{rows}</table><p>{escape(scenario.description)}</p>"
