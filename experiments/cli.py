"""The command `erosion`: its commands, and how faults are told.

Exit codes: 0 done; 1 the system refused (disk full, reader gone, no answer of an engine); 2 the input is
wrong, one line a fault, nothing written; 3 a run went wrong; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from experiments.commands.bench import bench
from experiments.commands.compare import compare
from experiments.commands.discover import discover
from experiments.commands.dose import dose
from experiments.commands.files import docs, schema, show, validate
from experiments.commands.run import run
from experiments.commands.screen import screen
from experiments.commands.sensitivity import sensitivity
from experiments.commands.store import export, status
from sim.errors import ScenarioError, SimulationError, printable

SYSTEM, INPUT, SIMULATION, STOPPED = 1, 2, 3, 130


class _Reporting(TyperGroup):
    """Group of commands whose faults are lines, not tracebacks."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; tell what went wrong on standard error, and give it an exit code."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _tell("stopped: files that were not finished are not there")
            raise typer.Exit(STOPPED) from None
        except (ScenarioError, SimulationError) as error:
            _tell(str(error), *getattr(error, "__notes__", ()))
            raise typer.Exit(INPUT if isinstance(error, ScenarioError) else SIMULATION) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            reason = error.strerror or str(error)
            _tell(f"{printable(str(error.filename))}: {reason}" if error.filename else reason)
            raise typer.Exit(SYSTEM) from None
        except RuntimeError as error:
            code = _code_of(error)
            if code is None:
                raise
            _tell(str(error), *getattr(error, "__notes__", ()))
            raise typer.Exit(code) from None


def _code_of(error: RuntimeError) -> int | None:
    """Exit code of an error whose module is heavy to import; None for one that is not ours."""
    modules = sys.modules
    output = getattr(modules.get("sim.results.provenance"), "OutputError", ())
    screening = getattr(modules.get("experiments.sensitivity.screening"), "ScreeningError", ())
    engine = getattr(modules.get("experiments.ensembles.faults"), "EngineError", ())
    failed = getattr(modules.get("experiments.ensembles.faults"), "FailedRunsError", ())
    refused = getattr(modules.get("experiments.sensitivity.faults"), "SensitivityError", ())
    if isinstance(error, output):
        return INPUT
    if isinstance(error, engine):
        return SYSTEM
    return SIMULATION if isinstance(error, (screening, refused, failed)) else None


def _tell(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)


app = typer.Typer(
    name="erosion",
    cls=_Reporting,
    help="How the loyalty of an army erodes: run scenarios, compare levers, screen factors.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    run,
    compare,
    dose,
    screen,
    sensitivity,
    discover,
    status,
    export,
    validate,
    show,
    schema,
    docs,
    bench,
):
    app.command()(command)


def _version(wanted: bool) -> None:
    if wanted:
        import sim

        print(f"erosion {sim.__version__}")
        raise typer.Exit


@app.callback()
def _erosion(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and stop."
    ),
) -> None:
    """Take the options of the program itself."""


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        _speak_utf8(stream)
    # So that a result names a command that can be typed again, however it was started.
    sys.argv[0] = app.info.name or sys.argv[0]
    app(prog_name=app.info.name)


def _speak_utf8(stream: Any) -> None:
    """Write UTF-8 into files and pipes; on a terminal keep its encoding, and replace what it lacks."""
    if not hasattr(stream, "reconfigure"):
        return
    if stream.isatty():
        stream.reconfigure(errors="replace")
    else:
        stream.reconfigure(encoding="utf-8", errors="replace")
