"""The opposition: which faction one joins, unity, and what follows from both, by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.codes import Fate, Rank
from sim.engine import run
from sim.mechanisms import (
    attempts,
    choice,
    deliveries,
    fear,
    funds,
    knowledge,
    leavers,
    morale,
    opposition,
    salary,
    uprising,
)
from sim.result import Result
from sim.scenario_file import load
from sim.tally import said_by
from tests.armies import BUSY, ENDOGENOUS, Changes, invented, lines, run_world, world
from tests.test_mechanisms import BETA, deal, let_escape, morning, soldiers
from tests.test_worlds import same_record

approx = pytest.approx

OFFICERS = ("junior", "senior", "general")

THREE: Changes = {
    "factions": {
        "rebels": {"starts": "2030-01-02"},
        "council": {"starts": "2030-01-04", "weight": 3},
        "bands": {"starts": "2030-01-04", "weight": 3},
    },
    "opposition": {
        "unity": 0.0,
        "unity_by_date": [{"date": "2030-01-05", "unity": 0.4}, {"date": "2030-01-06", "unity": 1.0}],
    },
}


# Unity and shares.


def test_unity_holds_from_its_date_until_the_next() -> None:
    rules = invented({**THREE, "opposition.unity": 0.2}).opposition
    assert opposition.by_day(rules, date(2030, 1, 1), 7).tolist() == [0.2, 0.2, 0.2, 0.2, 0.4, 1.0, 1.0]
    # A row from before the first day holds on it.
    assert opposition.by_day(rules, date(2030, 1, 6), 2).tolist() == [1.0, 1.0]


def test_shares_of_the_factions_that_exist_and_of_the_foremost() -> None:
    one, _ = morning(THREE)
    shares = np.diff(one.faction_shares[:7], axis=1, prepend=0.0)
    apart, half = [1 / 7, 3 / 7, 3 / 7], 0.6 * 3 / 7
    expected = [[0, 0, 0], [1, 0, 0], [1, 0, 0], apart, [0.6 / 7, half + 0.4, half], [0, 1, 0], [0, 1, 0]]
    assert shares == approx(np.array(expected))
    # The last takes the rest, whatever the rounding.
    assert one.faction_shares[1:, -1].tolist() == [1.0] * 59


def test_unity_that_concentrates_nobody_leaves_the_weights_alone() -> None:
    one, _ = morning(THREE, {"opposition.concentration": 0.0})
    assert (one.faction_shares[3:] == one.faction_shares[3]).all()


def test_a_new_member_chooses_by_the_number_dealt_to_him() -> None:
    one, state = morning(THREE, day=4, faction_exists=True)
    rows = soldiers(one, unit=0, rank=Rank.NCO)[:6]
    numbers = (0.0857, 0.0858, 0.7428, 0.7429, 0.9, 0.2)
    state.fate[rows] = [Fate.JOINED] * 5 + [Fate.FLED]
    for row, number in zip(rows, numbers, strict=True):
        let_escape(one, state, np.array([row]))
        opposition.enlist(deal(one, row, number), state)
    assert state.faction[rows].tolist() == [0, 1, 1, 2, 2, -1]
    assert state.members[:, Rank.NCO].tolist() == [1, 2, 2]
    assert state.members.sum() == 5
    assert (state.joined_from[rows[:5]] == BETA).all()


# What unity changes.


def test_strength_at_the_reference_unity_is_that_of_the_arms() -> None:
    strengths = {}
    for unity in (0.0, 0.3, 1.0):
        changes = {"opposition.unity": unity, "uprising.arms": [{"date": "2030-01-01", "level": 2}]}
        one, state = morning(ENDOGENOUS, changes)
        strengths[unity] = uprising.arms(one, state)
    assert strengths == approx({0.0: 2 / 1.15, 0.3: 2.0, 1.0: 2 * 1.5 / 1.15})
    assert strengths[0.3] == 2.0


@pytest.mark.parametrize(
    ("unity", "share", "through"),
    [(0.0, 1.0, 0.7 / 0.79), (0.3, 0.6, 0.6), (0.5, 0.5, 0.5 * 0.85 / 0.79), (1.0, 0.9, 1.0)],
)
def test_unity_of_the_payers_lets_money_through(unity: float, share: float, through: float) -> None:
    plan = {"usd_per_month": 200, "budget_usd_per_month": 365.25 / 12, "delivered_share": share}
    one, state = morning({"salary_plan": plan, "opposition.unity": unity})
    state.members[0, 0] = 50
    salary.pay(one, state)
    assert state.paid_usd == approx(through)


def test_unity_draws_men_into_the_factions() -> None:
    one, state = morning(THREE, faction_exists=True)
    odds = []
    for state.day in (3, 4, 5):
        odds.append(choice._by_place(*choice._of_the_day(one, state))[0, BETA])
    assert np.diff(odds) == approx([0.8 * 0.4, 0.8 * 0.6])


# Runs.

TWO: Changes = {**BUSY, "factions.council": {"starts": "2030-01-25", "weight": 2.0}}
# What is owed to members, and so who leaves, is of each faction.
NOT_OWED: Changes = {"leavers.on": False, "morale.on": False}


def test_the_weight_of_a_faction_alone_changes_no_byte() -> None:
    for war in ({}, ENDOGENOUS):
        one = world(invented(BUSY, war))
        _, expected = run_world(one)
        heavy = invented(BUSY, war, {"factions.rebels.weight": 100.0, "opposition.concentration": 0.0})
        same_record(run_world(world(heavy))[1], expected, one.army)


def test_the_weight_of_one_of_two_moves_members_and_nobody_else() -> None:
    changes = ({**TWO, **NOT_OWED, "factions.council.weight": weight} for weight in (0.1, 10.0))
    light, heavy = (run(invented(one), 1) for one in changes)
    assert light.daily.equals(heavy.daily)
    assert light.exits.drop(columns="faction").equals(heavy.exits.drop(columns="faction"))
    assert members(light, "council") < members(heavy, "council")


def members(result: Result, faction: str) -> int:
    """Members of a faction at the end."""
    return int(result.factions.query("faction == @faction")["members"].iloc[-1])


def test_the_frame_of_factions_agrees_with_the_other_frames() -> None:
    result = run(invented(TWO), seed=1)
    frame, exits = result.factions, result.exits
    assert len(frame) == 2 * 60
    by_day = frame.groupby("day")["members"].sum().to_numpy()
    assert by_day.tolist() == result.daily["members"].tolist()
    assert exits["faction"].notna().equals(exits["fate"] == "joined")
    joined = exits.groupby("faction", observed=False).size()
    assert frame.groupby("faction", observed=False)["joined"].sum().equals(joined)
    gone = result.log.query("what == 'left_faction'").merge(exits[["person", "faction"]], on="person")
    assert frame["left"].sum() == len(gone) == result.summary["members_left"].iloc[0] > 0
    assert result.daily["members_left"].sum() == len(gone)
    for name in ("rebels", "council"):
        officers = [(one["rank"].isin(OFFICERS) & (one["faction"] == name)).sum() for one in (exits, gone)]
        assert frame.query("faction == @name")["officers"].iloc[-1] == officers[0] - officers[1]
        assert officers[0] > 0


def test_who_left_his_faction_stays_one_who_had_joined() -> None:
    one = world(invented(TWO, ENDOGENOUS))
    state, record = run_world(one)
    gone = record.members_left.joined()["row"]
    assert gone.size > 5
    assert np.unique(gone).size == gone.size
    assert (state.fate[gone] == Fate.JOINED).all()
    assert (state.faction[gone] == -1).all()


# Accounts of the factions.

OWING: Changes = {
    "factions": {
        "rebels": {"starts": "2030-01-01", "upkeep_usd_per_month": 30},
        "council": {
            "starts": "2030-01-01",
            "upkeep_usd_per_month": 60,
            "donations": [
                {"date": "2029-12-01", "usd_per_month": 2000},
                {"date": "2030-01-03", "usd_per_month": 900},
            ],
        },
    },
}
MONTH = 365.25 / 12


def test_a_faction_pays_its_members_what_its_donors_give() -> None:
    one, state = morning(OWING, {"army.scale": 0.5, "funds.forgiven_days": 40})
    state.members[0, 0], state.members[1, [0, 2]] = 10, [15, 5]
    months = np.zeros(2)
    for state.day, given in ((0, 1000), (1, 1000), (2, 450)):
        funds.pay(one, state)
        assert state.accounts[funds.OWED] == approx([300 / MONTH, 1200 / MONTH])
        assert state.accounts[funds.PAID] == approx([0, given / MONTH])
        months = months * np.exp(-1 / 40) + np.array([1.0, 1 - given / 1200]) / MONTH
        assert state.accounts[funds.MONTHS_OWED] == approx(months)


def test_months_owed_are_those_of_upkeep_and_plan_together() -> None:
    plan = {"usd_per_month": 100, "budget_usd_per_month": 250}
    one, state = morning(OWING, {"salary_plan": plan})
    state.members[:, 0] = 10
    salary.pay(one, state)
    assert state.paid_usd / state.owed_usd == approx(250 / 2000)
    funds.pay(one, state)
    shares = 1 - np.array([0 + 125, 600 + 125]) / np.array([300 + 1000, 600 + 1000])
    assert state.accounts[funds.MONTHS_OWED] == approx(shares / MONTH)
    # Without funds of their own, the plan is all that is owed.
    one, state = morning(OWING, {"salary_plan": plan, "funds.on": False})
    state.members[:, 0] = 10
    salary.pay(one, state)
    funds.pay(one, state)
    assert state.accounts[funds.MONTHS_OWED] == approx(np.full(2, 0.875 / MONTH))


def test_nobody_is_owed_where_nothing_is_promised() -> None:
    one, state = morning()
    state.members[0, 0] = 10
    funds.pay(one, state)
    assert not state.accounts.any()


@pytest.mark.parametrize(("payroll", "civilians"), [("defectors", 0), ("members", 90 * 0.5)])
def test_who_is_on_the_payroll(payroll: str, civilians: float) -> None:
    plan = {"usd_per_month": 100, "payroll": payroll, "rank_multiple": {"enlisted": 1.5, "senior": 3}}
    one, state = morning({"salary_plan": plan, "army.scale": 0.5})
    state.members[0, [0, 3]] = [4, 1]
    state.fighters = np.array([[50.0, 40, 0], [7, 7, 7]])
    salary.pay(one, state)
    assert state.owed_usd == approx(100 * (1.5 * (4 + civilians) + 3) / MONTH)


# Members who leave.


def test_members_leave_when_their_factions_risk_reaches_their_resistance() -> None:
    rules = {"base_per_day": 0.03, "unpaid_effect": 2.0, "patience_months": 2.0, "morale_effect": 0.5}
    one, state = morning(OWING, {"leavers": rules}, morale=0.4, faction_exists=True)
    rows = soldiers(one, rank=Rank.ENLISTED)[::5]
    state.accounts[funds.MONTHS_OWED] = months = np.array([0.0, 3.0])
    rate = 0.03 * np.exp(2.0 * (1 - np.exp(-months / 2.0)) - 0.5 * 0.4)
    dealt = one.luck.exponential("leaving a faction", one.army.soldiers.identity[rows])
    resistance = dict(zip(rows.tolist(), dealt, strict=True))
    due: dict[int, tuple[int, float]] = {}
    left = 0
    for state.day in range(40):
        state.escaped = rows[2 * state.day : 2 * state.day + 2]
        state.fate[state.escaped] = Fate.JOINED
        opposition.enlist(one, state)
        leavers.leave(one, state)
        risk = (state.day + 1) * rate
        assert state.leaving_risk == approx(risk)
        assert set(state.left_faction.tolist()) == {row for row, at in due.items() if at[1] <= risk[at[0]]}
        due = {row: at for row, at in due.items() if at[1] > risk[at[0]]}
        for row in state.escaped.tolist():
            due[row] = (state.faction[row], risk[state.faction[row]] + resistance[row])
        left += state.left_faction.size
        assert (state.faction[rows] >= 0).sum() == state.members.sum() == len(due)
    assert left > 10
    assert state.waiting.size.tolist() == state.members.sum(axis=1).tolist()


def test_who_leaves_takes_his_share_of_those_still_alive_along() -> None:
    one, state = morning(ENDOGENOUS, {"uprising.defectors_at_home": 0.25}, day=40)
    from_gamma = soldiers(one, rank=Rank.ENLISTED, home=2)
    rows = from_gamma[one.army.units.place[one.army.soldiers.unit[from_gamma]] == BETA][:4]
    state.escaped, state.fate[rows] = rows, Fate.JOINED
    opposition.enlist(one, state)
    uprising.take_up_arms(one, state)
    assert state.fighters_entered == approx([0, 3, 1])
    state.fighters[1] = [0.0, 2.4, 0.9]  # some have been killed since
    state.escaped, state.left_faction = rows[:0], rows[:1]
    assert one.theatre is not None
    loss = 0.0003 * one.theatre.fighting[40] * (1 - state.regime_engaged)
    uprising.take_up_arms(one, state)
    assert state.fighters_entered == approx([0, 2.25, 0.75])
    assert state.fighters[1] == approx(np.array([0, 2.4, 0.9]) * 0.75 * (1 - loss))
    assert state.fighters_lost == approx(loss[BETA])


def test_men_leave_a_faction_that_does_not_pay_them() -> None:
    donated = {money: [{"date": "2030-01-20", "usd_per_month": money}] for money in (0, 100_000)}
    changes = ({"salary_plan.on": False, "factions.rebels.donations": rows} for rows in donated.values())
    owed, paid = (run(invented(BUSY, {"leavers.base_per_day": 0.005}, one), 1) for one in changes)
    assert owed.daily["attempts"].equals(paid.daily["attempts"])
    assert owed.summary["members_left"].iloc[0] > 2 * paid.summary["members_left"].iloc[0]
    assert paid.factions["months_owed"].max() < owed.factions["months_owed"].max()


# Morale and knowledge.


def test_morale_rises_with_exits_and_falls_with_losses_and_arrears() -> None:
    one, state = morning(OWING, recent_exits=100.0, recent_losses=2.0, fighters_lost=0.003)
    state.escaped = np.arange(6)
    state.members[:, 0] = [10, 30]
    state.accounts[funds.MONTHS_OWED] = [4.0, 0.0]
    morale.feel(one, state)
    exits, losses, months = 100 + (6 / 600 * 325_000 - 100) / 30, 2 + (3 - 2) / 30, 1.0
    assert (state.recent_exits, state.recent_losses) == approx((exits, losses))
    cut = (1 - 0.5 * losses / (losses + 1)) * (1 - 0.5 * months / (months + 2))
    assert state.morale == approx(exits / (exits + 100) * cut)


def test_knowledge_is_brought_by_rank_and_goes_stale() -> None:
    one, state = morning(
        {"knowledge": {"decay_days": 10, "scale": 5000}}, knowledge=1000.0, control_night=np.zeros(3)
    )
    rows = np.concatenate([soldiers(one, rank=rank)[:2] for rank in Rank])
    state.escaped = rows
    state.fate[rows] = [Fate.JOINED, Fate.HIDING] * 5
    knowledge.learn(one, state)
    known = 1000 * np.exp(-0.1) + (0.1 + 1 + 3 + 10) * 325_000 / 600
    assert state.knowledge == approx(known)
    share = known / (known + 5000)
    assert knowledge.strength(one, state) == approx(1 + 0.1 * share)
    risk = -np.log(1 - attempts._interception(*attempts._of_the_way(one, state)))
    state.knowledge = 0.0
    of_strangers = -np.log(1 - attempts._interception(*attempts._of_the_way(one, state)))
    assert risk == approx(of_strangers * np.exp(-0.2 * share))
    assert knowledge.strength(one, state) == 1.0


def test_what_is_known_strengthens_the_opposition() -> None:
    one, state = morning(ENDOGENOUS, {"arms_deliveries": {}, "knowledge.strength_gain": 0.4}, knowledge=200.0)
    assert uprising.arms(one, state) == approx(1 + 0.4 / 2)


# Arms delivered.


def test_deliveries_grow_to_their_level_and_a_part_goes_astray() -> None:
    lever = {"level": 2.0, "starts": "2030-01-05", "ramp_days": 10, "diverted_share": 0.25, "fear_scale": 0.8}
    one, state = morning(ENDOGENOUS, {"arms_deliveries": lever, "uprising.arms": []})
    for state.day, delivered in ((3, 0.0), (4, 0.2), (8, 1.0), (13, 2.0), (50, 2.0)):
        assert uprising.arms(one, state) == approx(1 + 0.75 * delivered)
        assert deliveries.alarm(one, state.day) == approx(1 - np.exp(-0.25 * delivered / 0.8))


def test_arms_gone_astray_feed_fear_in_either_war() -> None:
    lever = {"arms_deliveries": {"level": 3.0, "diverted_share": 0.5, "fear_scale": 1.0}}
    (one, state), (_, plain) = morning(lever, day=59), morning(day=59)
    for each in (state, plain):
        each.civilians_killed = np.array([1.0, 0, 0])
    said, unmoved = (said_by(one, state, fear.say).profile, said_by(morning()[0], plain, fear.say).profile)
    assert said is not None
    assert unmoved is not None
    phi = unmoved / (-0.37 * one.fear_weight[None, :, None, None, None])
    alarm = 1 - np.exp(-0.5 * 3 * 60 / 90)
    assert said == approx(-0.37 * one.fear_weight[None, :, None, None, None] * (phi + (1 - phi) * alarm))


@pytest.mark.parametrize("war", [{}, ENDOGENOUS], ids=["dated", "endogenous"])
def test_no_arms_delivered_are_no_deliveries(war: Changes) -> None:
    none: Changes = {"arms_deliveries": {}}
    one = world(invented(BUSY, war, none))
    _, expected = run_world(one)
    lever = {"level": 0.0, "starts": "2030-01-03", "ramp_days": 1, "diverted_share": 1.0, "fear_scale": 0.01}
    same_record(run_world(world(invented(BUSY, war, {"arms_deliveries": lever})))[1], expected, one.army)
    given = run_world(world(invented(BUSY, war, {"arms_deliveries": {**lever, "level": 1.0}})))[1]
    assert given.daily != expected.daily


@pytest.mark.parametrize("name", ["morale", "knowledge", "leavers", "funds"])
def test_a_mechanism_of_the_opposition_without_a_dose_is_as_good_as_off(name: str) -> None:
    without_dose: dict[str, Changes] = {
        "morale": {"choice.morale_effect": 0.0, "leavers.morale_effect": 0.0},
        "knowledge": {"knowledge.strength_gain": 0.0, "knowledge.interception_relief": 0.0},
        "leavers": {"leavers.base_per_day": 0.0},
        "funds": {"factions.rebels.upkeep_usd_per_month": 0.0},
    }
    one = world(invented(BUSY, ENDOGENOUS, without_dose[name]))
    _, inert = run_world(one)
    _, off = run_world(world(invented(BUSY, ENDOGENOUS, without_dose[name], {f"{name}.on": False})))
    assert lines(inert, one.army) == lines(off, one.army)


@pytest.mark.parametrize("changes", [BUSY, {"factions": {}}, {"days": 3}])
def test_factions_are_loaded_back_equal(changes: Changes, tmp_path: Path) -> None:
    result = run(invented(changes), seed=1)
    result.save(tmp_path / "kept", figures=False)
    kept = Result.load(tmp_path / "kept")
    assert kept.factions.equals(result.factions)
    assert kept.exits.equals(result.exits)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"factions.rebels.weight": 0}, "greater than or equal to 0.001"),
        (
            {"opposition.unity_by_date": [{"date": d, "unity": 0.5} for d in ("2030-02-01", "2030-01-01")]},
            "in the order of their dates",
        ),
        ({"opposition.unity_by_date": [{"date": "2030-02-01"}]}, "unity"),
        ({"choice.unity": 0.5}, "unity"),
        ({"factions.rebels.donations": [{"date": "2030-02-01"}]}, "usd_per_month"),
        (
            {
                "factions.rebels.donations": [
                    {"date": d, "usd_per_month": 5} for d in ("2030-02-01", "2030-01-01")
                ]
            },
            "in the order of their dates",
        ),
        ({"salary_plan.payroll": "all"}, "defectors"),
    ],
)
def test_bad_inputs_are_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        invented(changes)


def test_the_founding_case_has_the_factions_of_the_ledger() -> None:
    founding = load("syria-2012")
    starts = {name: faction.starts for name, faction in founding.factions.items()}
    assert starts["fsa"] == date(2011, 7, 29)
    assert starts["higher-military-council"].replace(day=1) == date(2012, 2, 1)
    assert len(starts) == 4
