"""Imports point down: each module imports only from rows above its own in the table."""

import ast
import subprocess
import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# The modules of sim, low to high, as names below `sim`; "" is the package itself. Modules of
# one row do not import one another. A name with * stands for those not named elsewhere.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("codes",),
    ("parameters",),
    ("clock", "plain"),
    # not of the model: how its loops are compiled, and sets of rows
    ("compiled",),
    ("rows", "queues"),
    ("luck",),
    ("army",),
    ("boxes", "calendar", "readers", "alike", "by_army"),
    ("scatter",),
    ("tables", "claims", "definitions"),
    ("terms", "party", "lookout", "loyalty"),
    ("state", "theatre", "loyalty_order"),
    ("world",),
    ("tally",),
    ("muster", "service", "personal", "posting"),
    ("pressure",),
    ("limits",),
    ("ceilings",),
    ("watch",),
    # pay and strength ask how united the opposition is, strength also what it knows and was given
    ("mechanisms.opposition", "mechanisms.knowledge", "mechanisms.deliveries"),
    # awareness and the choice of a fate ask what the plan offers; a battle, how strong the uprising is; a
    # promise is heard of like an amnesty; belief hears of abandoned bases, a call-up
    # begins a service
    (
        "mechanisms.amnesty",
        "mechanisms.bases",
        "mechanisms.salary",
        "mechanisms.tenure",
        "mechanisms.uprising",
        "mechanisms.militia",
    ),
    # members leave, and lose heart, by what their faction's accounts say
    ("mechanisms.battle", "mechanisms.funds"),
    # events may be triggered, and some of them move companies or empty posts
    ("mechanisms.triggers",),
    ("mechanisms.event_kinds",),
    ("mechanisms.*",),
    ("mechanisms.purge",),
    ("mechanisms.responses",),
    ("mechanisms.order",),
    ("mechanisms",),
    ("reading", "results"),
    ("scenario_sections",),
    ("reading.tree", "reading.disagreements", "reading.known_names"),
    ("reading.event_faults",),
    ("reading.scenario_faults",),
    ("reading.from_python", "reading.yaml_scalar", "reading.merge", "reading.schema"),
    ("reading.allowed", "reading.section_defaults", "reading.overrides"),
    ("reading.validation_faults",),
    ("reading.scenario_build", "scenario_card"),
    ("scenario",),
    ("reading.yaml_tree",),
    ("reading.yaml_file",),
    ("reading.scenario_folder",),
    ("reading.layers",),
    ("reading.origins", "reading.scenario_text"),
    ("scenario_file",),
    ("order_of_battle", "graphs"),
    ("rings",),
    ("synthesis",),
    ("country", "thresholds"),
    ("setting",),
    ("start",),
    ("loyalty_gauge",),
    ("record", "weight_sums"),
    ("attribution",),
    ("results.columns", "results.provenance"),
    ("results.event_frames",),
    ("results.people", "results.departures"),
    (
        "results.daily_frame",
        "results.exits_frame",
        "results.log_frame",
        "results.units_frame",
        "results.roster_frame",
        "results.outcomes",
        "results.loyalty_frame",
        "results.attribution_frame",
        "results.factions_frame",
        "results.bases_frame",
        "results.breakdown",
        "results.avalanches",
        "results.tipping",
    ),
    ("results.frames",),
    ("results.result_folder", "results.cascades"),
    ("plots.canvas",),
    ("plots.placing", "plots.regulars", "plots.bands", "plots.shading", "plots.size_curve"),
    ("plots.claims", "plots.event_flags"),
    ("plots.*",),
    ("plots.expected_exits",),
    ("plots",),
    ("result",),
    ("engine",),
    # the second implementation: it shares the scenario and the army with the first, and no rule
    (
        "reference.country",
        "reference.dates",
        "reference.gamma",
        "reference.luck",
        "reference.roll",
        "reference.shares",
        "reference.tables",
    ),
    ("reference.company", "reference.companies_built", "reference.scatter", "reference.graph_ties"),
    ("reference.strong_ties",),
    ("reference.raising", "reference.soldier"),
    ("reference.own", "reference.today"),
    ("reference.situation",),
    ("reference.*",),
    (
        "reference.daily",
        "reference.events",
        "reference.fear",
        "reference.salary",
        "reference.surveillance",
        "reference.uprising",
    ),
    ("reference.choice", "reference.morning", "reference.opposition", "reference.responses"),
    ("reference.exits", "reference.invitation", "reference.attribution"),
    ("reference.day",),
    ("reference.model",),
    ("reference",),
    # the façade for users of Mesa, which nothing here imports
    ("soldier_columns",),
    ("mesa_agents",),
    ("mesa_model",),
    ("",),
)

# Looks upward for the type checker only (under `if TYPE_CHECKING`), each with its reason.
FOR_TYPES_ONLY = {
    ("sim.reference.company", "sim.reference.soldier"): "a company knows its men, and each man his company",
    (
        "sim.reference.soldier",
        "sim.reference.morning",
    ): "a soldier reads the morning, which is about soldiers",
    ("sim.world", "sim.scenario"): "a scenario gathers the parameters of all mechanisms",
    ("sim.world", "sim.mechanisms.event_kinds"): "the world keeps dated events by day, and the triggered",
    ("sim.mechanisms.triggers", "sim.mechanisms.event_kinds"): "an event holds its trigger",
    ("sim.mesa_agents", "sim.mesa_model"): "a view of a soldier holds the model that it looks at",
}

# Slow to import, so loaded by the modules that need them, not by `import sim`.
HEAVY = ("pandas", "matplotlib", "SALib", "scipy", "pyarrow", "mesa", "numba")


def module_name(path: Path) -> str:
    """`sim/mechanisms/pay.py` is `sim.mechanisms.pay`; a package goes by its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_of(package: str) -> dict[str, Path]:
    """Give the modules of a top-level package by name."""
    return {module_name(path): path for path in sorted((ROOT / package).rglob("*.py"))}


MODULES = modules_of("sim") | modules_of("experiments")


def absolute_target(node: ast.ImportFrom, importer: str) -> str:
    """Resolve `from .x import y` to the full name of `.x`."""
    if not node.level:
        return node.module or ""
    is_package = MODULES[importer].name == "__init__.py"
    base = importer.split(".")
    base = base[: len(base) - node.level + is_package]
    return ".".join([*base, node.module] if node.module else base)


def is_for_types(node: ast.AST) -> bool:
    """Tell whether a statement is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def imported_names(nodes: Iterable[ast.AST], importer: str) -> set[str]:
    """Name what the import statements among some nodes of a module import."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            target = absolute_target(node, importer)
            # `from sim import army` means the module sim.army where there is one.
            full_names = (f"{target}.{alias.name}" for alias in node.names)
            names.update(name if name in MODULES else target for name in full_names)
    return names


def imports_of(module: str) -> tuple[set[str], set[str]]:
    """Split our modules that a module imports: when it runs (anywhere in it), for types only."""
    nodes = list(ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))))
    for_types = {inner for node in nodes if is_for_types(node) for inner in ast.walk(node)}
    running = [node for node in nodes if node not in for_types]
    return (
        imported_names(running, module) & MODULES.keys(),
        imported_names(for_types, module) & MODULES.keys(),
    )


IMPORTS = {module: imports_of(module)[0] for module in MODULES}
TYPE_IMPORTS = {(module, name) for module in MODULES for name in imports_of(module)[1]}


def row_of(module: str) -> int | None:
    """Find the row of a module of sim: by its own name first, then by a name with *."""
    short = module.removeprefix("sim").removeprefix(".")
    for matches in (str.__eq__, fnmatchcase):
        for row, names in enumerate(LAYERS):
            if any(matches(short, name) for name in names):
                return row
    return None


@pytest.mark.parametrize("package", ["sim", "experiments"])
def test_the_package_is_there(package: str) -> None:
    assert package in MODULES, f"{package}/__init__.py is missing"


def test_every_module_of_sim_has_a_layer() -> None:
    homeless = [module for module in modules_of("sim") if row_of(module) is None]
    assert not homeless, (
        f"{homeless}: add each to LAYERS at the top of tests/test_layers.py, "
        "in a row below everything that it imports"
    )


def test_every_layer_has_a_module() -> None:
    short_names = [module.removeprefix("sim").removeprefix(".") for module in modules_of("sim")]
    empty = [
        name for row in LAYERS for name in row if not any(fnmatchcase(short, name) for short in short_names)
    ]
    assert not empty, f"{empty}: in LAYERS of tests/test_layers.py, but there is no such module"


@pytest.mark.parametrize("module", modules_of("sim"))
def test_sim_imports_only_from_lower_layers(module: str) -> None:
    own_row = row_of(module)
    assert own_row is not None, f"{module} is not in LAYERS of tests/test_layers.py"
    for imported in sorted(IMPORTS[module]):
        assert not imported.startswith("experiments"), f"{module} imports {imported}: sim never may"
        row = row_of(imported)
        assert row is not None, f"{imported} is not in LAYERS of tests/test_layers.py"
        assert row < own_row, f"{module} imports {imported}, which is not in a row above its own"


def test_looks_upward_for_types_are_the_named_ones() -> None:
    upward = {
        (module, name)
        for module, name in TYPE_IMPORTS
        if module in modules_of("sim") and (row_of(name) or 0) >= (row_of(module) or 0)
    }
    assert upward == FOR_TYPES_ONLY.keys(), "FOR_TYPES_ONLY of tests/test_layers.py says otherwise"


def test_no_circular_imports() -> None:
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as error:
        pytest.fail("imports in a circle: " + " <- ".join(error.args[1]))


def test_importing_sim_loads_nothing_heavy() -> None:
    program = f"import sys, sim; print(*[name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"import sim failed:\n{run.stderr}"
    assert not run.stdout.split(), f"import sim loads {run.stdout.strip()}"
