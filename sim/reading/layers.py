"""A scenario's files → one tree: what it extends, itself, and the overlays laid over it.

The files are put in one order, each file once, and merged from first to last: a file comes after
everything that it extends, overlays come last in the order given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import Fault, ScenarioError, did_you_mean
from sim.reading.merge import merge
from sim.reading.scenario_folder import find_scenario, is_path, scenario_folder, scenario_names
from sim.reading.tree import Items, Leaf, Mark, Node, Table, Tree
from sim.reading.yaml_file import read_yaml, shown, similar_file

MAX_CHAIN = 20
"""Files that may extend one another in a row."""

HEADER = ("name", "title", "description")
"""Keys that a scenario and the map `overlay` both have: an overlay names only itself."""


@dataclass(frozen=True, slots=True)
class _Request:
    """A file to be read: from which folder it may extend, and which files led to it."""

    path: Path
    root: Path
    chain: tuple[Path, ...] = ()


@dataclass(slots=True)
class _Reading:
    """The files read so far, in order, and what is wrong with them."""

    layers: dict[Path, Table] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_layers(source: object, overlays: Iterable[object] = ()) -> Tree:
    """Tree of a scenario file with all that it extends and the overlays given.

    Parameters
    ----------
    source
        Name of a shipped scenario, or path of a file.
    overlays
        Names or paths of overlays: files with a map `overlay` of a name, title and description.

    Returns
    -------
    Tree
        Not validated; `overlays` in it names the overlays, after those that it already has.

    Raises
    ------
    ScenarioError
        With the faults of all files.
    """
    reading = _Reading()
    base = _read_source(reading, source)
    _refuse_overlay_header(reading, base)
    names = [_lay_over(reading, overlay) for overlay in overlays]
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        reading.faults.append(Fault("overlays", f"'{name}' is laid over twice"))
    if reading.faults:
        raise ScenarioError(reading.faults)
    root = _merged(reading)
    if reading.faults:
        raise ScenarioError(reading.faults)
    return Tree(_with_overlay_names(Table(root.entries, root.keys, base.mark), names))


def _read_source(reading: _Reading, source: object) -> Table:
    """Read a file and what it extends; an empty table when it has faults."""
    try:
        path = find_scenario(source)
        resolved = _resolved(path, Mark(shown(path)))
        return _read(reading, _Request(resolved, _root(resolved, resolved.parent)), path)
    except ScenarioError as error:
        reading.faults.extend(error.faults)
        return Table({}, {}, Mark(""))


def _read(reading: _Reading, request: _Request, path: Path) -> Table:
    """Read a file after what it extends."""
    table = read_yaml(path)
    extended = table.entries.get("extends")
    for leaf in _extended_names(reading, extended):
        try:
            _extend(reading, request, leaf)
        except ScenarioError as error:
            reading.faults.extend(error.faults)
    reading.layers[request.path] = table
    return table


def _extended_names(reading: _Reading, extended: Node | None) -> Sequence[Leaf]:
    nodes = extended.nodes if isinstance(extended, Items) else (extended,)
    good = [node for node in nodes if isinstance(node, Leaf) and isinstance(node.value, str)]
    if extended is not None and len(good) < len(nodes):
        message = "must be the path of a file, or a list of paths"
        reading.faults.append(extended.mark.fault("extends", message))
    return good


def _extend(reading: _Reading, request: _Request, leaf: Leaf) -> None:
    """Read a file that is extended, unless it has been read."""
    path = _target(request, leaf)
    chain = (*request.chain, request.path)
    if path in chain:
        circle = " → ".join(each.name for each in (*chain[chain.index(path) :], path))
        raise _refused(leaf, f"extends itself: {circle}")
    if len(chain) > MAX_CHAIN:
        raise _refused(leaf, f"is a chain of more than {MAX_CHAIN} files")
    if path not in reading.layers:
        _read(reading, _Request(path, _root(path, request.root), chain), path)


def _target(request: _Request, leaf: Leaf) -> Path:
    """File that an entry of `extends` means."""
    text = str(leaf.value)
    if not is_path(text):
        return _shipped(leaf, text)
    # written with either slash, a path means the same on every system
    relative = Path(text.replace("\\", "/"))
    path = _resolved(request.path.parent / relative, leaf.mark)
    if relative.is_absolute() or not path.is_relative_to(request.root):
        raise _refused(leaf, f"'{text}' is outside the scenario's folder {shown(request.root)}")
    if not path.is_file():
        raise _refused(leaf, f"there is no file '{text}'", similar_file(path))
    return path


def _shipped(leaf: Leaf, name: str) -> Path:
    names = scenario_names()
    if name not in names:
        message = f"there is no shipped scenario '{name}', a file's path ends in .yaml"
        raise _refused(leaf, message, did_you_mean(name, names))
    return _resolved(names[name], leaf.mark)


def _root(path: Path, otherwise: Path) -> Path:
    """Folder from which a file may extend: that of the shipped scenarios for one of them."""
    shipped = scenario_folder().resolve()
    return shipped if path.is_relative_to(shipped) else otherwise


def _resolved(path: Path, mark: Mark) -> Path:
    """Path without links, so that one file has one path and none leads outside unseen."""
    try:
        resolved = path.resolve()
        resolved.stat()
    except FileNotFoundError:
        return resolved
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError([mark.fault("", f"'{path}' cannot be read: {reason}")]) from None
    return resolved


def _refused(leaf: Leaf, message: str, hint: str = "") -> ScenarioError:
    return ScenarioError([leaf.mark.fault("extends", message, hint)])


def _refuse_overlay_header(reading: _Reading, base: Table) -> None:
    if "overlay" in base.entries:
        message = "is an overlay: load a scenario and lay this file over it"
        reading.faults.append(base.keys["overlay"].fault("overlay", message))


def _lay_over(reading: _Reading, source: object) -> str:
    """Read an overlay, and return its name."""
    before = set(reading.layers)
    table = _read_source(reading, source)
    if not table.mark.file:
        return ""
    for path, layer in reading.layers.items():
        if path not in before:
            reading.faults.extend(_renamings(layer))
    return _overlay_name(reading, table)


def _renamings(layer: Table) -> list[Fault]:
    keys = [key for key in (*HEADER, "overlays") if key in layer.entries]
    message = "cannot be changed by an overlay; what names the overlay stands under `overlay`"
    return [layer.keys[key].fault(key, message) for key in keys]


def _overlay_name(reading: _Reading, table: Table) -> str:
    """Name in the map `overlay`, which must hold nothing but text under known keys."""
    header = table.entries.get("overlay")
    if not isinstance(header, Table):
        message = "is not an overlay: a map `overlay` with a name, title and description is missing"
        reading.faults.append((header or table).mark.fault("", message))
        return ""
    for key, node in header.entries.items():
        path = f"overlay.{key}"
        if key not in HEADER:
            message = f"is not known here, allowed: {', '.join(HEADER)}"
            reading.faults.append(header.keys[key].fault(path, message, did_you_mean(key, HEADER)))
        elif not isinstance(node, Leaf) or not isinstance(node.value, str):
            reading.faults.append(node.mark.fault(path, "must be text"))
    name = header.entries.get("name")
    if name is None:
        reading.faults.append(header.mark.fault("overlay.name", "is missing"))
    return str(name.value) if isinstance(name, Leaf) else ""


def _merged(reading: _Reading) -> Table:
    root = Table({}, {}, Mark(""))
    for layer in reading.layers.values():
        root = merge(root, layer.without("extends", "overlay"), reading.faults)
    return root


def _with_overlay_names(root: Table, names: Sequence[str]) -> Table:
    if not names:
        return root
    before = root.entries.get("overlays")
    nodes = before.nodes if isinstance(before, Items) else ()
    mark = Mark("overlays")
    added = tuple(Leaf(name, mark) for name in names)
    return root.set("overlays", Items((*nodes, *added), mark), mark)
