"""The army is built as its scenario says: exact where that is possible, else within sampling error."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim import synthesis
from sim.army import Army
from sim.codes import RANKS, Fate, Ints, Level, Rank
from sim.errors import ScenarioError
from sim.order_of_battle import largest_remainder
from sim.setting import world_of
from sim.synthesis import build
from tests.armies import (
    ALIKE,
    BUSY,
    FORMATIONS,
    MIXED,
    Changes,
    all_off_but,
    invented,
    run_world,
    tied,
    world,
)

FALSE_ALARM = 1e-6  # of each test of a share; fewer than 80 are made in this file

LARGE = invented({"army.regulars": 20_000, "army.reserves": 6_000, "army.reserve_composition": "mixed"})


@pytest.fixture(scope="module")
def large() -> Army:
    return build(LARGE, 5)


def same(one: Army, other: Army) -> bool:
    """Whether all arrays of two armies are equal."""
    parts = ("soldiers", "units", "posts", "ties")
    return all(
        np.array_equal(getattr(getattr(one, part), item.name), getattr(getattr(other, part), item.name))
        for part in parts
        for item in fields(getattr(one, part))
    )


# Strengths and ranks.


@given(
    total=st.integers(0, 10_000),
    weights=st.lists(st.floats(0.01, 100.0), min_size=1, max_size=30),
)
def test_largest_remainder_is_exact_and_fair(total: int, weights: list[float]) -> None:
    weight = np.array(weights)
    parts = largest_remainder(total, weight)
    assert parts.sum() == total
    assert (np.abs(parts - total * weight / weight.sum()) < 1.0 + 1e-9).all()


@pytest.mark.parametrize("regulars", [1, 7, 100, 601, 20_000])
def test_strengths_are_exact(regulars: int) -> None:
    strengths = (100, 60, 30)
    formations = [
        {**line, "company_strength": strength} for line, strength in zip(FORMATIONS, strengths, strict=True)
    ]
    army = build(invented({"army.regulars": regulars, "army.order_of_battle": formations}), 1)
    wanted = np.repeat(np.array(strengths, dtype=float), [6, 2, 4])
    men = np.diff(army.regular_start)
    assert army.regulars == men.sum() == regulars == army.size
    assert (np.abs(men - regulars * wanted / wanted.sum()) < 1.0).all()
    np.testing.assert_array_equal(np.bincount(army.soldiers.unit, minlength=12), men)


def test_reserves_are_exact_enlisted_and_behind_the_regulars(large: Army) -> None:
    soldiers = large.soldiers
    assert large.size == 26_000
    np.testing.assert_array_equal(soldiers.reservist, np.arange(26_000) >= 20_000)
    assert (soldiers.rank[20_000:] == Rank.ENLISTED).all()
    assert np.ptp(np.diff(large.reserve_start)) <= 1
    assert (large.regular_start[-1], large.reserve_start[0], large.reserve_start[-1]) == (
        20_000,
        20_000,
        26_000,
    )


def test_rows_of_companies_are_in_unit_order_with_the_highest_rank_first(large: Army) -> None:
    soldiers = large.soldiers
    for unit in range(12):
        rows = large.rows_of(np.array([unit]))
        assert (soldiers.unit[rows] == unit).all()
        regulars = rows[~soldiers.reservist[rows]]
        assert (np.diff(soldiers.rank[regulars]) <= 0).all()
    assert np.sort(large.rows_of(np.arange(12))).tolist() == list(range(26_000))


@pytest.mark.parametrize(
    "shares",
    [
        LARGE.army.rank_shares,
        {"enlisted": 0.671, "nco": 0.16, "junior": 0.11, "senior": 0.055, "general": 0.004},
        {"enlisted": 0.5, "senior": 0.5},
        {"general": 1.0},
        {"enlisted": 1.0},
    ],
)
def test_ranks_are_exact(shares: dict[str, float]) -> None:
    army = build(invented({"army.regulars": 7_301, "army.rank_shares": shares}), 1)
    exact = 7_301 * np.array([shares.get(rank, 0.0) for rank in RANKS]) / sum(shares.values())
    counts = np.bincount(army.soldiers.rank, minlength=5)
    assert counts.sum() == 7_301
    assert (np.abs(counts - exact) < 1.0).all()


def test_high_ranks_gather_in_headquarters(large: Army) -> None:
    posts = large.posts
    brigade_posts = posts.level >= Level.BRIGADE
    headquarters = np.unique(posts.first[brigade_posts])
    regulars = slice(0, large.regulars)
    rank, unit = large.soldiers.rank[regulars], large.soldiers.unit[regulars]
    assert np.isin(unit[rank == Rank.GENERAL], headquarters).all()
    seniors = np.bincount(unit[rank == Rank.SENIOR], minlength=12)
    elsewhere = np.setdiff1d(np.arange(12), headquarters)
    assert seniors[headquarters].min() > seniors[elsewhere].max()


# Who they are.


def fits(observed: Ints, share: Any) -> bool:
    """Chi-square test of counts against shares, at the stated false alarm; nothing where the share is 0."""
    share = np.asarray(share, dtype=float)
    possible = share > 0
    if observed[~possible].any():
        return False
    if possible.sum() == 1:
        return True
    expected = observed.sum() * share[possible] / share.sum()
    return bool(stats.chisquare(observed[possible], expected).pvalue > FALSE_ALARM)


@pytest.mark.parametrize("rank", range(5))
@pytest.mark.parametrize("formation", range(3))
def test_sects_have_the_composition_of_their_formation(rank: int, formation: int, large: Army) -> None:
    soldiers, line = large.soldiers, LARGE.army.order_of_battle[formation]
    shares = getattr(LARGE.army.compositions[line.composition], RANKS[rank])
    mine = (large.units.formation[soldiers.unit] == formation) & (soldiers.rank == rank)
    mine &= ~soldiers.reservist
    counts = np.bincount(soldiers.sect[mine], minlength=3)
    assert counts.sum() > 50
    assert fits(counts, [shares.get(sect, 0.0) for sect in LARGE.sects])


def test_reservists_have_the_composition_of_the_reserve(large: Army) -> None:
    soldiers = large.soldiers
    shares = [MIXED["enlisted"].get(sect, 0.0) for sect in LARGE.sects]
    for formation in range(3):
        mine = soldiers.reservist & (large.units.formation[soldiers.unit] == formation)
        assert fits(np.bincount(soldiers.sect[mine], minlength=3), shares)


def test_without_a_composition_of_its_own_the_reserve_is_like_the_enlisted() -> None:
    scenario = invented({"army.reserves": 3_000, "army.reserve_composition": None})
    army = build(scenario, 2)
    guard = army.soldiers.reservist & (army.units.formation[army.soldiers.unit] == 1)
    assert (army.soldiers.sect[guard] == 0).all()


@pytest.mark.parametrize("posted", range(3))
@pytest.mark.parametrize("sect", range(3))
def test_homes_are_in_proportion_to_the_people_of_the_sect_elsewhere(
    sect: int, posted: int, large: Army
) -> None:
    soldiers, places = large.soldiers, list(LARGE.places.values())
    people = [place.population * place.sects.get(list(LARGE.sects)[sect], 0.0) for place in places]
    people[posted] = 0.0
    mine = (soldiers.sect == sect) & (large.units.place[soldiers.unit] == posted)
    if mine.any():
        assert fits(np.bincount(soldiers.home[mine], minlength=3), people)


def test_nobody_is_posted_at_home_unless_the_scenario_allows_it(large: Army) -> None:
    def at_home(army: Army) -> int:
        return int((army.soldiers.home == army.units.place[army.soldiers.unit]).sum())

    assert at_home(large) == 0
    assert at_home(build(invented({"army.posted_away_from_home": False}), 1)) > 0


def test_a_sect_of_one_place_only_serves_there_if_it_must() -> None:
    scenario = invented(
        {
            "places.alpha.sects": {"north": 0.6, "south": 0.4},
            "places.beta.sects": {"north": 0.1, "south": 0.7, "hill": 0.2},
        }
    )
    soldiers = build(scenario, 1).soldiers
    assert set(soldiers.home[soldiers.sect == 2].tolist()) == {1}


def test_traits_have_their_stated_spread(large: Army) -> None:
    plan, soldiers = LARGE.army, large.soldiers
    branch = large.units.branch[soldiers.unit]
    stated = np.array([sect.initial_loyalty for sect in LARGE.sects.values()])[soldiers.sect]
    stated += np.array([one.loyalty for one in LARGE.branches.values()])[branch]
    stated += np.array([place.loyalty_offset for place in LARGE.places.values()])[soldiers.home]
    stated += plan.rank_loyalty.in_order()[soldiers.rank]
    personal = (soldiers.loyalty - stated) / plan.loyalty_sd
    assert stats.kstest(personal, "norm").pvalue > FALSE_ALARM
    shape = plan.susceptibility_shape
    gamma = stats.gamma(shape, scale=1.0 / shape)
    assert stats.kstest(soldiers.susceptibility, gamma.cdf).pvalue > FALSE_ALARM
    assert (soldiers.log_frailty == 0.0).all()
    for column, share in (
        (soldiers.stayer, plan.stayers_share),
        (soldiers.family_outside, plan.family_outside_share),
    ):
        assert stats.binomtest(int(column.sum()), large.size, share).pvalue > FALSE_ALARM


def test_traits_are_unrelated(large: Army) -> None:
    soldiers = large.soldiers
    columns = (
        soldiers.loyalty[soldiers.sect == 1],
        soldiers.susceptibility[soldiers.sect == 1],
        soldiers.stayer[soldiers.sect == 1],
        soldiers.family_outside[soldiers.sect == 1],
    )
    correlation = np.corrcoef(columns) - np.eye(4)
    assert np.abs(correlation).max() < 5.2 / np.sqrt(columns[0].size)


def test_unit_effects_have_their_stated_spread() -> None:
    scenario = invented(
        {
            "army.regulars": 6_000,
            "army.order_of_battle": [{**FORMATIONS[0], "brigades": 100, "companies_per_battalion": 20}],
        }
    )
    effect = build(scenario, 1).units.effect
    assert stats.kstest(effect / scenario.army.unit_effect_sd, "norm").pvalue > FALSE_ALARM


@pytest.mark.parametrize(("variance", "error"), [(0.05, 2e-5), (1.0 / 5.2, 2e-5), (1.0, 2e-5), (8.0, 2e-4)])
def test_gamma_numbers_are_close_to_the_exact_inverse(variance: float, error: float) -> None:
    uniform = np.concatenate((np.geomspace(1e-6, 0.5, 999), 1.0 - np.geomspace(1e-12, 0.5, 999)))
    exact = special.gammaincinv(1.0 / variance, uniform) * variance
    found = synthesis._gamma(uniform, variance)
    np.testing.assert_allclose(found, np.maximum(exact, 1e-300), rtol=error)
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-5)


# How they stand to one another.


def test_ties_are_symmetric_without_self_or_repeats(large: Army) -> None:
    holder, other = large.ties.neighbours(np.arange(large.size))
    pairs = set(zip(holder.tolist(), other.tolist(), strict=True))
    assert len(pairs) == other.size == large.ties.degree.sum()
    assert (holder != other).all()
    assert pairs == {(other, one) for one, other in pairs}


def test_ties_are_with_barracks_mates_or_men_of_one_home_and_sect(large: Army) -> None:
    soldiers = large.soldiers
    holder, other = large.ties.neighbours(np.arange(large.size))
    mates = soldiers.unit[holder] == soldiers.unit[other]
    mates &= soldiers.reservist[holder] == soldiers.reservist[other]
    kin = (soldiers.home[holder] == soldiers.home[other]) & (soldiers.sect[holder] == soldiers.sect[other])
    assert (mates | kin).all()
    # Two rings share a pair now and then; else everyone has four ties of each kind.
    degree = large.ties.degree
    assert degree.max() == 8
    assert degree.mean() > 7.9


@pytest.mark.parametrize("regulars", [1, 2, 3, 12, 13, 25, 40])
@pytest.mark.parametrize("reach", [0, 2, 4, 20])
def test_ties_of_tiny_companies(regulars: int, reach: int) -> None:
    army = build(invented({"army.regulars": regulars, "army.ties": {"barracks": reach, "home": 4}}), 1)
    for row in range(regulars):
        mine = tied(army, row)
        assert row not in mine
        assert np.unique(mine).size == mine.size
        assert all(row in tied(army, int(other)) for other in mine)


def test_a_company_smaller_than_the_ring_is_all_tied() -> None:
    army = build(invented({"army.regulars": 48, "army.ties": {"barracks": 4, "home": 0}}), 1)
    for row in range(48):
        mates = np.flatnonzero(army.soldiers.unit == army.soldiers.unit[row])
        assert tied(army, row).tolist() == np.setdiff1d(mates, row).tolist()


def test_posts_are_held_by_men_of_their_own_headquarters(large: Army) -> None:
    posts, soldiers = large.posts, large.soldiers
    assert np.bincount(posts.level).tolist() == [12, 5, 4, 3]
    np.testing.assert_array_equal(soldiers.unit[posts.commander], posts.first)
    assert np.unique(posts.commander).size == posts.commander.size
    assert not soldiers.reservist[posts.commander].any()
    # Every post has one of the highest ranks of its headquarters, and the higher post the higher man.
    for unit in range(12):
        here = np.flatnonzero(posts.first == unit)
        here = here[np.argsort(-posts.level[here])]
        first = large.regular_start[unit]
        assert posts.commander[here].tolist() == list(range(first, first + here.size))


def test_posts_command_their_own_companies(large: Army) -> None:
    posts, units = large.posts, large.units
    groups = (np.arange(12), units.battalion, units.brigade, units.formation)
    for level, group in enumerate(groups):
        mine = np.flatnonzero(posts.level == level)
        assert mine.size == np.unique(group).size
        for post in mine:
            inside = np.arange(posts.first[post], posts.last[post])
            assert np.flatnonzero(group == group[inside[0]]).tolist() == inside.tolist()


def test_a_post_without_a_man_is_empty() -> None:
    army = build(invented({"army.regulars": 12}), 1)
    posts = army.posts
    assert (posts.commander >= -1).all()
    assert np.count_nonzero(posts.commander < 0) == posts.level.size - 12


def test_units_stand_where_the_order_of_battle_puts_them(large: Army) -> None:
    units = large.units
    assert units.formation.tolist() == [0] * 6 + [1] * 2 + [2] * 4
    assert units.brigade.tolist() == [0] * 3 + [1] * 3 + [2] * 2 + [3] * 4
    assert units.battalion.tolist() == [0] * 3 + [1] * 3 + [2] * 2 + [3] * 2 + [4] * 2
    assert units.place.tolist() == [1] * 6 + [0] * 2 + [2] * 4
    assert units.deployed.tolist() == [True] * 6 + [False] * 6
    assert units.branch.tolist() == [1] * 6 + [0] * 2 + [1] * 4


@pytest.mark.parametrize("scale", [0.3, 1.0, 3.0])
def test_persons_are_bound_to_the_commander_of_their_brigade(scale: float) -> None:
    person = {"name": "second-man", "formation": "first", "brigade": 1, "rank": "senior"}
    persons = [*BUSY["army.persons"], {**person, "sect": "hill", "home": "beta"}]
    army = build(invented(BUSY, {"army.persons": persons, "army.scale": scale}), 3)
    soldiers, posts = army.soldiers, army.posts
    assert set(army.persons) == {"chief", "second-man"}
    expected = {"chief": (Rank.GENERAL, 1, 2), "second-man": (Rank.SENIOR, 2, 1)}
    for name, row in army.persons.items():
        assert (soldiers.rank[row], soldiers.sect[row], soldiers.home[row]) == expected[name]
        (post,) = np.flatnonzero(posts.commander == row)
        assert posts.level[post] == Level.BRIGADE
        assert army.units.formation[posts.first[post]] == 0


@pytest.mark.parametrize("second", [{"name": "rival"}, {"brigade": 1}], ids=["post", "name"])
def test_two_persons_share_neither_a_post_nor_a_name(second: dict[str, Any]) -> None:
    chief = BUSY["army.persons"][0]
    with pytest.raises(ValueError, match=r"chief|brigade"):
        invented({"army.persons": [chief, {**chief, **second}]})


def test_a_person_is_never_bound_to_somebody_elsewhere() -> None:
    # A man a company: the first commands the division, and nobody is left for its first brigade.
    chief = {**BUSY["army.persons"][0], "brigade": 1}
    scenario = invented({"army.persons": [chief], "army.regulars": 12})
    try:
        army = build(scenario, 1)
    except ScenarioError:
        return
    assert army.soldiers.unit[army.persons["chief"]] == 0


def test_arrays_are_locked(large: Army) -> None:
    for part in (large.soldiers, large.units, large.posts, large.ties):
        for item in fields(part):
            assert not getattr(part, item.name).flags.writeable


# Seeds and scales.


def test_the_army_seed_alone_decides_who_is_who() -> None:
    scenario = invented(BUSY)
    army = build(scenario, 1)
    assert same(army, build(scenario, 1))
    other = build(scenario, 2)
    for column in ("sect", "home", "loyalty", "susceptibility", "stayer", "family_outside"):
        assert not np.array_equal(getattr(army.soldiers, column), getattr(other.soldiers, column))
    assert not np.array_equal(army.units.effect, other.units.effect)
    assert not np.array_equal(army.ties.of, other.ties.of)
    np.testing.assert_array_equal(army.soldiers.rank[:100], other.soldiers.rank[:100])


def test_the_luck_seed_alone_decides_what_befalls_them() -> None:
    scenario = invented(BUSY)
    army = build(scenario, 1)
    (_, one), (_, again), (_, other) = (run_world(world_of(scenario, army, seed)) for seed in (1, 1, 2))
    assert one.daily == again.daily
    assert one.daily != other.daily


def test_rates_do_not_change_who_is_who() -> None:
    rates = {"law.reference_hazard_per_week": 1.0, "comrades.on": False, "days": 5, "events": []}
    assert same(build(invented(BUSY), 1), build(invented(BUSY, rates), 1))


@pytest.mark.parametrize("scale", [0.1, 0.5, 3.0])
def test_a_scaled_army_keeps_the_size_of_its_companies(scale: float) -> None:
    formations = [{**line, "brigades": 10} for line in FORMATIONS]
    plan = {"army.regulars": 9_000, "army.reserves": 900, "army.order_of_battle": formations}
    whole = build(invented(plan), 1)
    army = build(invented(plan, {"army.scale": scale}), 1)
    assert army.regulars == round(9_000 * scale)
    assert army.size - army.regulars == round(900 * scale)
    assert whole.units.place.size == 90
    assert army.units.place.size == round(90 * scale)
    assert set(np.diff(army.regular_start).tolist()) == {100}
    # Formations keep their share of companies, to within one company.
    companies = np.bincount(army.units.formation, minlength=3)
    assert (np.abs(companies - scale * np.array([30, 20, 40])) <= 1.0).all()
    shares = np.bincount(army.soldiers.rank[: army.regulars], minlength=5) / army.regulars
    np.testing.assert_allclose(shares, [0.6, 0.2, 0.1, 0.07, 0.03], atol=1.0 / army.regulars)


def test_copied_companies_make_whole_brigades_of_their_own() -> None:
    army = build(invented({"army.scale": 3.0}), 1)
    assert np.bincount(army.units.brigade).tolist() == [3] * 6 + [2] * 3 + [4] * 3
    assert np.bincount(army.posts.level).tolist() == [36, 15, 12, 3]


def test_more_ties_than_can_be_counted_are_refused() -> None:
    graph = {"kind": "poisson", "mean_degree": 200}
    crowd = {"army.regulars": 1_000, "army.ties": {"barracks": 20, "home": 20, "graph": graph}}
    with pytest.raises(ScenarioError, match=r"strong ties, at most 255 are counted"):
        build(invented(crowd), 1)


def test_each_of_many_ties_who_are_caught_is_counted() -> None:
    everyone_is_caught: Changes = {
        **all_off_but("attempts", "punishment"),
        "days": 2,
        "army.regulars": 400,
        "army.ties": {"barracks": 0, "home": 0, "graph": {"kind": "poisson", "mean_degree": 200}},
        "law": {"kind": "hazard", "reference_hazard_per_week": 10, "cap_per_day": 1.0},
        "attempts": {"interception": 5.0, "distance_power": 2.0},
        "punishment": {"ties": 1.0},
    }
    one = world(invented(ALIKE, everyone_is_caught))
    state, _ = run_world(one)
    caught = state.fate == Fate.CAUGHT
    ties_caught = (caught[one.army.ties.of] & (one.army.ties.of >= 0)).sum(axis=1)
    np.testing.assert_array_equal(state.ties_caught, ties_caught)
    assert ties_caught.max() > 127
