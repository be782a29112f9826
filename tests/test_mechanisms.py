"""Each mechanism against numbers worked out by hand from the formula in its file."""

import math
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from sim import service
from sim.boxes import LAYERS, LOWEST
from sim.codes import Fate, Floats, How, Ints, Rank
from sim.luck import Luck
from sim.mechanisms import (
    amnesty,
    attempts,
    awareness,
    bases,
    belief,
    casualties,
    choice,
    collapse,
    command,
    composition,
    comrades,
    conscription,
    deaths,
    events,
    exits,
    family,
    fear,
    grievance,
    invitation,
    opportunity,
    planning,
    polarisation,
    promise,
    punishment,
    refuge,
    reserves,
    responses,
    salary,
    surveillance,
    tenure,
    war,
)
from sim.party import Party
from sim.pressure import log_hazard, pressure_of
from sim.scatter import Scatter
from sim.start import first_state
from sim.state import State
from sim.tally import said_by
from sim.terms import Term
from sim.watch import Watch
from sim.world import World
from tests.armies import (
    ALIKE,
    BUSY,
    FORMATIONS,
    Changes,
    invented,
    off,
    tied,
    with_soldiers,
    world,
)
from tests.test_luck import plain_key, plain_splitmix, plain_unmixed

approx = pytest.approx

# The army of these tests: 12 companies of 50. Companies 0 to 5 (battalions 0 and 1) are deployed in
# beta, 6 and 7 (2) garrison alpha, 8 to 11 (3 and 4) garrison gamma. Sects: north (in), south (out),
# hill (third). Places: alpha, beta, gamma of 200,000, 300,000 and 100,000 people.
ALPHA, BETA, GAMMA = range(3)
NORTH, SOUTH, HILL = range(3)
BEFORE, AFTER = "2030-01-01", "2030-01-11"  # days 0 and 10


def morning(*changes: Changes, **state: Any) -> tuple[World, State]:
    """Return a world and its first state, with some fields of the state set."""
    one = world(invented(*changes))
    first = first_state(one)
    for name, value in state.items():
        setattr(first, name, value)
    return one, first


def soldiers(one: World, **traits: int) -> Ints:
    """Rows of the regulars with some traits who hold no post."""
    roster = one.army.soldiers
    fits = ~roster.reservist & ~np.isin(np.arange(one.army.size), one.army.posts.commander)
    for name, value in traits.items():
        fits &= getattr(roster, name) == value
    return np.flatnonzero(fits)


def party(*men: tuple[int, int, How]) -> Party:
    """Men as (row, leader, how)."""
    return Party(np.array(tuple(zip(*men, strict=True))))


def setting_out(state: State, rows: Ints, how: How) -> None:
    """Let some men set out today, each as the leader of a group of his own."""
    state.party = Party(np.concatenate((state.party.table, Party.leaders(rows, how).table), axis=1))
    state.in_party[rows] = True


def let_escape(one: World, state: State, rows: Ints) -> None:
    """Let some men have escaped today, and write down whom of their ties each left behind."""
    ties = [tied(one.army, int(row)) for row in rows]
    state.escaped = np.array(rows, dtype=np.int64)
    state.left_behind = np.concatenate([state.escaped[:0], *ties])


def by_company(one: World, term: Term) -> Floats:
    """What a term says to the men of each company, by sect, shape (12, 3); by its axes, one by one."""
    table = np.zeros((12, 3))
    for unit, (place, deployed, battalion) in enumerate(
        zip(one.army.units.place, one.army.units.deployed, one.army.units.battalion, strict=True)
    ):
        if term.cell is not None:
            table[unit] += np.broadcast_to(term.cell, table.shape)[unit]
        if term.station is not None:
            table[unit] += np.broadcast_to(term.station, (3, 2))[place, int(deployed)]
        if term.battalion is not None:
            table[unit] += term.battalion[battalion]
    assert term.profile is None
    assert term.susceptible is None
    assert term.soldier is None
    return table


def in_each_sect(by_company: list[float]) -> Floats:
    """Table by company and sect of numbers by company."""
    return np.repeat(np.array(by_company)[:, np.newaxis], 3, axis=1)


# Amnesty and the promise of power.


def test_amnesty_is_believed_by_the_out_group_once_they_have_heard() -> None:
    changes = {
        "amnesty": {"announced": AFTER, "spread_days": 20, "rank_weight": {"enlisted": 1, "general": 2}}
    }
    one, state = morning(changes, day=9)
    assert said_by(one, state, amnesty.say).profile is None
    for state.day, told in ((10, 1 - np.exp(-1 / 20)), (49, 1 - np.exp(-2))):
        profile = np.broadcast_to(said_by(one, state, amnesty.say).profile, one.profile_shape)
        assert profile[Rank.ENLISTED, :, GAMMA, 1, 0] == approx(told * np.array([0.0, 0.3, 0.15]))
        assert profile[Rank.GENERAL, SOUTH, ALPHA] == approx(np.full((2, 2), 2 * told * 0.3))
        assert not profile[Rank.SENIOR].any()


def test_promise_of_power_is_strongest_on_senior_officers() -> None:
    one, state = morning({"promise": {"announced": AFTER, "spread_days": 1}}, day=40)
    profile = np.broadcast_to(said_by(one, state, promise.say).profile, one.profile_shape)
    assert profile[:, SOUTH, BETA, 0, 1] == approx(np.array([0, 0, 0.1, 0.3, 0.3]))
    assert profile[:, HILL, BETA, 0, 0] == approx(np.array([0, 0, 0.05, 0.15, 0.15]))
    assert not profile[:, NORTH].any()
    state.day = 9
    assert said_by(one, state, promise.say).profile is None


@pytest.mark.parametrize("lever", [amnesty, promise])
def test_a_lever_of_the_opposition_without_a_date_says_nothing(lever: Any) -> None:
    one, state = morning(day=59)
    assert said_by(one, state, lever.say) == Term()


# Attempts.


def test_attempts_interception_by_distance_night_and_learning() -> None:
    one, state = morning(learned=2.0, open_havens=np.array([True, False]))
    state.control_night = np.array([0.0, 0.5, 0.0])
    # Alpha is 250 km from the open haven, beta 40 km, gamma 150 km.
    expected = 1 - np.exp(
        [
            -0.12 * np.exp(0.2 * 2) * 2.5**0.5,
            -0.12 * np.exp(0.2 * 2 - 1.0 * 0.5) * 0.4**0.5,
            -0.12 * np.exp(0.2 * 2) * 1.5**0.5,
        ]
    )
    assert attempts._interception(*attempts._of_the_way(one, state)) == approx(expected)
    # Everyone leads a group of his own: he is caught by his luck and the place of his company.
    everyone = np.arange(600)
    state.party = Party.leaders(everyone, How.DECIDED)
    attempts.resolve(one, state)
    uniform = one.luck.uniform("interception", one.army.soldiers.identity)
    unlucky = uniform < expected[one.army.units.place[one.army.soldiers.unit]]
    assert state.caught.tolist() == everyone[unlucky].tolist()
    assert state.escaped.tolist() == everyone[~unlucky].tolist()


def test_attempts_betrayed_group_is_caught_but_not_its_followers() -> None:
    one, state = morning({"attempts.informer_share": 0.5, "attempts.interception": 0.0})
    leader, invited, follower, other, planner = soldiers(one, unit=1)[:5].tolist()
    state.party = party(
        (leader, leader, How.DECIDED),
        (invited, leader, How.INVITED),
        (follower, leader, How.FOLLOWED),
        (other, other, How.DECIDED),
        (planner, planner, How.DETECTED),
    )
    state.asked[leader] = 200  # betrayed but for a chance of 1e-60
    attempts.resolve(one, state)
    assert state.caught.tolist() == [leader, invited, planner]
    assert state.escaped.tolist() == [other]
    assert state.attempt.row.tolist() == [leader, invited, other, planner]
    assert state.fate[follower] == Fate.SERVING
    assert state.men[1] == 50 - 4
    assert state.men_by_battalion[0] == 150 - 4
    assert state.men_by_station.tolist() == [100, 0, 0, 300 - 4, 200, 0]
    assert state.gone_by_unit[1] == 4


def test_attempts_betrayal_by_the_number_of_times_that_the_group_asked() -> None:
    one, state = morning({"attempts.informer_share": 0.02, "attempts.interception": 0.0})
    everyone = np.arange(600)
    state.party = Party.leaders(everyone, How.DECIDED)
    state.asked[:] = everyone % 60
    attempts.resolve(one, state)
    uniform = one.luck.uniform("betrayal", one.army.soldiers.identity)
    betrayed = uniform < 1 - 0.98 ** (everyone % 60)
    assert 100 < betrayed.sum() < 500
    assert state.caught.tolist() == everyone[betrayed].tolist()


def test_attempts_write_down_whom_those_who_escape_leave_behind() -> None:
    one, state = morning({"attempts.interception": 0.0})
    first, found, second = soldiers(one, unit=1)[:3].tolist()
    state.party = party(
        (first, first, How.DECIDED), (found, found, How.DETECTED), (second, second, How.DECIDED)
    )
    attempts.resolve(one, state)
    assert state.escaped.tolist() == [first, second]
    ties = [tied(one.army, row).tolist() for row in (first, second)]
    assert state.left_behind.tolist() == ties[0] + ties[1]
    state.party = Party.nobody()
    attempts.resolve(one, state)
    assert state.left_behind.size == 0


def test_attempts_intercepted_group_is_caught_with_its_followers() -> None:
    changes = {"attempts.interception": 5.0, "attempts.distance_power": 2.0}
    one, state = morning(changes, open_havens=np.array([True, False]))
    leader, follower = soldiers(one, unit=6)[:2].tolist()
    state.party = party((leader, leader, How.DECIDED), (follower, leader, How.FOLLOWED))
    attempts.resolve(one, state)  # missed with a chance of exp(-31)
    assert state.caught.tolist() == [leader, follower]


def test_attempts_no_way_out_is_not_the_easiest_one() -> None:
    one, state = morning({"places.alpha.distance_km": {}}, open_havens=np.array([True, False]))
    way_out = attempts.way_out_km(state.open_havens, one.distance_km, one.farthest_km)
    assert way_out[[BETA, GAMMA]].tolist() == [40.0, 150.0]
    assert way_out[ALPHA] >= way_out[BETA]


# Awareness and salary.

OFFER: Changes = {
    "salary_plan": {
        "usd_per_month": 200,
        "announced": AFTER,
        "starts": "2030-01-21",
        "budget_usd_per_month": 3043.75,  # 100 dollars a day
        "broadcast_per_day": 0.05,
        "delivered_share": 0.8,
        "ramp_days": 4,
    }
}


def test_awareness_by_broadcast_and_by_ties_who_left() -> None:
    one, state = morning(OFFER, unaware_left=np.full(600, 0.32))
    leaver = int(soldiers(one, unit=2)[0])
    state.day = 9
    let_escape(one, state, np.array([leaver]))
    awareness.spread(one, state)
    assert (state.aware_count, state.broadcast) == (0, 0.0)
    state.day = 10
    let_escape(one, state, state.escaped[:0])
    awareness.spread(one, state)
    # 0.05 by broadcast and 0.3 by the tie who left: over 0.32.
    aware = np.flatnonzero(state.profile % 2)
    assert aware.tolist() == tied(one.army, leaver).tolist()
    assert state.aware_count == aware.size
    for state.day in range(11, 17):
        awareness.spread(one, state)
    assert state.aware_count == 600  # 7 * 0.05 = 0.35
    assert (state.profile == one.profile + 1).all()


def test_awareness_is_looked_for_ahead_and_found_on_its_day() -> None:
    one, state = morning(OFFER, {"salary_plan.broadcast_per_day": 0.02})
    left, aware = state.unaware_left.copy(), np.zeros(600, dtype=bool)
    state.fate[::7] = Fate.FLED
    for state.day in range(60):
        let_escape(one, state, np.arange(3) * 37 + state.day)
        awareness.spread(one, state)
        np.subtract.at(left, state.left_behind, 0.3)
        today = (left <= state.broadcast) & ~aware & (state.day >= 10)
        aware |= today
        assert (state.profile % 2 == aware).all()
        touched = np.sort(np.concatenate((state.escaped[:0], *state.touched)))
        assert touched.tolist() == np.flatnonzero(today & (state.fate == Fate.SERVING)).tolist()
        state.touched = []
    assert state.aware_count == aware.sum()
    assert state.broadcast == approx(1.0)
    assert 0.5 < aware.mean() < 1.0


def test_salary_attraction_and_term() -> None:
    one, state = morning(OFFER, day=9)
    assert salary.attraction(one, state).tolist() == [0.0] * 5
    state.day, state.paid_probability = 10, 0.5
    offer = 200 * np.array([1, 1.25, 1.5, 2, 3])
    expected = np.array([0.10, 0.15, 0.50, 0.65, 0.65]) * np.log(1 + offer * 0.5 / 100)
    profile = np.broadcast_to(said_by(one, state, salary.say).profile, one.profile_shape)
    assert profile[:, SOUTH, BETA, 0, 1] == approx(expected)
    assert not profile[..., 0].any()


def test_salary_pays_what_there_is_and_owes_the_rest() -> None:
    one, state = morning(OFFER, day=21, paid_probability=0.4, arrears_usd=7.0)
    state.members = np.array([[60, 0, 0, 4, 0], [40, 0, 0, 6, 0]])
    salary.pay(one, state)
    # Day 21 is the second of four days of the ramp: half of 80 % of 100 dollars.
    owed = (100 * 200 + 10 * 400) / (365.25 / 12)
    assert (state.owed_usd, state.paid_usd) == approx((owed, 40.0))
    assert state.arrears_usd == approx(7.0 + owed - 40.0)
    assert state.paid_probability == approx(0.4 + (40.0 / owed - 0.4) / 30)
    state.members = np.zeros((2, 5), dtype=np.int64)
    before = state.paid_probability
    salary.pay(one, state)
    assert (state.owed_usd, state.paid_usd) == (0.0, 0.0)
    assert state.paid_probability == approx(before + (1 - before) / 30)


# Bases.


def go(one: World, state: State, unit: int, men: int, day: int) -> None:
    """Let some men of a company set out on a day, after those who did before."""
    rows = soldiers(one, unit=unit)
    before = int(state.asked[unit])
    state.asked[unit] += men  # of no use otherwise here
    state.day, state.attempt = day, Party.leaders(rows[before : before + men], How.DECIDED)
    bases.note(one, state)


def test_bases_are_abandoned_by_a_whole_battalion_within_the_window() -> None:
    # Companies 0, 1 and 2 are a battalion of 150 men.
    one, state = morning({"bases": {"share": 0.4, "days": 10}})
    go(one, state, 0, 35, day=1)
    go(one, state, 1, 24, day=10)
    assert state.abandoned.size == 0  # 59 of 60
    go(one, state, 2, 34, day=11)  # 35 are forgotten: 58
    assert state.abandoned.size == 0
    assert state.gone_lately[:3].tolist() == [0, 24, 34]
    go(one, state, 3, 40, day=12)  # another battalion
    assert state.abandoned.size == 0
    go(one, state, 2, 2, day=12)
    assert state.abandoned.tolist() == [2]
    assert state.abandoned_on.tolist() == [12] * 3 + [-1] * 9
    assert state.collapsed_on.tolist() == [12] * 3 + [-1] * 9
    go(one, state, 2, 5, day=13)
    assert state.abandoned.size == 0
    assert state.abandoned_on[2] == 12


def test_bases_of_a_battalion_that_stands_apart_are_two() -> None:
    one, state = morning({"bases": {"share": 0.5}})
    state.station[2] = 2 * GAMMA
    go(one, state, 2, 24, day=0)
    assert state.abandoned.size == 0
    go(one, state, 2, 1, day=0)
    assert state.abandoned_on[:3].tolist() == [-1, -1, 0]
    go(one, state, 0, 30, day=1)
    go(one, state, 1, 20, day=1)
    assert state.abandoned.tolist() == [1]
    assert state.abandoned_on[:3].tolist() == [1, 1, 0]


def test_bases_keep_the_first_day_of_a_company_whose_battalion_comes_to_it() -> None:
    one, state = morning({"bases": {"share": 0.5}})
    state.station[2] = 2 * GAMMA
    go(one, state, 2, 26, day=0)
    state.station[:2] = 2 * GAMMA
    go(one, state, 0, 30, day=1)
    assert state.abandoned.size == 0
    go(one, state, 1, 19, day=1)  # with 26 of yesterday 75 of the 150 who stand there now
    assert state.abandoned.tolist() == [1]
    assert state.abandoned_on[:3].tolist() == [1, 1, 0]
    go(one, state, 2, 1, day=2)
    assert state.abandoned.size == 0


def test_bases_do_not_count_reservists() -> None:
    one, state = morning({"army.reserves": 600})
    rows = np.flatnonzero(one.army.soldiers.reservist & (one.army.soldiers.unit < 3))
    state.attempt = Party.leaders(rows, How.DECIDED)
    bases.note(one, state)
    assert rows.size > 100
    assert not state.gone_lately.any()


@pytest.mark.parametrize(("signal", "size"), [("none", 0.0), ("small", 0.25), ("large", 1.0)])
def test_bases_abandoned_are_a_signal_for_the_next_morning(signal: str, size: float) -> None:
    one, state = morning({"bases.signal": signal, "army.scale": 0.5})
    state.abandoned = np.array([3, 7])
    belief.update(one, state)
    assert state.belief == approx(2 / 0.5 * size)


# Belief.


def test_belief_forgets_and_adds_shocks_exits_and_territory() -> None:
    one, state = morning({"branches.guard.closeness": 3.0}, belief=2.0, shocks=["large", "small"])
    state.control_day = np.array([0.0, 0.3, 0.0])
    general = soldiers(one, unit=6, rank=Rank.GENERAL)
    senior = soldiers(one, unit=0, rank=Rank.SENIOR)[:2]
    enlisted = soldiers(one, unit=0, rank=Rank.ENLISTED)[:9]
    state.escaped = np.concatenate((general[:1], senior, enlisted))
    assert state.escaped.size == 12
    belief.update(one, state)
    exits_weigh = 0.02 * (5 * 3 + 2 * 1)
    territory = 4.0 * 0.3 * 3e5 / 6e5
    assert state.belief == approx(2 * np.exp(-1 / 28) + 1.25 + exits_weigh + territory)
    state.shocks, state.escaped, before = [], state.escaped[:0], state.belief
    belief.update(one, state)
    assert state.belief == approx(before * np.exp(-1 / 28))
    profile = np.broadcast_to(said_by(one, state, belief.say).profile, one.profile_shape)
    effect = np.array([0.157, 0.157, 0.24, 0.40, 0.40])
    assert profile[:, HILL, GAMMA, 1, 0] == approx(effect * state.belief)


def test_belief_weighs_a_public_person_by_his_publicity() -> None:
    one, state = morning(BUSY)
    state.escaped = np.array([one.army.persons["chief"]])
    belief.update(one, state)
    assert state.belief == approx(0.02 * 5 * 3)


# Casualties.


def test_casualties_recent_against_past_in_battalion_and_place() -> None:
    one, state = morning(killed=np.array([0, 1, 2]))
    casualties.remember(one, state)
    assert state.losses_battalion_recent == approx([3 / 150 / 14, 0, 0, 0, 0])
    assert state.losses_place_past == approx([0, 3 / 300 / 90, 0])
    battalion = 1 - (3 / 150 / 90 + 5e-5) / (3 / 150 / 14 + 5e-5)
    place = 1 - (3 / 300 / 90 + 5e-5) / (3 / 300 / 14 + 5e-5)
    both, neighbours = 0.5 * battalion + 0.33 * place, 0.33 * place
    expected = in_each_sect([both] * 3 + [neighbours] * 3 + [0.0] * 6)
    assert by_company(one, said_by(one, state, casualties.say)) == approx(expected)
    state.killed = state.killed[:0]
    for _ in range(200):
        casualties.remember(one, state)
    # Recent losses are under the past.
    assert not by_company(one, said_by(one, state, casualties.say)).any()


def test_casualties_are_a_share_of_the_men_who_are_left() -> None:
    one, state = morning(killed=np.array([0, 599]))
    service.enter_service(one, state, np.append(np.arange(1, 100), 598), -1)
    casualties.remember(one, state)
    assert state.losses_battalion_recent == approx([1 / 51 / 14, 0, 0, 0, 1 / 99 / 14])
    assert state.losses_place_recent == approx([0, 1 / 201 / 14, 1 / 199 / 14])


# Choice.


class Dealt(Luck):
    """Luck that deals one soldier a number of one's choice, and all others whatever comes of it."""

    def key(self, decision: str, *index: int) -> np.uint64:
        """Give the key that was chosen."""
        return np.uint64(self.seed)


def deal(one: World, row: int, uniform: float) -> World:
    """Deal a soldier another number for what comes once, by a key that gives it at his place."""
    place = (int(one.army.soldiers.identity[row]) + 1) * 0x9E3779B97F4A7C15
    return replace(one, luck=Dealt((plain_unmixed(int(uniform * 2.0**52) << 12) - place) % 2**64))


def test_choice_is_a_multinomial_logit() -> None:
    one, state = morning(OFFER, day=10, faction_exists=True)
    state.control_night = np.array([0.0, 0.5, 0.0])
    state.haven_access = np.array([0.0, 0.6, 0.0])
    plain, aware = soldiers(one, unit=0, rank=Rank.ENLISTED, family_outside=0)[:2]
    officers = soldiers(one, rank=Rank.JUNIOR, family_outside=1)
    there = one.station[one.army.soldiers.unit[officers]] == one.station[0]
    family_out = officers[there][0]
    rows = np.array([plain, aware, family_out])
    let_escape(one, state, rows)
    state.profile[aware] += 1
    friends = tied(one.army, aware)
    state.fate[friends[:2]] = Fate.JOINED
    state.fate[np.setdiff1d(state.left_behind, friends[:2])] = Fate.FLED
    assert not np.intersect1d(friends[:2], [*tied(one.army, plain), *tied(one.army, family_out)]).size
    base = 0.2 + 0.8 * 0.3 + 0.8 * 0.5 + 0.4 * 0.5
    paid = 0.6 * np.log(1 + 200 * 0.15 / 100) + 1.0 * 2 / friends.size
    odds_join = np.exp([base, base + paid, base])
    odds_flee = np.exp(-0.8 + 1.5 * 0.6 + np.array([0.0, 0.0, 0.5]))
    whole = 1 + odds_join + odds_flee
    join, flee = odds_join / whole, odds_flee / whole
    # The chances are where the fate changes with the number dealt.
    before = state.fate.copy()
    for edge, under, over in ((join, Fate.JOINED, Fate.FLED), (join + flee, Fate.FLED, Fate.HIDING)):
        for step, expected in ((-1e-9, under), (1e-9, over)):
            for row, chance in zip(rows, edge, strict=True):
                state.fate[:], state.morale = before, 0.5
                choice.choose(deal(one, row, chance + step), state)
                assert state.fate[row] == expected


def test_choice_needs_somebody_to_join_and_somewhere_to_flee() -> None:
    one, state = morning(BUSY)
    chief = one.army.persons["chief"]
    let_escape(one, state, np.append(soldiers(one, unit=0), chief))
    choice.choose(one, state)
    assert (state.fate[state.escaped[:-1]] == Fate.HIDING).all()
    assert state.fate[chief] == Fate.FLED


# Collapse.


def test_collapse_is_noted_once() -> None:
    one, state = morning(day=7)
    state.regulars_gone[:3] = [25, 24, 50]
    state.attempt = Party.leaders(np.array([soldiers(one, unit=unit)[0] for unit in range(4)]), How.DECIDED)
    collapse.note(one, state)
    assert state.collapsed_on.tolist() == [7, -1, 7] + [-1] * 9
    state.day, state.regulars_gone[1] = 8, 25
    collapse.note(one, state)
    assert state.collapsed_on.tolist() == [7, 8, 7] + [-1] * 9
    # Nobody sets out: nothing has changed since yesterday.
    state.day, state.attempt = 9, Party.nobody()
    collapse.note(one, state)
    assert state.collapsed_on.tolist() == [7, 8, 7] + [-1] * 9


# Command.


def test_command_followers_come_from_the_company_by_sect() -> None:
    everyone = {"follow_own_sect": {"company": 1.0}, "follow_other_sect": {"company": 0.0}}
    one, state = morning({"command": everyone})
    roster, posts = one.army.soldiers, one.army.posts
    # Company 1 is no headquarters: its commander holds that post and no other.
    (post,) = np.flatnonzero((posts.level == 0) & (posts.first == 1))
    commander = int(posts.commander[post])
    setting_out(state, np.array([commander]), How.DECIDED)
    command.follow(one, state)
    same = (roster.unit == 1) & (roster.sect == roster.sect[commander])
    assert np.sort(state.party.row).tolist() == np.flatnonzero(same).tolist()
    followers = state.party.of(How.FOLLOWED)
    assert followers.row.size == same.sum() - 1
    assert (followers.leader == commander).all()


def test_command_the_higher_of_two_commanders_is_followed() -> None:
    everyone = {"follow_own_sect": {"company": 1.0, "battalion": 1.0}}
    one, state = morning({"command": {**everyone, "follow_other_sect": everyone["follow_own_sect"]}})
    posts = one.army.posts
    (of_company,) = posts.commander[(posts.level == 0) & (posts.first == 4)]
    (of_battalion,) = posts.commander[(posts.level == 1) & (posts.first == 3)]
    # He leaves first, but those of his company go with the other.
    setting_out(state, np.array([of_company, of_battalion]), How.DECIDED)
    command.follow(one, state)
    followers = state.party.of(How.FOLLOWED)
    assert followers.row.size == 150 - 2
    assert (followers.leader == of_battalion).all()


def test_command_and_invitation_leave_a_bound_person_to_his_date() -> None:
    everyone = {"follow_own_sect": {"formation": 1.0}, "follow_other_sect": {"formation": 1.0}}
    invites = {"invitation": {"days": 1000, "asks_share": 1.0}}
    one, state = morning(BUSY, {"command": everyone, "law.reference_hazard_per_week": 10.0}, invites)
    chief, posts = one.army.persons["chief"], one.army.posts
    state.pressure = pressure_of(one, one.station, [])
    leader = posts.commander[(posts.level == 3) & (posts.first == 0)]
    asking = np.append(leader, tied(one.army, chief))
    setting_out(state, asking[one.army.soldiers.sect[asking] == SOUTH], How.DECIDED)
    setting_out(state, leader[~np.isin(leader, state.party.row)], How.DECIDED)
    invitation.invite(one, state)
    command.follow(one, state)
    assert set(soldiers(one, unit=3)) <= set(state.party.row)
    assert chief not in state.party.row


def test_command_a_lost_post_weighs_until_it_is_filled() -> None:
    one, state = morning({"command.replacement_days": 5}, day=3)
    posts, roster = one.army.posts, one.army.soldiers
    (post,) = np.flatnonzero((posts.level == 1) & (posts.first == 3))
    commander = int(posts.commander[post])
    state.killed, state.fate[commander] = np.array([commander]), Fate.KILLED
    state.caught = state.escaped = np.empty(0, dtype=np.int64)
    command.succeed(one, state)
    expected = in_each_sect([0.0] * 3 + [0.2] * 3 + [0.0] * 6)
    assert by_company(one, said_by(one, state, command.say)) == approx(expected)
    state.killed = state.killed[:0]
    for state.day in range(4, 9):
        assert state.commander[post] == -1
        command.succeed(one, state)
    free = soldiers(one, unit=3)
    assert roster.rank[state.commander[post]] == roster.rank[free].max()
    assert state.commander[post] in free
    assert state.post_held[state.commander[post]] == post
    assert state.post_held[commander] == -1
    assert not by_company(one, said_by(one, state, command.say)).any()


# Comrades.


def test_comrades_ties_and_own_group_of_the_company() -> None:
    one, state = morning()
    leaver = int(soldiers(one, unit=1, sect=SOUTH)[0])
    let_escape(one, state, np.array([leaver]))
    comrades.count(one, state)
    ties = tied(one.army, leaver)
    persuaded = state.personal - np.where(np.isfinite(one.personal), one.personal, 0.0)
    can = ties[np.isfinite(one.personal[ties])]
    assert persuaded[can] == approx(0.68 * (1 - np.exp(-1 / 2)))
    others = np.setdiff1d(np.flatnonzero(np.isfinite(one.personal)), can)
    assert (state.personal[others] == one.personal[others]).all()
    term = said_by(one, state, comrades.say)
    expected = np.zeros((12, 3))
    expected[1, SOUTH] = 1.97 / (one.strength[SOUTH, 1] + 10)
    assert by_company(one, term) == approx(expected)
    assert state.gone_recent_by_battalion.tolist() == [1, 0, 0, 0, 0]
    let_escape(one, state, state.escaped[:0])
    comrades.count(one, state)
    assert state.gone_felt[SOUTH, 1] == approx(one.own_group_weight[SOUTH, 1] * np.exp(-1 / 180))
    assert state.gone_recent_by_battalion == approx([np.exp(-1 / 180), 0, 0, 0, 0])


def test_comrades_two_ties_who_leave_on_one_day_count_twice() -> None:
    one, state = morning()
    left_behind = int(soldiers(one, stayer=0)[7])
    let_escape(one, state, tied(one.army, left_behind)[:2])
    comrades.count(one, state)
    assert state.ties_gone[left_behind] == 2
    gained = state.personal[left_behind] - one.personal[left_behind]
    assert gained == approx(0.68 * (1 - np.exp(-2 / 2)))


def test_comrades_tell_the_watch_how_far_each_was_persuaded() -> None:
    one, state = morning()
    before = state.personal.copy()
    let_escape(one, state, tied(one.army, int(soldiers(one, stayer=0)[7])))
    comrades.count(one, state)
    ((told, risen),) = state.persuaded
    assert told.tolist() == state.left_behind.tolist()
    # A man with several ties gone is told several times; what he is told adds up to what he feels.
    whole = np.bincount(told, weights=risen, minlength=600)
    can = np.isfinite(before)
    assert whole[can] == approx(state.personal[can] - before[can])
    assert np.bincount(told).max() > 1


def test_comrades_who_do_not_count_are_still_counted() -> None:
    one, state = morning({"comrades.on": False})
    row = int(soldiers(one)[7])
    let_escape(one, state, tied(one.army, row)[:2])
    comrades.count(one, state)
    assert state.ties_gone[row] == 2
    assert (state.personal == one.personal).all()
    assert not any(risen.any() for _, risen in state.persuaded)


# Composition, conscription and polarisation: constants.


def test_conscription_parts_professionals_from_the_reference() -> None:
    share = {"enlisted": 0.7, "nco": 0.25}
    one = world(invented({"army.conscript_share": share, "army.reserves": 200}))
    roster = one.army.soldiers
    said = conscription.of_men(one.scenario.conscription, one.scenario.army, roster)
    enlisted, nco = roster.rank == Rank.ENLISTED, roster.rank == Rank.NCO
    assert set(said[enlisted & roster.conscript]) == {0.0}
    assert set(said[enlisted & ~roster.conscript]) == {-0.658}
    # Above, the average man of the rank is left where the loyalty of the rank puts him.
    assert set(said[nco & roster.conscript].round(12)) == {round(0.658 * 0.75, 12)}
    assert set(said[nco & ~roster.conscript].round(12)) == {round(-0.658 * 0.25, 12)}
    assert not said[roster.rank > Rank.NCO].any()
    assert not said[roster.reservist].any()
    decides = np.isfinite(one.personal)
    own = np.log(0.03 / 7) - roster.loyalty + roster.log_frailty + said
    assert one.lasting[decides] == approx(own[decides])


def test_composition_of_a_company_is_worked_out_from_its_ranks() -> None:
    changes = {"army.conscript_share": {"enlisted": 0.5}, "composition.mixture_sd": 0.2}
    one = world(invented(changes))
    roster = one.army.soldiers
    ranks = roster.rank <= Rank.NCO
    men, conscripts, mixture = np.zeros((3, 12))
    for unit in range(12):
        rows = np.flatnonzero(ranks & (roster.unit == unit))
        men[unit], conscripts[unit] = rows.size, roster.conscript[rows].mean()
        homes = roster.home[rows]
        mixture[unit] = (homes[:, None] != homes).sum() / (rows.size * (rows.size - 1))
    index = 1.58 * (mixture - men @ mixture / men.sum()) / 0.2
    expected = 3.369 * (conscripts - men @ conscripts / men.sum()) + (0.772 - 1.443 * conscripts) * index
    found = composition.of_companies(one.scenario.composition, one.army, 3)
    assert found == approx(expected)
    assert np.ptp(found) > 0.1


def test_composition_of_a_company_without_ranks_is_the_average() -> None:
    one = world(invented({"army.rank_shares": {"enlisted": 0.5, "nco": 0.5}}))
    rank = one.army.soldiers.rank.copy()
    rank[one.army.soldiers.unit == 3] = Rank.JUNIOR
    found = composition.of_companies(one.scenario.composition, with_soldiers(one.army, rank=rank), 3)
    assert found[3] == approx(0.0, abs=1e-12)
    assert np.isfinite(found).all()


def test_polarisation_is_full_between_two_equal_camps() -> None:
    rules = invented().polarisation
    men = np.array([[10.0, 10, 0, 0], [0, 15, 25, 0], [20, 0, 10, 10], [0, 0, 0, 0]]).T
    found = polarisation.of_companies(rules, men, ["in", "out", "out", "third"])
    index = np.array([1.0, 0.0, 4 * (0.5**2 * 0.5 + 2 * 0.25**2 * 0.75)])
    mean = np.array([20, 40, 40]) @ index / 100
    assert found == approx([*(2.882 * (index - mean)), 0.0])


def test_constants_of_companies_stand_beside_the_random_effect() -> None:
    one = world(invented())
    made_of = composition.of_companies(one.scenario.composition, one.army, 3)
    roles = [sect.role for sect in one.scenario.sects.values()]
    camps = polarisation.of_companies(one.scenario.polarisation, one.strength, roles)
    assert one.unit_effect == approx(one.army.units.effect + made_of + camps)
    without = world(invented(off("composition", "polarisation")))
    assert (without.unit_effect == without.army.units.effect).all()


# Deaths.


def test_deaths_fall_on_deployed_men_four_times_as_often() -> None:
    together = [FORMATIONS[0], FORMATIONS[1], {**FORMATIONS[2], "place": "beta"}]
    one, state = morning({"army.order_of_battle": together}, death_due=np.full(600, 9.0))
    state.soldiers_expected = np.array([0.0, 3.5, 0.0])
    state.death_due[[0, 1, 599]] = [0.0099, 0.0101, 0.0024]
    np.minimum.at(state.next_death[0], one.army.soldiers.unit, state.death_due)
    deaths.strike(one, state)
    # 300 deployed men and 200 garrisoned ones who count a quarter: 3.5 / 350.
    assert state.death_risk == approx([0.01] * 6 + [0.0] * 2 + [0.0025] * 4)
    assert state.killed.tolist() == [0, 599]
    assert (state.fate[[0, 1, 599]] == [Fate.KILLED, Fate.SERVING, Fate.KILLED]).all()
    assert state.men.tolist() == [49] + [50] * 10 + [49]
    assert state.next_death[0, 0] == approx(0.0101)


def test_deaths_have_a_most_a_day() -> None:
    one, state = morning()
    state.soldiers_expected = np.array([0.0, 300.0, 0.0])
    deaths.strike(one, state)
    assert state.death_risk == approx([0.05] * 6 + [0.0] * 6)


# Events.

DATED = [
    {"name": "sign", "date": AFTER, "kind": "signal", "strength": "large"},
    {"name": "after-sign", "date": AFTER, "kind": "diplomacy", "requires": ["sign"]},
    {"name": "never", "date": BEFORE, "kind": "signal", "requires": ["sign"]},
    {"name": "leave", "date": AFTER, "kind": "leave_cancelled"},
    {"name": "bar", "date": AFTER, "kind": "confinement", "until": "2030-01-21"},
    {"name": "call", "date": AFTER, "kind": "call_up", "share": 0.5, "over_days": 5},
    {"name": "goes", "date": AFTER, "kind": "elite_exit", "person": "chief"},
    {"name": "goes-too", "date": AFTER, "kind": "elite_exit", "person": "chief"},  # and once only
    {"name": "seen", "date": AFTER, "kind": "group_exit_claim", "size": 38},
]


def test_events_act_on_their_day_if_what_they_require_has_happened() -> None:
    one, state = morning({**BUSY, "events": DATED})
    events.happen(one, state)
    assert not state.happened
    state.day = 10
    events.happen(one, state)
    assert state.happened == {one["name"] for one in DATED} - {"never"}
    assert state.shocks == ["large", "medium"]
    assert [event.name for event in state.happening] == [
        one["name"] for one in DATED if one["name"] != "never"
    ]
    assert state.forced.tolist() == [one.army.persons["chief"]]
    responses.respond(one, state)
    assert (state.leave_cancelled_until, state.confined_until) == (60, 20)
    assert state.summonses == [(10, 5, 0.5)]
    state.day = 11
    events.happen(one, state)
    assert (state.shocks, state.forced.tolist(), state.happening) == ([], [], [])


# Exits.


def test_exits_by_ties_who_left_and_by_date() -> None:
    thresholds = {"distribution": "constant", "mean": 0.5}
    law = {"kind": "threshold", "reference": "ties", "measure": "share", "thresholds": thresholds}
    one, state = morning({**BUSY, "law": law, "army.stayers_share": 0.0, "army.reserves": 0})
    chief = one.army.persons["chief"]
    row = int(soldiers(one, unit=9)[0])
    state.ties_gone[row] = np.ceil(tied(one.army, row).size / 2)
    state.forced = np.array([chief])
    watch = Watch(Scatter(one.luck, one.army.soldiers.identity, 60))
    exits.decide(one, state, watch)
    assert state.party.row.tolist() == [row, chief]
    assert state.party.how.tolist() == [How.DECIDED, How.DATED]
    state.fate[chief] = Fate.CAUGHT
    exits.decide(one, state, watch)
    assert state.party.row.tolist() == [row]


def test_exits_are_of_those_whose_hazard_reaches_their_lowest_point_of_the_day() -> None:
    one, state = morning(BUSY, {"law.reference_hazard_per_week": 2.0})
    regulars = np.arange(one.army.regulars)
    state.fate[::7] = Fate.PLANNING
    state.pressure = pressure_of(one, one.station, [])
    plainly = Scatter(one.luck, one.army.soldiers.identity, 60)
    plainly.read(regulars, np.full(regulars.size, LAYERS), 0)
    lowest = np.full(one.army.size, np.inf)
    np.minimum.at(lowest, *plainly.on_day(0, one.identities_below(False)))
    leaves = (lowest[regulars] <= np.exp(log_hazard(one, state, regulars))) & (regulars % 7 > 0)
    exits.decide(one, state, Watch(Scatter(one.luck, one.army.soldiers.identity, 60)))
    assert state.party.row.tolist() == np.flatnonzero(leaves).tolist()
    assert leaves.sum() > 50


@pytest.mark.parametrize(
    "height", [1e-9, 0.9e-3, LOWEST, 0.03, 2.0**-5, 0.04, 0.3, np.nextafter(0.5, 0), 1.0]
)
def test_exits_a_hazard_reaches_a_point_of_its_own_height(height: float) -> None:
    at = math.log(height)
    for log_hazard_of_a_man, leaves in ((at, True), (at + 0.01, True), (at + 2.0, True), (0.5, True)):
        assert exits.reaches(log_hazard_of_a_man, height) == leaves
    for under in (np.nextafter(at, -np.inf), at - 1e-10, at - 0.01, at - 2.0, -np.inf):
        assert not exits.reaches(under, height)


# Family and fear.


def test_family_holds_back_until_it_is_out_or_home_is_lost_to_the_regime() -> None:
    one, state = morning()
    state.control_night = np.array([0.0, 0.25, 1.0])
    profile = np.broadcast_to(said_by(one, state, family.say).profile, one.profile_shape)
    assert profile[:, SOUTH, BETA, 0, 0] == approx(-0.75 * np.array([0.2, 0.3, 0.5, 0.7, 0.7]))
    assert not profile[:, :, GAMMA].any()
    assert not profile[..., 1, :].any()


@pytest.mark.parametrize(("gone", "one_sided"), [([0, 0, 0], 0.5), ([1, 3, 0], 0.75)])
def test_fear_grows_with_violence_and_one_sidedness(gone: list[int], one_sided: float) -> None:
    one, state = morning({"sects.hill.fear_weight": 0.4}, gone_by_sect=np.array(gone))
    state.civilians_killed = np.array([0.6, 0.6, 0.6])  # 3 a day per million
    profile = np.broadcast_to(said_by(one, state, fear.say).profile, one.profile_shape)
    level = (1 - np.exp(-1)) * (0.5 + one_sided / 2)
    expected = -0.37 * np.array([1.0, 1.0, 0.4]) * level
    assert profile[Rank.NCO, :, BETA, 0, 1] == approx(expected)


# Grievance.


def test_grievance_adds_violence_losses_career_and_prices() -> None:
    wages = {"grievance.real_wage": [{"date": AFTER, "real_wage": 0.5}]}
    one, state = morning(wages, day=10, gone_by_sect=np.array([0, 30, 0]))
    state.civilians_killed = np.array([0.0, 6.0, 0.0])
    state.violence = np.array([0.0, 20.0, 0.0])  # 6 of 300,000
    state.erosion[:] = 0.1
    grievance.erode(one, state)
    # Beta's people are 10 % north, 70 % south, 20 % hill, and so are its dead.
    south = 0.3 * 2e5 + 0.7 * 3e5 + 0.5 * 1e5
    against = 0.0043 * np.log(1 + 2 * (0.7 * 6) / south * 1e6)
    gone = 0.0037 * 30 / one.strength_by_sect[SOUTH]
    home = 0.0162 * np.log(1 + 2 * 20)
    stays = 0.1 * (1 - 1 / 346) + 0.0003 * np.log(2)
    assert state.erosion[Rank.ENLISTED, SOUTH, BETA] == approx(stays + against + gone + home)
    assert state.erosion[Rank.SENIOR, SOUTH, GAMMA] == approx(stays + against + gone + 0.0002)
    north = 0.6 * 2e5 + 0.1 * 3e5 + 0.5 * 1e5
    feels = 0.2 * (0.0043 * np.log(1 + 2 * (0.1 * 6) / north * 1e6) + home)
    assert state.erosion[Rank.SENIOR, NORTH, BETA] == approx(stays + feels)
    susceptible = said_by(one, state, grievance.say).susceptible
    assert susceptible is not None
    assert susceptible[..., 0, 0].tolist() == state.erosion.tolist()


def test_grievance_is_felt_by_susceptibility() -> None:
    one, state = morning(off("conscription", "tenure"))
    state.erosion[Rank.ENLISTED, SOUTH, GAMMA] = 0.5
    state.pressure = pressure_of(one, one.station, [said_by(one, state, grievance.say)])
    rows = soldiers(one, rank=Rank.ENLISTED, sect=SOUTH, home=GAMMA, stayer=0)
    roster = one.army.soldiers
    expected = np.log(0.03 / 7) - roster.loyalty[rows] + one.unit_effect[roster.unit[rows]]
    expected += 0.5 * roster.susceptibility[rows]
    assert log_hazard(one, state, rows) == approx(np.minimum(expected, np.log(0.5)))


# Invitation.


def first_two(one: World, decision: str, identity: int, day: int) -> list[float]:
    """First two uniform numbers dealt to a soldier for a day, in Python's own whole numbers."""
    (word,) = one.luck.words(decision, np.array([identity])).tolist()
    words = plain_splitmix(word ^ plain_key(one.luck.seed, decision, day), 2)
    return [((one >> 12) + 0.5) / 2**52 for one in words]


def test_invitation_goes_from_tie_to_tie_by_the_numbers_dealt() -> None:
    changes = {
        **ALIKE,
        "invitation": {"days": 1000, "asks_share": 0.7},
        "army.stayers_share": 0.2,
    }
    one, state = morning(changes, day=4)
    state.pressure = pressure_of(one, one.station, [])
    leader = int(soldiers(one, unit=3, sect=SOUTH, stayer=0)[0])
    setting_out(state, np.array([leader]), How.DECIDED)
    invitation.invite(one, state)
    # Round after round, man by man: hazard 0.03 / 7 for those who may leave.
    roster = one.army.soldiers
    comes, frontier, asked = {leader}, [leader], 0
    while frontier:
        new: list[int] = []
        for asking in frontier:
            for tie in tied(one.army, asking).tolist():
                dares, resists = first_two(one, "invitation", int(roster.identity[tie]), 4)
                if tie in comes or roster.sect[tie] != SOUTH or dares >= 0.7:
                    continue
                asked += 1
                willing = -np.log(resists) <= 1000 * 0.03 / 7 and not roster.stayer[tie]
                if willing and tie not in new:
                    new.append(tie)
        comes |= set(new)
        frontier = new
    assert len(comes) > 3
    assert set(state.party.row.tolist()) == comes
    assert (state.party.leader == leader).all()
    assert state.asked[leader] == asked


def test_invitation_two_who_ask_one_man_and_he_comes_with_the_first() -> None:
    changes = {**ALIKE, "invitation": {"days": 300, "asks_share": 0.5}, "army.stayers_share": 0.2}
    one, state = morning(changes, day=9)
    state.pressure = pressure_of(one, one.station, [])
    roster = one.army.soldiers
    # The order of those who set out is that of a group, not that of the roster.
    leaders = np.flatnonzero(~roster.stayer)[::-23]
    setting_out(state, leaders, How.DECIDED)
    invitation.invite(one, state)
    expected, asking = [(row, row) for row in leaders.tolist()], [(row, row) for row in leaders.tolist()]
    asked, disputes = np.zeros(600, dtype=int), 0
    while asking:
        gone, coming = {row for row, _ in expected}, {}
        for row, leader in asking:
            for tie in tied(one.army, row).tolist():
                dares, resists = first_two(one, "invitation", int(roster.identity[tie]), 9)
                if tie in gone or roster.sect[tie] != roster.sect[row] or dares >= 0.5:
                    continue
                asked[leader] += 1
                if -np.log(resists) <= 300 * 0.03 / 7 and not roster.stayer[tie]:
                    disputes += coming.setdefault(tie, leader) != leader
        asking = sorted(coming.items())
        expected += asking
    assert disputes > 5
    assert list(zip(state.party.row.tolist(), state.party.leader.tolist(), strict=True)) == expected
    assert state.asked.tolist() == asked.tolist()


# Opportunity.


def test_opportunity_leave_night_posture_and_confinement() -> None:
    one, state = morning(day=5, leave_cancelled_until=6, confined_until=6)
    state.control_night = np.array([0.0, 0.5, 0.0])
    leave = (1 + 0.06 * 0.25 * 14) / (1 + 0.06 * 14)
    deployed, garrison = np.log(leave * 1.5 * 0.8), np.log(leave * 0.5)
    expected = in_each_sect([deployed] * 6 + [garrison] * 6)
    assert by_company(one, said_by(one, state, opportunity.say)) == approx(expected)
    state.day = 6
    expected = in_each_sect([np.log(1.5 * 0.8)] * 6 + [0.0] * 6)
    assert by_company(one, said_by(one, state, opportunity.say)) == approx(expected)


# Planning.


def test_planning_holds_senior_officers_back_until_they_are_ready() -> None:
    one, state = morning({"planning.detection_per_day": 0.0}, day=2)
    senior = int(soldiers(one, rank=Rank.SENIOR)[0])
    junior = int(soldiers(one, rank=Rank.JUNIOR)[0])
    setting_out(state, np.array([junior, senior]), How.DECIDED)
    planning.plan(one, state)
    assert state.party.row.tolist() == [junior]
    assert not state.in_party[senior]
    assert state.fate[senior] == Fate.PLANNING
    deviate = one.luck.normal("length of plan", one.army.soldiers.identity[[senior]])[0]
    ready = 2 + int(np.ceil(35 * np.exp(0.6 * deviate)))
    assert state.plan_ready[senior] == ready
    state.party = Party.nobody()
    for state.day in range(3, ready):
        planning.plan(one, state)
    assert state.planners.tolist() == [senior]
    assert state.party.row.size == 0
    state.day = ready
    planning.plan(one, state)
    assert state.party.row.tolist() == [senior]
    assert state.party.how.tolist() == [How.PLANNED]
    assert state.planners.size == 0


def test_planning_does_not_hold_back_a_bound_person() -> None:
    one, state = morning(BUSY)
    chief = one.army.persons["chief"]
    assert one.army.soldiers.rank[chief] >= Rank.SENIOR
    setting_out(state, np.array([chief]), How.DATED)
    planning.plan(one, state)
    assert state.party.row.tolist() == [chief]
    assert state.fate[chief] == Fate.SERVING
    assert state.planners.size == 0


def test_planning_may_be_found_out() -> None:
    one, state = morning(learned=1.0, day=1)
    senior = int(soldiers(one, rank=Rank.SENIOR)[0])
    state.planners, state.fate[senior] = np.array([senior]), Fate.PLANNING
    state.plan_ready[senior], state.plan_risk[senior] = 99, 2.5 * 0.004 * np.exp(0.3)
    for expected in ([], [], [senior]):
        planning.plan(one, state)
        assert state.party.row.tolist() == expected
    assert state.party.how.tolist() == [How.DETECTED]


def test_planning_ends_with_the_planner() -> None:
    one, state = morning(day=5)
    dead, alive = soldiers(one, rank=Rank.SENIOR)[:2].tolist()
    state.planners = np.array([dead, alive])
    state.fate[[dead, alive]] = [Fate.KILLED, Fate.PLANNING]
    state.plan_ready[[dead, alive]], state.plan_risk[[dead, alive]] = 5, 1.0
    planning.plan(one, state)
    assert state.party.row.tolist() == [alive]
    assert state.planners.size == 0


# Punishment.

FEARED: Changes = {
    "punishment": {
        "deter": 1.2,
        "home": 0.8,
        "home_half": 20.0,
        "ties": 0.6,
        "deter_days": 10,
        "home_days": 20,
    }
}


def test_punishment_deters_in_the_battalion_and_enrages_the_home() -> None:
    one, state = morning(FEARED, {"army.scale": 0.5})
    one_unit, other = soldiers(one, unit=1)[:2], soldiers(one, unit=5)[:1]
    state.caught = np.concatenate((one_unit, other))
    punishment.tell(one, state)
    state.caught = other[:0]
    punishment.tell(one, state)
    units, homes = one.army.units.battalion, one.army.soldiers.home
    men = np.array([2.0, 1.0]) * np.exp(-1 / 10)
    battalion = said_by(one, state, punishment.say).battalion
    assert battalion is not None
    assert battalion[units[[1, 5]]] == approx(-1.2 * men / (men + 3))
    born = np.bincount(homes[[*one_unit, *other]], minlength=3) * np.exp(-1 / 20)
    known = born / 0.5 / np.array([2e5, 3e5, 1e5]) * 1e6
    profile = np.broadcast_to(said_by(one, state, punishment.say).profile, one.profile_shape)
    assert profile[Rank.NCO, SOUTH, :, 0, 1] == approx(0.8 * known / (known + 20))
    assert profile[Rank.NCO, NORTH, :, 0, 1] == approx(0.2 * 0.8 * known / (known + 20))


def test_punishment_enrages_ties_one_by_one() -> None:
    one, state = morning(FEARED)
    state.caught = soldiers(one, unit=4)[:20]
    before = state.personal.copy()
    punishment.tell(one, state)
    ties = [tied(one.army, int(row)) for row in state.caught]
    caught = np.bincount(np.concatenate(ties), minlength=600)
    assert caught.max() > 1
    assert (state.ties_caught == caught).all()
    can = np.isfinite(one.personal)
    assert state.personal[can] == approx((before + 0.6 * caught / (caught + 1))[can])
    (rows, risen), whole = state.persuaded[0], np.zeros(600)
    np.add.at(whole, rows, risen)
    assert whole == approx(0.6 * caught / (caught + 1))


def test_punishment_without_a_size_counts_nothing() -> None:
    one, state = morning(caught=np.arange(9))
    punishment.tell(one, state)
    assert not state.caught_by_home.any()
    assert not state.persuaded
    assert said_by(one, state, punishment.say) == Term()


# Refuge.


def test_refuge_opens_with_havens_and_factions() -> None:
    changes = {"havens.abroad.opens": AFTER, "factions.rebels.starts": "2030-01-21"}
    one, state = morning(changes, day=10)
    state.control_night = np.array([0.0, 0.5, 0.0])
    refuge.open_up(one, state)
    assert not state.haven_access.any()
    assert not state.open_havens.any()
    assert not state.faction_exists
    assert not by_company(one, said_by(one, state, refuge.say)).any()
    state.day = 40  # half of abroad's ramp of 60 days; isles opens on day 31
    refuge.open_up(one, state)
    near = {40: 0.5 * np.exp(-0.4), 250: 0.5 * np.exp(-2.5), 150: 0.5 * np.exp(-1.5)}
    isles = {km: 9 / 60 * np.exp(-km / 100) for km in (300, 60)}
    beta = 1 - (1 - near[40]) * (1 - isles[300])
    gamma = 1 - (1 - near[150]) * (1 - isles[60])
    assert state.haven_access == approx([near[250], beta, gamma])
    assert state.faction_access == approx([0.0, 0.4, 0.0])
    access = np.array([1 - (1 - beta) * (1 - 0.4)] * 6 + [near[250]] * 2 + [gamma] * 4)
    expected = in_each_sect(list(np.log(0.15 + 0.85 * access) - np.log(0.15)))
    assert by_company(one, said_by(one, state, refuge.say)) == approx(expected)


# Reserves.


def test_reserves_are_called_in_their_order_and_report_by_group() -> None:
    one, state = morning({"army.reserves": 3_000}, day=4, summonses=[(3, 4, 0.8)])
    state.called_share = 0.2
    reserves.call_up(one, state)
    order = one.luck.uniform("order of call-up", one.army.soldiers.identity[600:])
    called = 600 + np.flatnonzero((order > 0.2) & (order <= 0.4))
    assert np.sort(np.append(state.reported, state.evaded)).tolist() == called.tolist()
    roster = one.army.soldiers
    uniform = one.luck.uniform("report for service", roster.identity[called])
    share = np.array([0.9, 0.45, 0.7])[roster.sect[called]]
    assert state.reported.tolist() == called[uniform < share].tolist()
    assert (state.fate[state.reported] == Fate.SERVING).all()
    assert (state.fate[state.evaded] == Fate.EVADED).all()
    for men in (state.men, state.serving, state.men_by_station, state.men_by_battalion):
        assert men.sum() == 600 + state.reported.size
    state.day = 7
    reserves.call_up(one, state)
    assert state.reported.size == state.evaded.size == 0


def test_reserves_run_the_risk_of_death_from_their_arrival() -> None:
    one, state = morning({"army.reserves": 50}, summonses=[(0, 1, 1.0)])
    state.death_risk[:] = 5.0
    assert np.isinf(state.death_due[one.army.regulars :]).all()
    reserves.call_up(one, state)
    dealt = one.luck.exponential("death", one.army.soldiers.identity[state.reported])
    assert state.death_due[state.reported] == approx(dealt + 5.0)
    assert np.isinf(state.death_due[state.evaded]).all()


# Surveillance.


def test_surveillance_learns_from_exits_and_loses_with_the_men() -> None:
    one, state = morning(learned=1.0)
    state.escaped, state.caught, state.killed = np.arange(6), np.arange(3), np.arange(1)
    surveillance.learn(one, state)
    exits_a_day = 6 / 600 * 325_000 / 100
    gain = 0.6 / 365.25 * exits_a_day * (1 - 1 / 4)
    assert state.learned == approx(1 + gain - 10 / 600)


@pytest.mark.parametrize("learned", [0.0, 3.9])
def test_surveillance_never_learns_more_than_its_cap(learned: float) -> None:
    one, state = morning({"surveillance.learning_per_year": 20.0}, learned=learned)
    nobody = np.empty(0, dtype=np.int64)
    state.escaped, state.caught, state.killed = np.arange(300), nobody, nobody
    for _ in range(5):
        surveillance.learn(one, state)
        assert 0.0 <= state.learned <= 4.0


def test_surveillance_moves_to_leaking_battalions() -> None:
    one, state = morning(learned=0.5)
    state.gone_recent_by_battalion[0] = 15.0  # of the 150 men of battalion 0
    leak, mean = 0.1, 0.02
    leaking, quiet = (leak - mean) / (leak + mean), -1.0
    expected = in_each_sect([-1.72 * (0.5 + 0.3 * leaking)] * 3 + [-1.72 * (0.5 + 0.3 * quiet)] * 9)
    assert by_company(one, said_by(one, state, surveillance.say)) == approx(expected)


# Tenure.

ENTERING: Changes = {"army.conscript_share": {"enlisted": 1.0, "nco": 0.5}, "army.reserves": 200, "days": 400}
STEPS = np.array([0.608, 0.393, -0.255, 0.0])


def test_tenure_begins_with_the_months_served() -> None:
    one, state = morning(ENTERING)
    roster = one.army.soldiers
    months = np.where(roster.conscript, roster.months_served, 99)
    expected = np.select([months < 2, months < 4, months < 6], STEPS[:3], 0.0)
    assert set(months[~roster.reservist]) >= set(range(21))
    decides = np.isfinite(one.personal)
    assert one.personal[decides] == approx((one.lasting + expected)[decides])
    assert (state.personal == one.personal).all()
    assert (expected[roster.reservist] == 0.608).all()


def test_tenure_moves_on_two_months_after_two() -> None:
    one, state = morning(ENTERING)
    roster, decides = one.army.soldiers, np.isfinite(one.personal)
    entered = np.where(roster.conscript, -np.round(roster.months_served * 365.25 / 12), -999)
    entered[roster.reservist] = 31
    late = np.flatnonzero(roster.reservist)
    state.ties_gone[late], persuasion = 2, one.persuasion[2]  # what ties say stays
    state.personal[late] += persuasion
    for state.day in range(400):
        before, state.persuaded = state.personal.copy(), []
        tenure.move_on(one, state)
        served = state.day - entered
        step = np.select([served < 61, served < 122, served < 183], [0, 1, 2], 3)
        expected = one.lasting + STEPS[step] + persuasion * roster.reservist
        assert (state.tenure == step).all()
        assert state.personal[decides] == approx(expected[decides])
        told = {row: rise for rows, risen in state.persuaded for row, rise in zip(rows, risen, strict=True)}
        risen = np.flatnonzero(decides & (state.personal > before + 1e-9))
        assert all(told[row] == approx(state.personal[row] - before[row]) for row in risen)
        if state.day == 30:
            tenure.enter(state.steps_due, late, 31)
    assert (state.tenure == 3).all()


def test_tenure_of_those_called_begins_on_the_morning_after_they_report() -> None:
    one, state = morning(ENTERING, day=4, summonses=[(4, 1, 1.0)])
    reserves.call_up(one, state)
    for step, day in enumerate((66, 127, 188), start=1):
        (passes,) = [rows for to, rows in state.steps_due[day] if to == step]
        assert passes.tolist() == state.reported.tolist()
    assert state.reported.size > 50


# War.


def test_war_holds_a_period_until_the_next() -> None:
    periods = (
        war.Period.model_validate({"from": "2029-12-25", "civilians_killed_per_day": {"a": 2}}),
        war.Period.model_validate({"from": "2030-01-04", "civilians_killed_per_day": {"b": 3}}),
    )
    table = war.daily(periods, "civilians_killed_per_day", date(2030, 1, 1), 5, ["a", "b"])
    assert table.tolist() == [[2, 0], [2, 0], [2, 0], [0, 3], [0, 3]]


def test_war_is_read_off_the_table_at_the_armys_scale() -> None:
    one, state = morning({**BUSY, "army.scale": 0.5}, day=30)
    war.take_from_table(one, state)
    assert state.civilians_killed.tolist() == [1, 6, 0]
    assert state.soldiers_expected == approx([0.05, 0.75, 0.1])
    assert state.control_night.tolist() == [0, 0.7, 0.2]
    assert state.violence == approx([5, 20, 0])
