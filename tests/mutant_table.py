"""Which tests hold which mechanism, and which mutants survive them, each with the reason."""

_OF_MECHANISMS = (
    "amnesty", "attempts", "awareness", "bases", "belief", "casualties", "choice", "collapse", "command",
    "composition", "comrades", "conscription", "deaths", "family", "fear", "grievance", "invitation",
    "opportunity", "planning", "polarisation", "promise", "punishment", "refuge", "reserves", "salary",
    "surveillance", "tenure", "war",
)  # fmt: skip
"""Mechanisms whose tests by hand stand in tests/test_mechanisms.py under their own name."""

_ALSO: dict[str, tuple[str, ...]] = {
    "amnesty": ("test_mechanisms::test_a_lever_of_the_opposition",),
    "promise": ("test_mechanisms::test_a_lever_of_the_opposition",),
    "attempts": ("test_opposition::test_knowledge",),
    "command": ("test_responses::test_a_sidelined_officer", "test_responses::test_a_purge_empties"),
    "belief": (
        "test_mechanisms::test_bases_abandoned_are",
        "test_responses::test_the_exit_of_a_sidelined",
        "test_responses::test_a_blackout",
    ),
    "choice": ("test_opposition::test_unity_draws",),
    "fear": ("test_opposition::test_arms_gone_astray",),
    "composition": ("test_mechanisms::test_constants_of_companies",),
    "polarisation": ("test_mechanisms::test_constants_of_companies",),
    "grievance": ("test_responses::test_a_wage_rise", "test_responses::test_two_wage_rises"),
    "reserves": ("test_mechanisms::test_tenure_of_those_called",),
    "salary": ("test_opposition::test_who_is_on_the_payroll", "test_opposition::test_unity_of_the_payers"),
}

_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "battle": (
        "test_war::test_strengths_of_both",
        "test_war::test_companies_that",
        "test_war::test_strengths_are",
        "test_war::test_a_day_of_war",
        "test_war::test_a_truce",
        "test_war::test_militia_bears",
        "test_war::test_fighters_fall",
    ),
    "uprising": (
        "test_war::test_who_would",
        "test_war::test_civilians_take",
        "test_war::test_before_a_faction",
        "test_war::test_soldiers_who",
        "test_war::test_fighters_fall",
        "test_war::test_strengths_of_both",
        "test_opposition::test_strength_at",
        "test_opposition::test_who_leaves_takes",
        "test_opposition::test_what_is_known",
        "test_opposition::test_deliveries",
    ),
    "militia": (
        "test_war::test_militia_bears",
        "test_war::test_civilians_take",
        "test_war::test_fighters_fall",
    ),
    "opposition": (
        "test_opposition::test_unity",
        "test_opposition::test_shares",
        "test_opposition::test_a_new_member",
        "test_opposition::test_strength_at",
    ),
    "leavers": ("test_opposition::test_members_leave", "test_opposition::test_men_leave"),
    "funds": (
        "test_opposition::test_a_faction_pays",
        "test_opposition::test_months_owed",
        "test_opposition::test_nobody_is_owed",
    ),
    "morale": ("test_opposition::test_morale",),
    "knowledge": ("test_opposition::test_knowledge", "test_opposition::test_what_is_known"),
    "deliveries": ("test_opposition::test_deliveries", "test_opposition::test_arms_gone_astray"),
    "exits": ("test_mechanisms::test_exits", "test_theory::test_dominoes"),
    "movement": (
        "test_responses::test_the_most_loyal",
        "test_responses::test_deployment_by",
        "test_responses::test_everyone_deployed",
        "test_responses::test_brigades",
        "test_responses::test_a_garrison",
    ),
    "purge": ("test_responses::test_a_purge", "test_responses::test_a_sidelined"),
    "responses": (
        "test_responses::test_a_wage_rise",
        "test_responses::test_two_wage",
        "test_responses::test_relief",
        "test_responses::test_a_blackout",
        "test_responses::test_surveillance",
    ),
    "triggers": (
        "test_triggers::test_it",
        "test_triggers::test_every",
        "test_triggers::test_the_condition",
        "test_triggers::test_counts",
    ),
    "event_kinds": ("test_triggers::test_the_end", "test_responses::test_two_wage"),
}


_IN_TEST_TERMS = frozenset(
    {
        "bases",
        "battle",
        "casualties",
        "command",
        "militia",
        "movement",
        "planning",
        "purge",
        "reserves",
        "tenure",
        "triggers",
    }
)
"""Mechanisms of which tests/test_terms.py holds a term, under their name."""


def _tests_of(name: str) -> tuple[str, ...]:
    by_hand = _ELSEWHERE.get(name) or (f"test_mechanisms::test_{name}", *_ALSO.get(name, ()))
    return (*by_hand, *((f"test_terms::test_{name}",) if name in _IN_TEST_TERMS else ()))


TESTS: dict[str, tuple[str, ...]] = {
    **{f"sim.mechanisms.{name}": _tests_of(name) for name in (*_OF_MECHANISMS, *_ELSEWHERE)},
    "sim.pressure": ("test_pressure::test",),
    "sim.tally": ("test_pressure::test",),
    "sim.personal": (
        "test_terms::test_personal",
        "test_mechanisms::test_comrades",
        "test_mechanisms::test_punishment",
        "test_mechanisms::test_tenure",
    ),
    "sim.setting": (
        "test_terms::test_setting",
        "test_mechanisms::test_constants_of_companies",
        "test_mechanisms::test_tenure_begins",
        "test_opposition::test_a_faction_pays",
        "test_opposition::test_months_owed",
    ),
    "sim.country": (
        "test_terms::test_setting",
        "test_mechanisms::test_fear",
        "test_mechanisms::test_grievance",
        "test_opposition::test_deliveries",
        "test_war::test_strengths_of_both",
        "test_war::test_a_day_of_war",
        "test_war::test_who_would",
        "test_war::test_civilians_take",
    ),
    "sim.thresholds": ("test_terms::test_setting",),
    "sim.synthesis": ("test_terms::test_synthesis",),
}
"""Tests of each module, as the file's name and how the test's name begins; the most pointed first."""

NOT_TERMS: frozenset[str] = frozenset(
    {
        "mechanisms.command._how_many_lead: _leads(post_held[party[0, place]], party[2, place])",
        "pressure.add_up: _not_finite(tally.soldier)",
        "pressure._look_up: _spread(cell, own, shared)",
        "pressure._look_up: _not_finite(profile)",
        "pressure._look_up: _not_finite(susceptible)",
        "tally.Tally.__init__: 2 * world.place_count",
    }
)
"""What looks like a term and is a count."""

_ORDER = "only the order of the companies counts"
_WHOLE = "a column of whole numbers keeps 1 of 1.5"
_AHEAD = "it is looked farther ahead for those whom the broadcast reaches soon; each hears on his day"
_GUARD = "a guard against dividing by nothing: only whether the sum is above 0"
_WIDER = "more are looked through; who is called is decided by the number dealt to each"
_FEWER = "a point is passed over without its logarithm less often; who leaves is decided by it"
_PAST = "a guard against steps before day 0, which would never come"

SURVIVORS: dict[str, str] = {
    "mechanisms.awareness.spread: state.broadcast [half]": _AHEAD,
    "mechanisms.awareness.spread: _DAYS_AHEAD * plan.broadcast_per_day [half]": _AHEAD,
    "mechanisms.awareness._reached: AWARE_STEP [half]": _WHOLE,
    "mechanisms.composition._count: 1.0 (2) [sign]": "men by home are squared before they are used",
    "mechanisms.reserves._called_between: 2.0 / GRAIN [half]": _WIDER,
    "mechanisms.reserves._called_between: before [sign]": _WIDER,
    "mechanisms.reserves._called_between: grain [half]": _WIDER,
    "mechanisms.reserves._called_between: now [half]": _WIDER,
    "mechanisms.reserves._called_between: grain (2) [half]": _WIDER,
    "mechanisms.surveillance._say: gone[battalion] / max(strength[battalion], 1.0) [half]": (
        "what all battalions have in common falls out of the ratio to their mean"
    ),
    "mechanisms.tenure.enter: day [sign]": _PAST,
    "mechanisms.tenure.enter: end [half]": _PAST,
    "mechanisms.funds._pay: owed [half]": _GUARD,
    "mechanisms.funds._pay: due [half]": _GUARD,
    "mechanisms.morale._mean_months_owed: members[faction, rank] [half]": "a factor of all weights falls out",
    "mechanisms.exits.reaches: np.float64(height).view(np.int64) >> _MANTISSA_BITS [sign]": _FEWER,
    "mechanisms.exits.reaches: _EXPONENT_BIAS [half]": _FEWER,
    "mechanisms.exits.reaches: exponent * _LOG_2 [half]": _FEWER,
    "mechanisms.exits.reaches: _ROUNDING [half]": _FEWER,
    "mechanisms.movement.deploy: -np.where(stands & (state.men > 0), score, -np.inf) [half]": _ORDER,
    "mechanisms.movement.deploy: state.men * stands [half]": "men before and share of all men grow alike",
    "mechanisms.movement.deploy: deployed [half]": _WHOLE,
    "country.country_of: share * by_sect(scenario, 'victim_weight') [half]": "shares are taken of their sum",
    "mechanisms.movement.march: weight * state.violence [half]": "a pull is compared with other pulls only",
}
"""Mutants that no test can or need notice, with the reason."""

ONLY: dict[str, frozenset[str]] = {
    "sim.setting": frozenset({"_lasting", "_own", "_unit_effect", "_factions"}),
    "sim.country": frozenset({"theatre_of", "country_of"}),
    "sim.thresholds": frozenset({"thresholds_of"}),
    "sim.synthesis": frozenset({"_with_traits"}),
}
"""Functions of modules that are no mechanism: what a man's own hazard and a war's setting are made of."""
