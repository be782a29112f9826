"""The scatter of resistances has one law, and no way of reading it changes a point."""

import math
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from scipy import stats

from sim import calendar
from sim import scatter as module
from sim.boxes import EDGES, LAYERS, LOWEST, MOST_IN_BOX, SPELLS, WIDTHS, depth_for, points_in_box
from sim.codes import Floats, Ints
from sim.luck import Luck
from sim.scatter import Scatter
from tests.test_luck import plain_key, plain_splitmix

LUCK = Luck(1)
ROSTER = np.arange(60)
DAYS = 300  # longer than all spells but the longest
FALSE_ALARM = 1e-5

Found = dict[tuple[int, int], list[float]]
"""Identity and day to the heights of the points, ascending."""
Read = Callable[[Scatter, int], None]


def read_all(scatter: Scatter, day: int) -> None:
    """Read every layer of everyone."""
    rows = np.arange(scatter.identities.size)
    scatter.read(rows, np.full(rows.size, LAYERS), day)


def points(
    identities: Ints = ROSTER,
    days: Iterable[int] = range(DAYS),
    read: Read = read_all,
    horizon: int = DAYS,
) -> Found:
    """Points as they are found day after day, by identity and day."""
    scatter = Scatter(LUCK, identities, horizon)
    found: Found = {}
    for day in days:
        read(scatter, day)
        rows, heights = scatter.on_day(day, int(identities.max()) + 1)
        for row, height in zip(rows, heights, strict=True):
            found.setdefault((int(identities[row]), day), []).append(float(height))
    return {key: sorted(heights) for key, heights in found.items()}


ALL = points()


def kept(found: Found, keep: Callable[[int, int, float], bool]) -> Found:
    """Choose points by identity, day and height."""
    chosen = {key: [height for height in heights if keep(*key, height)] for key, heights in found.items()}
    return {key: heights for key, heights in chosen.items() if heights}


# The law. Points are counted over 4,000 soldiers and 300 days: 1.2 million soldier-days.


@pytest.fixture(scope="module")
def many() -> tuple[Ints, Ints, Floats]:
    """Identity, day and height of every point of 4,000 soldiers."""
    identities = np.arange(4_000)
    scatter = Scatter(Luck(7), identities, DAYS)
    columns: list[tuple[Ints, Ints, Floats]] = []
    for day in range(DAYS):
        read_all(scatter, day)
        rows, heights = scatter.on_day(day, identities.size)
        columns.append((rows, np.full(rows.size, day), heights))
    row, day, height = (np.concatenate(column) for column in zip(*columns, strict=True))
    return row, day, height


def test_lowest_point_is_a_unit_exponential(many: tuple[Ints, Ints, Floats]) -> None:
    row, day, height = many
    lowest = np.full((4_000, DAYS), np.inf)
    np.minimum.at(lowest, (row, day), height)
    for x in (0.001, LOWEST, 0.01, 0.03, 0.1, 0.25, 0.5, 0.8, 1.0):
        under = int((lowest <= x).sum())
        assert stats.binomtest(under, lowest.size, 1.0 - np.exp(-x)).pvalue > FALSE_ALARM, x


def test_heights_are_even_over_all_layers(many: tuple[Ints, Ints, Floats]) -> None:
    *_, height = many
    assert height.min() > 0.0
    assert height.max() <= 1.0
    assert stats.kstest(height, "uniform").pvalue > FALSE_ALARM


@pytest.mark.parametrize("layer", range(-1, LAYERS))
def test_each_layer_is_even_over_days_and_soldiers(layer: int, many: tuple[Ints, Ints, Floats]) -> None:
    row, day, height = many
    low, high = (0.0, LOWEST) if layer < 0 else (EDGES[layer], EDGES[layer + 1])
    inside = (height > low) & (height <= high)
    for where, cells in ((day, DAYS), (row, 4_000)):
        # Poisson counts: the index of dispersion finds too even as well as too uneven.
        counts = np.bincount(where[inside], minlength=cells)
        expected = (high - low) * 4_000 * DAYS / cells
        spread = float(((counts - expected) ** 2).sum() / expected)
        tail = min(stats.chi2.sf(spread, cells), stats.chi2.cdf(spread, cells))
        assert 2.0 * tail > FALSE_ALARM


@pytest.mark.parametrize("layer", np.flatnonzero(SPELLS <= DAYS).tolist())
def test_days_within_a_spell_are_alike(layer: int, many: tuple[Ints, Ints, Floats]) -> None:
    _, day, height = many
    inside = (height > EDGES[layer]) & (height <= EDGES[layer + 1])
    spell = int(SPELLS[layer])
    whole = inside & (day < DAYS // spell * spell)
    counts = np.bincount(day[whole] % spell, minlength=spell)
    assert stats.chisquare(counts).pvalue > FALSE_ALARM


def test_a_day_tells_nothing_of_the_next(many: tuple[Ints, Ints, Floats]) -> None:
    # Numbers of points of a soldier on neighbouring days; 1.2 million pairs.
    row, day, _ = many
    counts = np.bincount(row * DAYS + day, minlength=4_000 * DAYS).reshape(4_000, DAYS)
    today, tomorrow = counts[:, :-1].ravel(), counts[:, 1:].ravel()
    assert abs(np.corrcoef(today, tomorrow)[0, 1]) < 4.42 / np.sqrt(today.size)


# Point by point, as the documentation states it, in Python's own numbers.


def plain_box(state: int, bits: int, low: float, width: float) -> list[tuple[int, float]]:
    """Cell and height of the points of a box, from a state of SplitMix64."""
    first, *others = plain_splitmix(state, MOST_IN_BOX + 1)
    uniform, number = ((first >> 12) + 0.5) / 2**52, 0
    while number < MOST_IN_BOX and uniform > stats.poisson(1.0).cdf(number):
        number += 1
    heights = [low + width * ((word % 2**52) + 0.5) / 2**52 for word in others[:number]]
    return [(word >> (64 - bits), height) for word, height in zip(others, heights, strict=False)]


@pytest.mark.parametrize("day", [0, 17, DAYS - 1])
@pytest.mark.parametrize("size", [20_000, 512, 3])
def test_points_of_the_lowest_layer_lie_in_boxes_of_identities(day: int, size: int) -> None:
    many, decision = np.arange(size)[::-1], "resistance to leaving, lowest layer"
    rows, heights = Scatter(LUCK, many, DAYS).on_day(day, size)
    expected = []
    for box, word in enumerate(LUCK.words(decision, np.arange(-(-size // 512))).tolist()):
        found = plain_box(word ^ plain_key(LUCK.seed, decision, day), 9, 0.0, LOWEST)
        expected += [(512 * box + cell, height) for cell, height in found if 512 * box + cell < size]
    assert many[rows].tolist() == [identity for identity, _ in expected]
    assert heights.tolist() == [height for _, height in expected]


@pytest.mark.parametrize("layer", range(LAYERS))
def test_points_of_an_upper_layer_lie_in_boxes_of_days(layer: int) -> None:
    width, bits, decision = 2.0 ** (layer - 9), 9 - layer, "resistance to leaving"
    expected: Found = {}
    for one, word in zip(ROSTER, LUCK.words(decision, ROSTER).tolist(), strict=True):
        for spell in range(-(-DAYS // 2**bits)):
            state = word ^ plain_key(LUCK.seed, decision, layer, spell)
            for cell, height in plain_box(state, bits, width, width):
                day = spell * 2**bits + cell
                if day < DAYS:
                    expected.setdefault((int(one), day), []).append(height)
    low, high = width, 2 * width
    assert kept(ALL, lambda _, __, height: low < height <= high) == {
        key: sorted(heights) for key, heights in expected.items()
    }


def test_a_box_holds_a_poisson_number_of_points() -> None:
    words = LUCK.words("boxes", np.arange(200_000))
    counts = np.bincount([points_in_box(word) for word in words], minlength=9)
    chances = stats.poisson(1.0).pmf(np.arange(6))
    found = np.append(counts[:6], counts[6:].sum())
    expected = np.append(chances, 1.0 - chances.sum()) * words.size
    assert stats.chisquare(found, expected).pvalue > FALSE_ALARM
    assert points_in_box(np.uint64(2**64 - 1)) < MOST_IN_BOX


def test_layers_cover_the_heights_without_gap() -> None:
    assert EDGES[0] == LOWEST
    assert EDGES[-1] == 1.0
    np.testing.assert_array_equal(WIDTHS, EDGES[:-1])
    np.testing.assert_array_equal(SPELLS * WIDTHS, 1.0)


def test_depth_holds_every_point_under_a_hazard_and_no_layer_more() -> None:
    hazard = np.concatenate((np.geomspace(1e-9, 1.0, 4_001), EDGES, EDGES * (1.0 + 1e-9)))
    hazard = hazard[hazard <= 1.0]
    depth = np.array([depth_for(float(height)) for height in np.log(hazard)])
    assert (hazard <= EDGES[depth] * (1.0 + 1e-12)).all()
    assert (hazard[depth > 0] > EDGES[depth[depth > 0] - 1] * (1.0 - 1e-12)).all()
    assert [depth_for(height) for height in (-np.inf, 5.0)] == [0, LAYERS]


# No reading changes a point.


def test_there_are_points_of_all_layers() -> None:
    depths = [depth_for(math.log(height)) for heights in ALL.values() for height in heights]
    assert set(depths) == set(range(LAYERS + 1))


@pytest.mark.parametrize("depth", range(LAYERS + 1))
def test_reading_less_deep_finds_the_same_points_below(depth: int) -> None:
    def shallow(scatter: Scatter, day: int) -> None:
        scatter.read(ROSTER, np.full(ROSTER.size, depth), day)

    edge = EDGES[depth]
    assert points(read=shallow) == kept(ALL, lambda _, __, height: height <= edge)


def test_each_man_may_be_read_to_a_depth_of_his_own() -> None:
    depth = ROSTER % (LAYERS + 1)

    def mixed(scatter: Scatter, day: int) -> None:
        scatter.read(ROSTER, depth, day)

    edge = EDGES[depth]
    assert points(read=mixed) == kept(ALL, lambda one, _, height: height <= edge[one])


def test_the_order_of_reading_does_not_matter() -> None:
    def one_by_one(scatter: Scatter, day: int) -> None:
        for row in ROSTER[::-1]:
            scatter.read(np.array([row]), np.array([LAYERS]), day)

    assert points(read=one_by_one) == ALL


@pytest.mark.parametrize("every", [1, 5, 13])
def test_reading_deeper_later_finds_the_same_points_from_then_on(every: int) -> None:
    begins = ROSTER[:, np.newaxis] * 3 + every * np.arange(1, LAYERS + 1)
    edges = EDGES[1:]

    def deeper(scatter: Scatter, day: int) -> None:
        rows = np.flatnonzero((begins == day).any(axis=1))
        scatter.read(rows, (begins[rows] <= day).sum(axis=1), day)

    def was_read(one: int, day: int, height: float) -> bool:
        if height <= LOWEST:
            return True
        return bool(begins[one, np.searchsorted(edges, height)] <= day)

    assert points(read=deeper) == kept(ALL, was_read)


@pytest.mark.parametrize("first", [1, 7, 8, 9, 50, 255, 257])
def test_it_does_not_matter_when_reading_starts(first: int) -> None:
    expected = kept(ALL, lambda _, day, __: day >= first)
    assert points(days=range(first, DAYS)) == expected


@pytest.mark.parametrize("step", [3, 20, 100])
def test_days_may_be_skipped(step: int) -> None:
    expected = kept(ALL, lambda _, day, __: day % step == 0)
    assert points(days=range(0, DAYS, step)) == expected


@pytest.mark.parametrize("horizon", [1, 10, 200, 5_000])
def test_the_length_of_the_run_does_not_matter(horizon: int) -> None:
    last = min(horizon, DAYS)
    expected = kept(ALL, lambda _, day, __: day < last)
    assert points(days=range(last), horizon=horizon) == expected


@pytest.mark.parametrize(
    "identities",
    [
        ROSTER[:1],
        ROSTER[:31],
        ROSTER[::-1],
        ROSTER[5::4],
        np.append(ROSTER[::3], 5_000),
        np.delete(ROSTER, 30),
    ],
    ids=["one", "fewer", "reversed", "with gaps", "one far away", "one taken out"],
)
def test_a_soldiers_points_belong_to_his_identity(identities: Ints) -> None:
    known = set(identities.tolist())
    expected = kept(ALL, lambda one, _, __: one in known)
    assert kept(points(identities), lambda one, _, __: one < ROSTER.size) == expected


def test_a_man_who_is_dropped_changes_no_other() -> None:
    def dropping(scatter: Scatter, day: int) -> None:
        if day == 0:
            read_all(scatter, day)
        if day == 40:
            scatter.drop(np.array([3, 17]))
        scatter.read(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), day)

    gone = {3, 17}
    others = kept(ALL, lambda one, _, __: one not in gone)
    assert kept(points(read=dropping), lambda one, _, __: one not in gone) == others


@pytest.mark.parametrize("constants", [{"_DAYS_AHEAD": 1}, {"_DAYS_AHEAD": 90}, {"_NEW": 1}])
def test_how_far_is_dealt_ahead_and_how_the_calendar_grows_do_not_matter(
    constants: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    grown, longer = [], calendar.Calendar.longer
    for name, value in constants.items():
        monkeypatch.setattr(calendar if name == "_NEW" else module, name, value)
    monkeypatch.setattr(calendar.Calendar, "longer", lambda one: grown.append(one) or longer(one))
    assert points() == ALL
    assert bool(grown) == ("_NEW" in constants)


def all_points(identities: Ints, days: int) -> Floats:
    """Day, identity and height of the points of soldiers who are all read as deep as can be on day 0."""
    scatter, columns = Scatter(LUCK, identities, days), []
    read_all(scatter, 0)
    for day in range(days):
        rows, heights = scatter.on_day(day, int(identities[-1]) + 1)
        columns.append(np.column_stack((np.full(rows.size, day), identities[rows], heights)))
    return np.concatenate(columns)


def test_many_who_are_read_at_once_are_read_like_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    size, few, days, longer = 6_000, 100, 48, calendar.Calendar.longer
    expected = np.concatenate([all_points(np.arange(at, at + few), days) for at in range(0, size, few)])
    # A few need neither more room than there is for points that are dealt first, nor a longer calendar.
    in_use: list[int] = []

    def note(one: calendar.Calendar) -> calendar.Calendar:
        in_use.append(int(one.sheets[0]))
        return longer(one)

    monkeypatch.setattr(calendar, "_NEW", 1)
    monkeypatch.setattr(calendar.Calendar, "longer", note)
    found = all_points(np.arange(size), days)
    # The calendar is full amid the reading on day 0, and amid the spells that are dealt later.
    on_day_0 = size * LAYERS // calendar.SHEET
    assert [sheets > 0 for sheets in in_use] == [False, True, True]
    assert in_use[1] < on_day_0 < in_use[2]
    assert len(found) > 50 * calendar.MANY
    for points_of in (found, expected):
        points_of[:] = points_of[np.lexsort(points_of.T)]
    np.testing.assert_array_equal(found, expected)


def test_reservists_are_left_out_of_the_lowest_layer_until_called() -> None:
    scatter = Scatter(LUCK, ROSTER, DAYS)
    for day in range(DAYS):
        rows, _ = scatter.on_day(day, 20)
        assert (rows < 20).all()


def test_another_seed_deals_other_points() -> None:
    scatter = Scatter(Luck(2), ROSTER, DAYS)
    read_all(scatter, 0)
    _, heights = scatter.on_day(0, ROSTER.size)
    first_day = {height for (_, day), found in ALL.items() if day == 0 for height in found}
    assert not first_day & set(heights.tolist())
