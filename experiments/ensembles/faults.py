"""What can go wrong with an ensemble as a whole; a run that fails is a row instead."""

from __future__ import annotations


class EngineError(RuntimeError):
    """An engine that cannot be used or does not answer: nothing stored is lost by it."""
