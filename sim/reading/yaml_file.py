"""A file on disk → the tree of its YAML."""

import os
import stat
from pathlib import Path

from sim.errors import ScenarioError, did_you_mean
from sim.reading.tree import Mark, Table, refuse
from sim.reading.yaml_tree import parse_yaml

MAX_BYTES = 5_000_000


def read_yaml(path: Path) -> Table:
    """Tree of a YAML file whose root is a map.

    Parameters
    ----------
    path
        An ordinary file of at most 5 MB, in UTF-8.

    Returns
    -------
    Table
        Its root; places name the file as `shown` does.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is no text, or is no such YAML.
    """
    file = shown(path)
    root = parse_yaml(_text(_content(path, file), file), file)
    if not isinstance(root, Table):
        raise refuse(root.mark, "", "must be a map of keys and values at the top")
    return root


def shown(path: Path) -> str:
    """Path as faults show it: relative to the current directory when inside it."""
    try:
        return str(Path(os.path.abspath(path)).relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def similar_file(path: Path) -> str:
    """Hint with the YAML file beside a missing one that is named most like it."""
    return did_you_mean(path.name, sorted(each.name for each in path.parent.glob("*.y*ml")))


def _content(path: Path, file: str) -> bytes:
    """Bytes of an ordinary file; a pipe or a device is not opened, for it could block."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "not an ordinary file"
            raise refuse(Mark(file), "", f"is {kind}, a YAML file is needed")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except ScenarioError:
        raise
    except FileNotFoundError:
        raise refuse(Mark(file), "", "there is no such file", similar_file(path)) from None
    except PermissionError:
        raise refuse(Mark(file), "", "may not be read: permission denied") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(Mark(file), "", f"cannot be read: {reason}") from None


def _text(content: bytes, file: str) -> str:
    if len(content) > MAX_BYTES:
        raise refuse(Mark(file), "", f"is larger than {MAX_BYTES // 1_000_000} MB")
    if b"\0" in content:
        raise refuse(Mark(file), "", "is binary, or text that is not UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(Mark(file, line, 1), "", "is not UTF-8 text") from None
