"""`erosion validate`, `show`, `schema` and `docs`: scenario files and the pages made from the code."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Overlays, ScenarioName, Settings

_SCHEMA = Path("schema") / "scenario.schema.json"


def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Names or paths of scenarios.")],
    overlay: Overlays = None,
    settings: Settings = None,
) -> None:
    """Check scenarios: all faults of all files, one a line."""
    from experiments.asking import Asked
    from sim.errors import AllFaults

    faults = AllFaults()
    for file in files:
        with faults.kept():
            plan = Asked(file, overlay or (), settings or ()).load()
            name = " + ".join((plan.name, *plan.overlays))
            print(f"{file}: valid ({name}, {plan.start} to {plan.last_date})")
    faults.refuse()


def show(
    scenario: ScenarioName,
    overlay: Overlays = None,
    settings: Settings = None,
    origin: Annotated[
        bool, typer.Option("--origin", help="A line a value, with the file and line it comes from.")
    ] = False,
) -> None:
    """Print a scenario with all its values resolved."""
    from experiments.asking import Asked
    from sim.scenario_file import dump

    plan = Asked(scenario, overlay or (), settings or ()).load()
    if not origin:
        print(dump(plan), end="")
        return
    from sim.scenario_file import origins

    for each in origins(plan):
        place = f"{each.file}:{each.line}" if each.line else each.file
        print(f"{each.path}: {_value(each.value)}  # {place}")


def _value(value: object) -> str:
    """Write a value on one line, as YAML reads it."""
    import json

    return json.dumps(value, ensure_ascii=False)


def schema(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write; '-' is standard output."),
    ] = None,
) -> None:
    """Write the JSON Schema of scenario files: in a checkout to scenarios/schema, else to the screen."""
    import json

    from sim.scenario import Scenario
    from sim.scenario_file import schema as schema_of

    text = json.dumps(schema_of(Scenario), indent=2, ensure_ascii=False) + "\n"
    path = out or _schema_of_checkout()
    if path is None or str(path) == "-":
        print(text, end="")
        return
    from sim.results.result_folder import write_text

    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    print(f"Written to {path}")


def _schema_of_checkout() -> Path | None:
    """Schema file of the source tree that the code runs from; None where it is installed."""
    root = Path(__file__).resolve().parent.parent.parent
    return root / "scenarios" / _SCHEMA if (root / "setup.cfg").is_file() else None


def docs(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where a page is not up to date.")
    ] = False,
) -> None:
    """Write the generated tables of docs/ anew."""
    up_to_date = import_module("experiments.docs_tables").main(check)
    if not up_to_date:
        print("docs/ is not what the code says: run 'erosion docs'", file=sys.stderr)
        raise typer.Exit(1)
