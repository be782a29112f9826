"""Random graphs of ties over the whole army: who is tied to whom, and who begins a cascade."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.army import Army
from sim.codes import Ints
from sim.errors import ScenarioError
from sim.graphs import Pairs, columns_of, dealt_anew, graph_of_ties
from sim.luck import Luck
from sim.rings import ties_anew
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.synthesis import build
from sim.tables import ConfigurationGraph, DegreeWeight, NoGraph, PoissonGraph
from tests.armies import invented, run, world

FALSE_ALARM = 1e-6  # of each statistical test; fewer than 20 are made in this file

MEN = 10_000
EVERYBODY = np.arange(MEN)
FOUR = PoissonGraph(mean_degree=4.0)
THREE_OR_TEN = ConfigurationGraph(
    degrees=(DegreeWeight(degree=3, weight=0.6), DegreeWeight(degree=10, weight=0.2))
)
GRAPHS = {"poisson": FOUR, "configuration": THREE_OR_TEN}


def regular(degree: int) -> ConfigurationGraph:
    """A graph in which all have one number of ties."""
    return ConfigurationGraph(degrees=(DegreeWeight(degree=degree),))


def degrees(ties: Pairs, men: int = MEN) -> Ints:
    """Number of ties of each man."""
    return np.bincount(np.concatenate(ties), minlength=men)


def in_pairs(ties: Pairs) -> list[tuple[int, int]]:
    return list(zip(ties[0].tolist(), ties[1].tolist(), strict=True))


def army_with(graph: dict[str, Any], **changes: Any) -> Army:
    return build(invented({"army.ties": {"barracks": 2, "home": 2, "graph": graph}, **changes}), 1)


@pytest.mark.parametrize("kind", GRAPHS)
def test_ties_are_of_two_men_and_stand_once(kind: str) -> None:
    one, other = graph_of_ties(GRAPHS[kind], EVERYBODY, Luck(1))
    assert (one < other).all()
    assert np.unique(one * MEN + other).size == one.size


def test_without_a_graph_nobody_is_tied() -> None:
    for graph in (NoGraph(), PoissonGraph(mean_degree=0.0), regular(0)):
        assert graph_of_ties(graph, EVERYBODY, Luck(1))[0].size == 0
    assert columns_of(graph_of_ties(NoGraph(), EVERYBODY, Luck(1)), MEN) == []


# Poisson.


def test_a_poisson_graph_has_its_number_of_ties() -> None:
    pairs = MEN * (MEN - 1) // 2
    for seed, mean_degree in enumerate((0.5, 4.0, 30.0)):
        one, _ = graph_of_ties(PoissonGraph(mean_degree=mean_degree), EVERYBODY, Luck(seed))
        chance = mean_degree / (MEN - 1)
        assert stats.binomtest(one.size, pairs, chance).pvalue > FALSE_ALARM


def test_numbers_of_ties_of_a_poisson_graph_are_binomial() -> None:
    count = np.bincount(degrees(graph_of_ties(FOUR, EVERYBODY, Luck(3))), minlength=14)
    expected = MEN * stats.binom(MEN - 1, 4.0 / (MEN - 1)).pmf(np.arange(13))
    observed, expected = np.append(count[:13], count[13:].sum()), np.append(expected, MEN - expected.sum())
    assert stats.chisquare(observed, expected).pvalue > FALSE_ALARM


def test_ties_are_spread_evenly_over_all_pairs_of_parts_of_the_roster() -> None:
    one, other = graph_of_ties(PoissonGraph(mean_degree=20.0), EVERYBODY, Luck(4))
    part = MEN // 8
    observed = np.bincount(one // part * 8 + other // part, minlength=64).reshape(8, 8)
    within, between = part * (part - 1) / 2, part * part
    pairs = np.triu(np.full((8, 8), float(between)), 1) + within * np.eye(8)
    upper = pairs > 0
    expected = pairs[upper] * observed.sum() / pairs.sum()
    assert not observed[~upper].any()
    assert stats.chisquare(observed[upper], expected).pvalue > FALSE_ALARM


def test_every_small_graph_is_as_likely_as_it_should_be() -> None:
    # Four men, six pairs, 64 graphs: each pair is tied by itself with a chance of 1/2.
    few, deals = np.arange(4), 6400
    graph = PoissonGraph(mean_degree=1.5)
    found = Counter(tuple(in_pairs(graph_of_ties(graph, few, Luck(seed)))) for seed in range(deals))
    assert len(found) == 64
    assert stats.chisquare(list(found.values())).pvalue > FALSE_ALARM


@pytest.mark.parametrize("mean_degree", [9.0, 50.0])
def test_with_ties_enough_everybody_is_tied_to_everybody(mean_degree: float) -> None:
    ties = graph_of_ties(PoissonGraph(mean_degree=mean_degree), np.arange(10), Luck(1))
    assert degrees(ties, 10).tolist() == [9] * 10


@pytest.mark.parametrize("men", [1, 2, 3])
@pytest.mark.parametrize("kind", GRAPHS)
def test_graphs_of_few_men(kind: str, men: int) -> None:
    for seed in range(20):
        one, other = graph_of_ties(GRAPHS[kind], np.arange(men), Luck(seed))
        assert (one < other).all()
        assert (other < men).all()


# Configuration.


def test_numbers_of_ties_are_those_stated() -> None:
    degree = degrees(graph_of_ties(THREE_OR_TEN, EVERYBODY, Luck(2)))
    # What is left out is of a few men; nobody has more than he was dealt.
    dealt = np.where(degree <= 3, 3, 10)
    assert (degree <= dealt).all()
    assert stats.binomtest(int((dealt == 3).sum()), MEN, 0.75).pvalue > FALSE_ALARM
    # Ends of ties to oneself and of repeats: Poisson of mean (m + m * m / 2) / 2 ties, m = <k(k-1)> / <k>.
    mean = (0.75 * 6 + 0.25 * 90) / (0.75 * 3 + 0.25 * 10)
    left_out = (dealt.sum() - degree.sum()) // 2
    assert stats.poisson(mean / 2 + mean**2 / 4).sf(left_out) > FALSE_ALARM
    assert stats.poisson(mean / 2 + mean**2 / 4).cdf(left_out) > FALSE_ALARM


def test_a_man_is_tied_to_others_by_their_numbers_of_ties() -> None:
    ties = graph_of_ties(THREE_OR_TEN, EVERYBODY, Luck(5))
    many = degrees(ties) > 3
    kinds = np.bincount(many[ties[0]].astype(int) + many[ties[1]], minlength=3)
    share = 10 * many.sum() / (10 * many.sum() + 3 * (MEN - many.sum()))
    expected = ties[0].size * stats.binom(2, share).pmf(np.arange(3))
    assert stats.chisquare(kinds, expected).pvalue > FALSE_ALARM


def test_ends_are_joined_evenly() -> None:
    # Four men with one tie each: three ways to join them.
    found = Counter(
        tuple(in_pairs(graph_of_ties(regular(1), np.arange(4), Luck(seed)))) for seed in range(3000)
    )
    assert len(found) == 3
    assert stats.chisquare(list(found.values())).pvalue > FALSE_ALARM


def test_an_odd_end_is_left_over() -> None:
    ties = graph_of_ties(regular(1), np.arange(5), Luck(1))
    assert sorted(degrees(ties, 5)) == [0, 1, 1, 1, 1]


# In the army.


@pytest.mark.parametrize(
    "graph",
    [
        {"kind": "poisson", "mean_degree": 5.0},
        {"kind": "configuration", "degrees": [{"degree": 6}]},
    ],
)
def test_the_graph_is_added_to_the_rings_and_changes_nothing_else(graph: dict[str, Any]) -> None:
    plain, army = army_with({"kind": "none"}), army_with(graph)
    of_graph = graph_of_ties(
        invented({"army.ties": {"graph": graph}}).army.ties.graph, army.soldiers.identity, Luck(1)
    )
    rings = {
        (row, int(tie)) for row in range(plain.size) for tie in plain.ties.of[row] if tie >= 0 and row < tie
    }
    holder, other = army.ties.neighbours(np.arange(army.size))
    both = set(zip(holder.tolist(), other.tolist(), strict=True))
    assert len(both) == holder.size
    assert both == {(other, one) for one, other in both}
    assert {(one, other) for one, other in both if one < other} == rings | set(in_pairs(of_graph))
    for name in ("unit", "rank", "sect", "home", "loyalty", "susceptibility", "stayer"):
        assert np.array_equal(getattr(plain.soldiers, name), getattr(army.soldiers, name))


def test_a_key_moves_no_number_that_was_dealt() -> None:
    # A pair nearer than the gap that was dealt stays tied when there are more ties: gaps shrink one by one.
    first = [graph_of_ties(PoissonGraph(mean_degree=mean), EVERYBODY, Luck(1)) for mean in (2.0, 4.0)]
    gaps = []
    for one, other in first:
        place = np.flatnonzero(np.diff(one, prepend=-1))
        gap = np.full(MEN, np.inf)
        gap[one[place]] = other[place] - one[place]
        gaps.append(gap)
    assert (gaps[1] <= gaps[0]).all()
    ratio = np.log1p(-2.0 / (MEN - 1)) / np.log1p(-4.0 / (MEN - 1))
    both = np.isfinite(gaps[0]) & np.isfinite(gaps[1])
    assert (np.abs(gaps[1][both] - ratio * gaps[0][both]) <= 1.0).all()


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        ({"kind": "ring"}, "must be one of none, poisson, configuration"),
        ({"kind": "poisson", "mean_degree": -1}, "from 0 to 200"),
        ({"kind": "configuration", "degrees": []}, "degrees"),
        ({"kind": "configuration", "degrees": [{"degree": 4, "weight": 0}]}, "all weights are 0"),
        ({"kind": "configuration", "degrees": [{"degree": 4}, {"degree": 4}]}, "4 ties stand twice"),
    ],
)
def test_a_graph_that_cannot_be_is_refused(graph: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        load("dominoes-100", overrides={"army.ties.graph": graph})


# Dealt anew.


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_graph_dealt_anew_leaves_every_man_his_number_of_ties(kind: str) -> None:
    ties = graph_of_ties(GRAPHS[kind], EVERYBODY, Luck(1))
    deals = [dealt_anew(ties, EVERYBODY, Luck(1), deal) for deal in (1, 2)]
    for anew in deals:
        lost = degrees(ties) - degrees(anew)
        assert (lost >= 0).all()
        assert lost.sum() < 0.01 * degrees(ties).sum()
        assert len(set(in_pairs(ties)) & set(in_pairs(anew))) < 0.01 * ties[0].size
    assert len(set(in_pairs(deals[0])) & set(in_pairs(deals[1]))) < 0.01 * ties[0].size


def test_cascades_deal_rings_and_graph_anew() -> None:
    scenario = invented({"army.ties": {"barracks": 2, "home": 0, "graph": FOUR.model_dump()}})
    army = build(scenario, 1)
    everyone = np.arange(army.size)
    pairs = ties_anew(scenario, army.soldiers, Luck(1), 3, everyone)
    anew = set(zip(*(ends.tolist() for ends in pairs), strict=True))
    graph = graph_of_ties(FOUR, army.soldiers.identity, Luck(1))
    of_graph = set(in_pairs(dealt_anew(graph, army.soldiers.identity, Luck(1), 3)))
    assert of_graph <= anew
    assert {(other, one) for one, other in of_graph} <= anew
    rest = {(one, other) for one, other in anew if (min(one, other), max(one, other)) not in of_graph}
    assert all(army.soldiers.unit[one] == army.soldiers.unit[other] for one, other in rest)
    chosen = everyone[::3]
    some = ties_anew(scenario, army.soldiers, Luck(1), 3, chosen)
    expected = {(one, other) for one, other in anew if one % 3 == other % 3 == 0}
    assert {(int(chosen[one]), int(chosen[other])) for one, other in zip(*some, strict=True)} == expected


# Who begins.


def begins(scenario: Scenario, army_seed: int = 1, luck_seed: int = 1) -> list[int]:
    """Rows of those who leave on day 0."""
    _, record = run(scenario.with_({"days": 1}), army_seed, luck_seed)
    return record.departures.joined()["row"].tolist()


def test_as_many_begin_as_are_stated_and_luck_says_who() -> None:
    scenario = load("watts-poisson", overrides={"law.initiators": 7})
    first = begins(scenario)
    assert len(first) == 7
    assert first == begins(scenario) == begins(scenario, army_seed=2)
    assert first != begins(scenario, luck_seed=2)
    # More begin: the same men among them.
    assert set(first) < set(begins(scenario.with_({"law.initiators": 30})))


def test_everybody_begins_somewhere() -> None:
    scenario = load("watts-poisson", overrides={"army.regulars": 100, "law.initiators": 1})
    one = world(scenario)
    rows = [int(np.flatnonzero(world(scenario, 1, seed).threshold == -np.inf)[0]) for seed in range(1000)]
    assert one.threshold is not None
    assert stats.chisquare(np.bincount(rows, minlength=100)).pvalue > FALSE_ALARM


def test_stayers_and_bound_persons_do_not_begin() -> None:
    law = {"kind": "threshold", "reference": "ties", "initiators": 10_000}
    chief = {"name": "chief", "formation": "first", "sect": "south", "home": "gamma"}
    scenario = invented(
        {
            "law": law | {"thresholds": {"distribution": "constant", "mean": 2.0}},
            "army.reserves": 200,
            "army.stayers_share": 0.3,
            "army.persons": [chief],
        }
    )
    one = world(scenario)
    may_not = one.army.soldiers.stayer | one.is_bound | one.army.soldiers.reservist
    assert one.threshold is not None
    assert ((one.threshold == -np.inf) == ~may_not).all()


def test_a_smaller_army_has_fewer_who_begin_but_someone_does() -> None:
    scenario = load("watts-poisson", overrides={"law.initiators": 100, "army.scale": 0.1})
    assert len(begins(scenario)) == 10
    assert len(begins(scenario.with_({"law.initiators": 1}))) == 1
