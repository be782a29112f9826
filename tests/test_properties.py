"""Whatever the scenario: heads are conserved, final fates are final, and counts agree with the roster."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.engine import days
from sim.loyalty import loyalty_index
from sim.record import Record
from tests.armies import BUSY, ENDOGENOUS, SWITCHES, Changes, invented, off, world
from tests.depth import examples
from tests.heads import go_through

NUMBERS = {
    "law.reference_hazard_per_week": st.sampled_from((0.0, 1e-3, 0.05, 1.0, 10.0)),
    "army.regulars": st.integers(1, 250),
    "army.reserves": st.integers(0, 150),
    "army.ties": st.sampled_from(
        ({}, {"barracks": 0, "home": 0}, {"barracks": 0}, {"barracks": 20, "home": 20})
    ),
    "army.stayers_share": st.sampled_from((0.0, 0.15, 1.0)),
    "army.susceptibility_shape": st.sampled_from((0.1, 5.2, 1000.0)),
    "army.frailty_variance": st.sampled_from((0.0, 2.0)),
    "army.unit_effect_sd": st.sampled_from((0.0, 4.0)),
    "attempts.informer_share": st.sampled_from((0.0, 0.1, 0.5)),
    "attempts.interception": st.sampled_from((0.0, 0.12, 5.0)),
    "invitation.days": st.sampled_from((0, 40, 1000)),
    "invitation.asks_share": st.sampled_from((0.3, 1.0)),
    "command.follow_own_sect": st.sampled_from(({}, dict.fromkeys(("company", "brigade"), 1.0))),
    "command.replacement_days": st.sampled_from((1, 10)),
    "comrades.own_group": st.sampled_from((-3.0, 1.97, 5.0)),
    "surveillance.learning_per_year": st.sampled_from((0.0, 20.0)),
    "planning": st.sampled_from(
        ({}, {"median_days": 1, "spread": 0}, {"median_days": 4, "detection_per_day": 0.5})
    ),
    "outcomes.unit_collapse_share": st.sampled_from((0.0, 0.5, 1.0)),
}
LAWS = [
    {"kind": "threshold", "reference": reference, "measure": measure, "thresholds": thresholds}
    for reference in ("army", "unit", "ties")
    for measure in ("number", "share")
    for thresholds in (
        {"distribution": "normal", "mean": 0.1, "sd": 0.2},
        {"distribution": "uniform", "first": -0.2, "last": 5.0},
        {"distribution": "evenly_spaced", "first": 0, "step": 0.5},
        {"distribution": "constant", "mean": 0.0},
    )
]
BOUND = {"army.persons": [], "events": [e for e in BUSY["events"] if e["kind"] != "elite_exit"]}


@st.composite
def scenarios(draw: st.DrawFn) -> Changes:
    """Draw a busy scenario with other numbers, some mechanisms off, and now and then the other law."""
    changes: dict[str, Any] = {
        **BUSY,
        **draw(st.sampled_from(({}, ENDOGENOUS))),
        "days": 32,
        **off(*draw(st.sets(st.sampled_from(SWITCHES)))),
    }
    changes |= {name: draw(numbers) for name, numbers in NUMBERS.items()}
    if draw(st.integers(0, 3)) == 0:
        del changes["law.reference_hazard_per_week"]
        changes["law"] = draw(st.sampled_from(LAWS))
    if changes["army.regulars"] < 60:
        changes |= BOUND  # too few for each brigade to have a commander
    return changes


@examples(40)
@given(changes=scenarios(), seed=st.integers(0, 99))
def test_heads_are_conserved_and_final_fates_are_final(changes: Changes, seed: int) -> None:
    go_through(world(invented(changes), seed, seed))


@examples(15)
@given(changes=scenarios(), seed=st.integers(0, 99))
def test_sparse_and_dense_evaluation_agree(changes: Changes, seed: int) -> None:
    one = world(invented(changes), seed, seed)
    records = []
    for evaluation in ("sparse", "dense"):
        record = Record()
        for state in days(one, (), evaluation):
            record.take(one, state)
        records.append(record.daily)
    assert records[0] == records[1]


@examples(60)
@given(
    loyalty=st.lists(st.floats(-1e6, 1e6), min_size=1),
    middle=st.floats(-50, 50),
    width=st.floats(0.01, 50),
)
def test_the_index_of_loyalty_is_in_0_to_1_and_rises_with_loyalty(
    loyalty: list[float], middle: float, width: float
) -> None:
    index = loyalty_index(np.sort(loyalty), middle, width)
    assert index.min() >= 0.0
    assert index.max() <= 1.0
    assert (np.diff(index) >= 0.0).all()
    np.testing.assert_allclose(loyalty_index(np.array([middle]), middle, width), 0.5)
