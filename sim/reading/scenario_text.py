"""A scenario → YAML text that says everything and extends nothing."""

import json
import re
from typing import Any

from pydantic import BaseModel

from sim.reading.from_python import model_values
from sim.reading.yaml_scalar import plain_scalar

_WIDTH = 100
_UNQUOTED = re.compile(r"[^\W_][\w./()%+-]*( [\w./()%+-]+)*")
_HEADER = "# A resolved scenario: every value is stated, nothing is inherited.\n"


def dump(scenario: BaseModel) -> str:
    """Write a scenario with all its values, defaults included.

    Parameters
    ----------
    scenario
        A model made by `load`, `change`, or in Python.

    Returns
    -------
    str
        YAML 1.2 that loads to an equal scenario.
    """
    lines = [line for key, value in model_values(scenario).items() for line in _entry(key, value)]
    return _HEADER + "\n".join(lines or ["{}"]) + "\n"


def _entry(key: str, value: Any) -> list[str]:
    """Lines of one entry of a map: on its own line if it fits there, else indented below."""
    name = _text(str(key))
    if isinstance(value, str) and (block := _block(value)):
        return [f"{name}: {block[0]}", *block[1:]]
    line = f"{name}: {_flow(value)}"
    if _is_simple(value) and (len(line) <= _WIDTH or not isinstance(value, dict | list)):
        return [line]
    return [f"{name}:", *_indented(_lines(value))]


def _lines(value: dict[str, Any] | list[Any]) -> list[str]:
    """Lines of a map or list in block style."""
    if isinstance(value, dict):
        return [line for key, each in value.items() for line in _entry(key, each)]
    return [line for each in value for line in _item(each)]


def _item(value: Any) -> list[str]:
    """Lines of one item of a list; nested lists and short maps stand on one line."""
    line = f"- {_flow(value)}"
    if not isinstance(value, dict | list) or not value:
        return [line]
    if isinstance(value, list) and _is_simple(value) and len(line) <= _WIDTH:
        return [line]
    first, *rest = _lines(value)
    return [f"- {first}", *_indented(rest)]


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]


def _is_simple(value: Any) -> bool:
    """Whether a value is a scalar, or a map or list of nothing but scalars."""
    if isinstance(value, dict):
        return not any(isinstance(each, dict | list) for each in value.values())
    return not isinstance(value, list) or not any(isinstance(each, dict | list) for each in value)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_text(str(key))}: {_flow(each)}" for key, each in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return repr(value).replace("inf", ".inf")
        case str():
            return _text(value)
        case _:
            return str(value)


def _text(text: str) -> str:
    """Text without quotes where YAML reads the same text back, else quoted."""
    if len(text) <= _WIDTH and _UNQUOTED.fullmatch(text) and plain_scalar(text) == text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else _escape(each) for each in quoted)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block(text: str) -> list[str]:
    """Text of several lines as a literal block; empty where that would not keep every character."""
    lines = text.removesuffix("\n").split("\n")
    is_plain = all(line.isprintable() and line == line.strip() and line for line in lines)
    if len(lines) < 2 or not is_plain:
        return []
    return ["|" if text.endswith("\n") else "|-", *_indented(lines)]
