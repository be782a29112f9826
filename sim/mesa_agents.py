"""Soldiers as Mesa sees them: views that read the arrays of a run when they are asked.

A view holds a model and a row; it is made when somebody looks and kept by nobody. `SoldierSet` has the
interface of Mesa's `AgentSet`, over an array of rows. Views are read-only: what befalls a soldier is decided
by the model alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any, NoReturn, Self

import numpy as np
from mesa.agent import Agent, AgentSet, GroupBy

from sim.codes import Ints
from sim.soldier_columns import COLUMNS

if TYPE_CHECKING:
    from sim.mesa_model import LoyaltyModel

_OWN = frozenset({"model", "row", "pos"})
_FIXED = (
    "the soldiers of a model are fixed and read-only: change the scenario, or add a mechanism of your own"
)


class Soldier(Agent):  # type: ignore[misc]  # Mesa has no types
    """A soldier of a running model.

    Besides the attributes of `sim.soldier_columns.COLUMNS`, such as `fate`, `rank` or `loyalty`, he has
    these. Two views of one soldier of one model are equal.

    Parameters
    ----------
    model : LoyaltyModel
    row : int
        Row of the roster.
    """

    def __init__(self, model: LoyaltyModel, row: int) -> None:
        # Not registered with the model, as Mesa's agents are: nobody keeps a view.
        self.__dict__.update(model=model, row=row, pos=None)

    def __getattr__(self, name: str) -> Any:
        if name in _OWN:
            raise AttributeError(name)
        return self.model.soldier_values(name, np.array([self.row])).tolist()[0]

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(_FIXED)

    @property
    def ties(self) -> SoldierSet:
        """His strong ties."""
        ties = self.model.world.army.ties.of[self.row]
        return SoldierSet(self.model, ties[ties >= 0])

    @property
    def company(self) -> SoldierSet:
        """The men of his company, himself, the reserve and those who left included."""
        army = self.model.world.army
        return SoldierSet(self.model, army.rows_of(army.soldiers.unit[[self.row]]))

    def remove(self) -> NoReturn:
        """Refuse: nobody can be taken out of the army."""
        raise TypeError(_FIXED)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Soldier) and self.model is other.model and self.row == other.row

    def __hash__(self) -> int:
        return hash((id(self.model), self.row))

    def __repr__(self) -> str:
        return f"Soldier({self.unique_id}: {self.rank}, {self.sect}, {self.fate})"

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *COLUMNS})


class SoldierSet(AgentSet):  # type: ignore[misc]  # Mesa has no types
    """Some soldiers of a model, in an order; each once.

    What Mesa's `AgentSet` does, this does, with values read from arrays where an attribute is named. It
    cannot be added to or taken from, and nothing can be set; what is meant to be in place (`inplace`)
    changes the set and no soldier.

    Parameters
    ----------
    model : LoyaltyModel
    rows : (n,) array of int
        Rows of the roster, none twice.
    """

    def __init__(self, model: LoyaltyModel, rows: Ints) -> None:
        self.model = model
        self.rows = rows

    @property
    def random(self) -> Random:
        """Mesa's random numbers of the model, which serve `shuffle` and `shuffle_do` only."""
        random: Random = self.model.random
        return random

    def values(self, name: str) -> Any:
        """Attribute of each soldier, as an array.

        Parameters
        ----------
        name : str
            One of `sim.soldier_columns.COLUMNS`.

        Returns
        -------
        (n,) array

        Raises
        ------
        AttributeError
            If there is no such attribute.
        """
        return self.model.soldier_values(name, self.rows)

    def where(self, **attributes: Any) -> SoldierSet:
        """Select by attributes, without a view of each soldier.

        Parameters
        ----------
        **attributes
            Value that an attribute must have, or a list, tuple or set of values that it may have.

        Returns
        -------
        SoldierSet
        """
        keep = np.ones(self.rows.size, dtype=bool)
        for name, wanted in attributes.items():
            allowed = list(wanted) if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
            values = self.values(name)
            keep &= np.logical_or.reduce([values == one for one in allowed], initial=False)
        return SoldierSet(self.model, self.rows[keep])

    # What Mesa's set has.

    def __len__(self) -> int:
        return int(self.rows.size)

    def __iter__(self) -> Iterator[Soldier]:
        return (Soldier(self.model, row) for row in self.rows.tolist())

    def __contains__(self, agent: object) -> bool:
        return isinstance(agent, Soldier) and agent.model is self.model and agent.row in self._members

    @cached_property
    def _members(self) -> frozenset[int]:
        """Rows, for one who asks about single soldiers."""
        return frozenset(self.rows.tolist())

    def __getitem__(self, item: int | slice) -> Soldier | list[Soldier]:
        if isinstance(item, slice):
            return list(SoldierSet(self.model, self.rows[item]))
        return Soldier(self.model, int(self.rows[item]))

    def __repr__(self) -> str:
        return f"SoldierSet({len(self)} soldiers)"

    def _from_iterable(self, agents: Iterable[Soldier]) -> SoldierSet:
        """Build the set that an operator of sets (&, |, -, ^) gives."""
        rows = dict.fromkeys(agent.row for agent in agents)
        return SoldierSet(self.model, np.array(list(rows), dtype=np.int64))

    def _given(self, rows: Ints, inplace: bool) -> SoldierSet:
        """Rows as a new set, or as this one."""
        if not inplace:
            return SoldierSet(self.model, rows)
        self.rows = rows
        self.__dict__.pop("_members", None)
        return self

    def select(
        self,
        filter_func: Callable[[Soldier], bool] | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type[Agent] | None = None,
    ) -> SoldierSet:
        """Select soldiers by a function of a view; `where` is faster.

        Parameters
        ----------
        filter_func : callable, optional
            Soldier -> whether he is selected.
        at_most : int or float
            The first of them: a number, or a share up to 1.0 of those in the set.
        inplace : bool
        agent_type : type, optional
            `Soldier` or a class above it selects all, another nobody.

        Returns
        -------
        SoldierSet
        """
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        if agent_type is not None and not issubclass(Soldier, agent_type):
            return self._given(self.rows[:0], inplace)
        if filter_func is None:
            return self._given(self.rows[: math.ceil(min(at_most, len(self)))], inplace)
        rows: list[int] = []
        for soldier in self:
            if len(rows) >= at_most:
                break
            if filter_func(soldier):
                rows.append(soldier.row)
        return self._given(np.array(rows, dtype=np.int64), inplace)

    def shuffle(self, inplace: bool = False) -> SoldierSet:
        """Put the soldiers into a random order."""
        rows = self.rows.tolist()
        self.random.shuffle(rows)
        return self._given(np.array(rows, dtype=np.int64), inplace)

    def sort(
        self, key: Callable[[Soldier], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> SoldierSet:
        """Sort by an attribute or a function of a view; equals stay in their order."""
        values = self.get(key) if isinstance(key, str) else [key(soldier) for soldier in self]
        order = sorted(range(len(self)), key=values.__getitem__, reverse=not ascending)
        return self._given(self.rows[order], inplace)

    def get(
        self,
        attr_names: str | Sequence[str],
        handle_missing: str = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """List an attribute of each soldier, or a list of several.

        Parameters
        ----------
        attr_names : str or sequence of str
        handle_missing : {"error", "default"}
            What to do where there is no such attribute.
        default_value : object

        Returns
        -------
        list

        Raises
        ------
        AttributeError
            If there is no such attribute and `handle_missing` is "error".
        ValueError
            If `handle_missing` is neither.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing is {handle_missing!r}, allowed are 'error' and 'default'")
        if isinstance(attr_names, str):
            return self._list(attr_names, handle_missing == "default", default_value)
        columns = [self._list(name, handle_missing == "default", default_value) for name in attr_names]
        return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in self.rows]

    def _list(self, name: str, has_default: bool, default: Any) -> list[Any]:
        """List an attribute: a column of all, else one view after the other."""
        if name in COLUMNS:
            values: list[Any] = self.values(name).tolist()
            return values
        if has_default:
            return [getattr(soldier, name, default) for soldier in self]
        return [getattr(soldier, name) for soldier in self]

    def groupby(self, by: Callable[[Soldier], Hashable] | str, result_type: str = "agentset") -> GroupBy:
        """Group by an attribute or a function of a view.

        Parameters
        ----------
        by : callable or str
        result_type : {"agentset", "list"}
            Groups as sets, or as lists of views.

        Returns
        -------
        mesa.agent.GroupBy
            Groups in the order in which they first come.
        """
        keys = self.get(by) if isinstance(by, str) else [by(soldier) for soldier in self]
        rows = defaultdict(list)
        for key, row in zip(keys, self.rows.tolist(), strict=True):
            rows[key].append(row)
        groups = {key: SoldierSet(self.model, np.array(each)) for key, each in rows.items()}
        if result_type == "agentset":
            return SoldierGroups(groups)
        return GroupBy({key: list(each) for key, each in groups.items()})

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function of a view, for each soldier."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Do the same in a random order."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """List what a method, or a function of a view, gives for each soldier."""
        if isinstance(method, str):
            return [getattr(soldier, method)(*args, **kwargs) for soldier in self]
        return [method(soldier, *args, **kwargs) for soldier in self]

    def set(self, attr_name: str, value: Any) -> NoReturn:
        """Refuse: views are read-only."""
        raise AttributeError(_FIXED)

    def add(self, agent: Agent) -> NoReturn:
        """Refuse: a set of soldiers is made by selecting."""
        raise TypeError(_FIXED)

    def discard(self, agent: Agent) -> NoReturn:
        """Refuse, as `add` does."""
        raise TypeError(_FIXED)

    def remove(self, agent: Agent) -> NoReturn:
        """Refuse, as `add` does."""
        raise TypeError(_FIXED)

    def __copy__(self) -> SoldierSet:
        return SoldierSet(self.model, self.rows)


class SoldierGroups(GroupBy):  # type: ignore[misc]  # Mesa has no types
    """Groups of soldiers; what Mesa's `GroupBy` does, with values read from arrays."""

    def agg(self, attr_name: str, func: Callable[[list[Any]], Any]) -> dict[Hashable, Any]:
        """Apply a function to the values of an attribute in each group."""
        return {name: func(group.get(attr_name)) for name, group in self.groups.items()}
