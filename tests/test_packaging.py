"""What is declared is what is imported, pinned and shipped."""

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OUR_PACKAGES = {"sim", "experiments"}

# Declared without an import of ours, each with its reason.
NOT_IMPORTED = {
    "pyarrow": "pandas reads and writes Parquet through it",
}

# Imported where it is asked for, from an extra of that name.
OPTIONAL = {"dask"}

# The scenarios stand beside sim in a checkout and inside it in a wheel; this finds both.
LIST_SCENARIOS = """
from sim.scenario_file import scenario_folder

folder = scenario_folder()
for path in [*folder.rglob("*.yaml"), *folder.rglob("*.json")]:
    print(path.relative_to(folder).as_posix())
"""


def read_setup() -> ConfigParser:
    """Read setup.cfg."""
    setup = ConfigParser(interpolation=None)
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup


def requirements(section: str, key: str) -> list[Requirement]:
    """List the requirements under a key of setup.cfg."""
    return [Requirement(line) for line in read_setup()[section][key].split("\n") if line]


def declared() -> set[str]:
    """Name what a plain install brings."""
    return {canonicalize_name(each.name) for each in requirements("options", "install_requires")}


def top_level_imports(path: Path) -> set[str]:
    """Name the top-level packages that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.split(".")[0])
    return names


def foreign_imports() -> set[str]:
    """Name what sim and experiments import beyond Python and themselves."""
    files = [path for package in OUR_PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert files, "sim and experiments hold no Python file"
    names = set[str]().union(*(top_level_imports(path) for path in files))
    return names - sys.stdlib_module_names - OUR_PACKAGES


def imported() -> dict[str, set[str]]:
    """Map each foreign import to the distributions that may provide it."""
    providers = packages_distributions()
    return {
        name: {canonicalize_name(each) for each in providers.get(name, [name])} for name in foreign_imports()
    }


def shipped_scenarios() -> set[str]:
    """List the scenario files of the source tree."""
    folder = ROOT / "scenarios"
    paths = [path for kind in ("*.yaml", "*.json") for path in folder.rglob(kind)]
    assert paths, "scenarios/ holds no YAML file"
    return {path.relative_to(folder).as_posix() for path in paths}


def run_python(program: str, folder: Path) -> str:
    """Run a program in another folder, where the source tree is not found by chance."""
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the tree, without a network."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for folder in ("sim", "scenarios", "experiments"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, source / folder, ignore=ignore)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-index"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(target), str(source)]
    run = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (path,) = target.glob("*.whl")
    return path


def declared_as_extra() -> set[str]:
    """Name what the extras bring that a user may go without."""
    extras = [each for name in OPTIONAL for each in requirements("options.extras_require", name)]
    return {canonicalize_name(each.name) for each in extras}


def test_every_import_is_declared() -> None:
    known = declared() | declared_as_extra()
    missing = [name for name, providers in imported().items() if not providers & known]
    assert not missing, f"{missing}: imported, but not in setup.cfg"


def test_every_declaration_is_imported() -> None:
    used = set[str]().union(*imported().values())
    unused = declared() - used - NOT_IMPORTED.keys()
    assert not unused, f"{unused}: in install_requires of setup.cfg, but not imported"


def test_exceptions_are_still_needed() -> None:
    used = set[str]().union(*imported().values())
    stale = NOT_IMPORTED.keys() - (declared() - used)
    assert not stale, f"{stale}: take it out of NOT_IMPORTED in tests/test_packaging.py"


def test_pins_satisfy_what_is_declared() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    wanted = requirements("options", "install_requires")
    for extra in ("dask", "notebook", "test"):
        wanted += requirements("options.extras_require", extra)
    for each in (one for one in wanted if one.name != "loyalty-erosion"):
        version = pins.get(canonicalize_name(each.name))
        assert version, f"{each.name} is not pinned in constraints.txt"
        assert version in each.specifier, f"{each} is declared, {version} is pinned"


def test_every_package_is_listed() -> None:
    listed = set(read_setup()["options"]["packages"].split())
    folders = {path.parent for name in OUR_PACKAGES for path in (ROOT / name).rglob("*.py")}
    found = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert listed == found | {"sim.scenarios"}


def test_citation_names_the_same_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    match = re.search(r"^version: (\S+)$", citation, re.MULTILINE)
    assert match, "CITATION.cff names no version"
    assert match[1] == read_setup()["metadata"]["version"]


def test_wheel_holds_code_and_scenarios(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    code = {path for package in OUR_PACKAGES for path in (ROOT / package).rglob("*.py")}
    expected = {path.relative_to(ROOT).as_posix() for path in code}
    expected |= {f"sim/scenarios/{name}" for name in shipped_scenarios()}
    expected |= {path.relative_to(ROOT).as_posix() for path in ROOT.glob("experiments/studies/*.yaml")}
    assert expected == {name for name in names if ".dist-info/" not in name}


def test_wheel_finds_its_scenarios(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    listing = run_python(LIST_SCENARIOS, tmp_path)
    assert set(listing.splitlines()) == shipped_scenarios()


def test_this_install_finds_the_scenarios(tmp_path: Path) -> None:
    listing = run_python(LIST_SCENARIOS, tmp_path)
    assert set(listing.splitlines()) == shipped_scenarios()
