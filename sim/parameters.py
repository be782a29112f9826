"""How a scenario states a number: range, unit, default, meaning, source and scaling in one place.

A key is *extensive* where its value belongs to the whole army and is multiplied by `army.scale` when a
smaller army is built: strengths, numbers of formations, budgets, counted deaths of soldiers. All others are
*intensive*: rates, shares, effects, the size of a company, a man's ties, and what the country has, which is
not scaled.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.codes import Floats
from sim.errors import Faults

ASSUMPTION = "assumption; varied in studies"
FITTED = "assumption, set by hand against counts: docs/fitting.md"

Scaling = Literal["extensive", "intensive"]


def scaling(extensive: bool = False) -> dict[str, Any]:
    """Words of the schema on whether a number grows with the army that is built."""
    grows: Scaling = "extensive" if extensive else "intensive"
    return {"scaling": grows}


def parameter(
    default: Any,
    low: float,
    high: float,
    unit: str,
    description: str,
    source: str = ASSUMPTION,
    *,
    coercive: bool = False,
    extensive: bool = False,
    multiple_of: int | None = None,
) -> Any:
    """Declare a numeric key of a scenario.

    Parameters
    ----------
    default : int or float
        Value where a file says nothing; ``...`` makes the key required.
    low, high : float
        Allowed range, both ends included.
    unit : str
        Unit, or "1" for a pure number.
    description : str
        What it means.
    source : str
        Where the value comes from, or that it is an assumption.
    coercive : bool
        Whether it measures coercion (punishment, families, surveillance): compared, never searched.
    extensive : bool
        Whether it belongs to the whole army and is multiplied by `army.scale`.
    multiple_of : int, optional
        Allowed values are multiples of this.

    Returns
    -------
    pydantic field
    """
    extra: dict[str, Any] = {"unit": unit, "source": source, **scaling(extensive)}
    if coercive:
        extra["coercive"] = True
    return Field(
        default, ge=low, le=high, multiple_of=multiple_of, description=description, json_schema_extra=extra
    )


class Section(BaseModel):
    """A part of a scenario: frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="after")
    def _each_in_range(self) -> Self:
        """Check numbers by rank or level, whose range is stated by the key that holds them."""
        faults = []
        for name, field in type(self).model_fields.items():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and isinstance(bounds := extra.get("each"), dict):
                low, high = bounds["low"], bounds["high"]
                for part, value in getattr(self, name):
                    if not low <= value <= high:
                        message = f"{name}.{part} is {value:g}, allowed {low:g} to {high:g}"
                        faults.append(((name, part), message))
        if faults:
            raise Faults(faults)
        return self


class MechanismSection(Section):
    """Section of a mechanism, which can be switched off."""

    on: bool = Field(True, description="Whether the mechanism acts.")

    @property
    def acts(self) -> bool:
        """Whether there is anything to feel of it, on some day."""
        return self.on


def entry(low: float, high: float, unit: str, *, extensive: bool = False) -> Any:
    """Declare the numbers of a table or a list; arguments as in `parameter`."""
    return Field(ge=low, le=high, json_schema_extra={"unit": unit, **scaling(extensive)})


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Share = Annotated[float, entry(0, 1, "1")]
LedgerRow = Annotated[int, entry(1, 10_000, "row of the evidence ledger")]


@lru_cache(maxsize=1024)
def _locked(values: tuple[float, ...]) -> Floats:
    """Keep an array of some numbers: they are asked for every day."""
    array = np.array(values)
    array.setflags(write=False)
    return array


class ByRank(Section):
    """A number for each rank."""

    enlisted: float = 0.0
    nco: float = 0.0
    junior: float = 0.0
    senior: float = 0.0
    general: float = 0.0

    def in_order(self) -> Floats:
        """Return the five numbers from enlisted to general, read-only."""
        return _locked((self.enlisted, self.nco, self.junior, self.senior, self.general))


def _of_each(
    values: Section,
    low: float,
    high: float,
    unit: str,
    description: str,
    source: str,
    *,
    coercive: bool = False,
) -> Any:
    """Declare a key that holds several numbers of one range; `Section` checks them."""
    extra: dict[str, Any] = {"unit": unit, "source": source, "each": {"low": low, "high": high}, **scaling()}
    if coercive:
        extra["coercive"] = True
    return Field(values, description=f"{description} Each from {low:g} to {high:g}.", json_schema_extra=extra)


def by_rank(
    values: tuple[float, float, float, float, float],
    low: float,
    high: float,
    unit: str,
    description: str,
    source: str = ASSUMPTION,
    *,
    coercive: bool = False,
) -> Any:
    """Declare a key with a number for each rank, enlisted to general; arguments as in `parameter`."""
    names = ("enlisted", "nco", "junior", "senior", "general")
    numbers = ByRank(**dict(zip(names, values, strict=True)))
    return _of_each(numbers, low, high, unit, description, source, coercive=coercive)


class ByLevel(Section):
    """A number for each level of command."""

    company: float = 0.0
    battalion: float = 0.0
    brigade: float = 0.0
    formation: float = 0.0

    def in_order(self) -> Floats:
        """Return the four numbers from company to formation, read-only."""
        return _locked((self.company, self.battalion, self.brigade, self.formation))


def by_level(
    values: tuple[float, float, float, float],
    low: float,
    high: float,
    unit: str,
    description: str,
    source: str = ASSUMPTION,
) -> Any:
    """Declare a key with a number for each level, company to formation; arguments as in `parameter`."""
    names = ("company", "battalion", "brigade", "formation")
    return _of_each(ByLevel(**dict(zip(names, values, strict=True))), low, high, unit, description, source)


class ByRole(Section):
    """A number for each role that a sect can have."""

    in_group: float = 0.0
    third: float = 0.0
    out_group: float = 0.0

    def by_sect(self, roles: Iterable[str]) -> Floats:
        """Return the number of each sect, shape (S,), given the role of each: `in`, `third` or `out`."""
        number = {"in": self.in_group, "third": self.third, "out": self.out_group}
        return np.array([number[role] for role in roles])


def by_role(
    values: tuple[float, float, float],
    low: float,
    high: float,
    unit: str,
    description: str,
    source: str = ASSUMPTION,
) -> Any:
    """Declare a key with a number for each role, in-group, third, out-group; arguments as in `parameter`."""
    names = ("in_group", "third", "out_group")
    return _of_each(ByRole(**dict(zip(names, values, strict=True))), low, high, unit, description, source)
