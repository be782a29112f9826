"""Plain words of YAML → values, by the core schema of YAML 1.2.

``no`` is text, ``010`` is ten, ``1e-3`` is a number, and a date is text until it is validated.
"""

import math
import re

from sim.reading.tree import Scalar

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})

_LONGEST_NUMBER = 400
"""Characters; the largest double has 309 digits."""

TAG = "tag:yaml.org,2002:"
"""Prefix of the core tags, which a file may write as ``!!``."""

_KINDS: dict[str, type | tuple[type, ...]] = {
    f"{TAG}int": int,
    f"{TAG}float": (int, float),
    f"{TAG}bool": bool,
    f"{TAG}null": type(None),
}


def plain_scalar(text: str) -> Scalar:
    """Value of an unquoted, untagged word.

    Parameters
    ----------
    text
        The word as written.

    Returns
    -------
    Scalar
        Text where it is nothing else.

    Raises
    ------
    ValueError
        If it is a number that is too long or too large, or NaN.

    Examples
    --------
    >>> [plain_scalar(word) for word in ("no", "010", "1e-3", "2011-03-15", "true", "~")]
    ['no', 10, 0.001, '2011-03-15', True, None]
    """
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if text in _NOT_A_NUMBER:
        raise ValueError("is not a number (NaN)")
    if match := _INFINITE.fullmatch(text):
        return -math.inf if match[1] == "-" else math.inf
    return _number(text)


def _number(text: str) -> Scalar:
    whole = _INTEGER.fullmatch(text)
    if not whole and not _NUMBER.fullmatch(text):
        return text
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"is a number of more than {_LONGEST_NUMBER} characters")
    if whole:
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if math.isinf(value := float(text)):
        raise ValueError("is too large a number (write .inf for infinity)")
    return value


def tagged_scalar(tag: str, text: str) -> Scalar:
    """Value of a scalar under an explicit core tag, or ``!`` for text.

    Raises
    ------
    ValueError
        If the tag is not of the core schema, or the text does not fit it.
    """
    if tag in ("!", f"{TAG}str"):
        return text
    if tag not in _KINDS:
        raise ValueError(f"has the tag {short_tag(tag)}, only plain data is allowed")
    value = plain_scalar(text)
    fits = isinstance(value, _KINDS[tag]) and (tag == f"{TAG}bool" or not isinstance(value, bool))
    if not fits:
        raise ValueError(f"does not fit its tag {short_tag(tag)}")
    return float(value) if tag == f"{TAG}float" and isinstance(value, int) else value


def short_tag(tag: str) -> str:
    """Tag as a file writes it."""
    return f"!!{tag.removeprefix(TAG)}" if tag.startswith(TAG) else tag
