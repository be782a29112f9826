"""Definitions by which a run is read: the classes of outcome and the index of loyalty.

They change no run, only what is said of it.
"""

from __future__ import annotations

from sim.parameters import Section, parameter


class Outcomes(Section):
    """Definitions of the classes of outcome."""

    collapse_gone_share: float = parameter(
        0.35, 0, 1, "1", "More than this share of the regulars gone is a collapse.", "definition"
    )
    collapse_deployable_share: float = parameter(
        0.5,
        0,
        1,
        "1",
        "Deployable strength under this share of its start is a collapse.",
        "definition",
    )
    hold_gone_share: float = parameter(0.05, 0, 1, "1", "Under this share gone is a hold.", "definition")
    pulse_end_over_peak: float = parameter(
        0.6, 0, 1, "1", "A pulse ends under this share of its peak of 28-day exits.", "definition"
    )
    pulse_out_group_share: float = parameter(
        0.75,
        0,
        1,
        "1",
        "A pulse leaves more than the rest of the out-group in place.",
        "definition",
    )
    unit_collapse_share: float = parameter(
        0.5, 0, 1, "1", "A company of which this share has gone has collapsed.", "definition"
    )


class LoyaltyIndex(Section):
    """The loyalty shown to people: index = 1 / (1 + exp(-(L - middle) / width)), in [0, 1]."""

    middle: float = parameter(-4.0, -50, 50, "log hazard", "Loyalty L whose index is 0.5.", "definition")
    width: float = parameter(2.0, 0.01, 50, "log hazard", "Width of the transform.", "definition")
    loyal_above: float = parameter(
        0.5, 0.001, 0.999, "1", "Index above which a deployable soldier counts as loyal.", "definition"
    )
