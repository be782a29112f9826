"""Where the shipped scenarios are, and which file a name or path means."""

import os
from pathlib import Path, PurePath

from sim.errors import Fault, ScenarioError, did_you_mean
from sim.reading.yaml_file import shown

FOLDERS = ("", "levers", "contrasts", "examples", "theory")
"""Folders below `scenario_folder` whose files have a name, in the order of search."""

_SUFFIXES = (".yaml", ".yml")


def scenario_folder() -> Path:
    """Folder of the shipped scenarios.

    They stand beside the package in a source tree, and inside it once it is installed.

    Raises
    ------
    ScenarioError
        If there is neither.
    """
    package = Path(__file__).resolve().parent.parent
    source_tree = package.parent
    if (package / "scenarios").is_dir():
        return package / "scenarios"
    if (source_tree / "setup.cfg").is_file() and (source_tree / "scenarios").is_dir():
        return source_tree / "scenarios"
    raise ScenarioError([Fault("", "the shipped scenarios are not installed")])


def scenario_names() -> dict[str, Path]:
    """Files of the shipped scenarios, levers and contrasts by name."""
    names: dict[str, Path] = {}
    for folder in FOLDERS:
        for path in sorted((scenario_folder() / folder).glob("*.yaml")):
            names.setdefault(path.stem, path)
    return names


def is_path(text: str) -> bool:
    """Whether a text means a file rather than a name.

    Examples
    --------
    >>> is_path("syria-2012"), is_path("mine.yaml"), is_path("./mine")
    (False, True, True)
    """
    return text.lower().endswith(_SUFFIXES) or "/" in text or "\\" in text


def find_scenario(source: object) -> Path:
    """File meant by a path, or by the name of a shipped scenario.

    Parameters
    ----------
    source
        A path; or text, which is a path when it ends in ``.yaml`` or holds a slash.

    Raises
    ------
    ScenarioError
        If no shipped scenario has that name.
    """
    if isinstance(source, PurePath):
        return Path(source)
    if not isinstance(source, str):
        message = f"a scenario is given by its name or path, not by {type(source).__name__}"
        raise ScenarioError([Fault("", message)])
    if is_path(source):
        return Path(source)
    names = scenario_names()
    if source not in names:
        raise ScenarioError([unknown_name(source, names)])
    return names[source]


def unknown_name(name: str, names: dict[str, Path]) -> Fault:
    """Fault for a name that no shipped scenario has."""
    message = f"there is no shipped scenario '{name}', a file's path ends in .yaml"
    hint = did_you_mean(name, names)
    if os.path.isfile(f"{name}.yaml"):
        hint = f"did you mean the file '{name}.yaml'?"
    return Fault("", message, hint=hint or f"shipped in {shown(scenario_folder())}")
