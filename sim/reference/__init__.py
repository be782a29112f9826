"""The reference: the same model as plain Mesa agents, the oracle of the tests.

Written from `docs/odd.md` alone, in scalars, lists and dictionaries, by a reader who had not seen the
vectorised code. `sim.reference.day` is the table of contents, `sim.reference.soldier` the story of one man.
"""

from __future__ import annotations

from sim.reference.model import ReferenceModel

__all__ = ["ReferenceModel"]
