"""The model for users of Mesa: the same run as `sim.run`, and soldiers with whom Mesa's tools work."""

import subprocess
import sys
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest
from mesa.agent import AgentSet

import sim
from sim.codes import FATES, Fate
from sim.mesa_agents import Soldier, SoldierSet
from sim.mesa_model import REPORTED, DayCollector, LoyaltyModel
from sim.record import DAILY_COLUMNS
from sim.soldier_columns import COLUMNS
from tests.armies import BUSY, ENDOGENOUS, invented, tied
from tests.small import small_scenario
from tests.small_files import write_small

SCENARIO = invented(BUSY, ENDOGENOUS, {"days": 40, "name": "busy"})
SEEDS = ["army_seed", "luck_seed"]


def frame_of(model: LoyaltyModel) -> pd.DataFrame:
    """What Mesa's collector has of the model, without the seeds."""
    return model.datacollector.get_model_vars_dataframe().drop(columns=SEEDS)


def daily_of(result: sim.Result) -> pd.DataFrame:
    """The daily frame of a result, as Mesa has no number of the run."""
    return result.daily.drop(columns="run")


@pytest.fixture(scope="module")
def model() -> LoyaltyModel:
    """A run that is over."""
    model = LoyaltyModel(SCENARIO, seed=3, army_seed=5)
    model.run_model()
    return model


# The run.


def test_it_is_the_run_that_sim_gives(model: LoyaltyModel) -> None:
    expected = sim.run(SCENARIO, 3, army_seed=5)
    pd.testing.assert_frame_equal(frame_of(model), daily_of(expected))
    result = model.result()
    for name in ("summary", "daily", "units", "exits", "log", "loyalty", "factions", "moves", "events"):
        pd.testing.assert_frame_equal(result.frame(name), expected.frame(name))
    assert result.summary.loc[0, ["exits", "killed", "joined"]].min() > 0, "nothing happened"


def test_a_step_is_a_day_and_running_ends_with_the_last() -> None:
    model = LoyaltyModel(small_scenario(), seed=1)
    daily = sim.run(small_scenario(), 1).daily
    assert (model.steps, model.day, model.running) == (0, -1, True)
    for day in range(120):
        assert model.running
        model.step()
        assert (model.steps, model.day) == (day + 1, day)
        assert model.exits == daily.loc[day, "exits"]
        assert model.date == daily.loc[day, "date"]
    assert not model.running
    before = frame_of(model)
    model.step()
    assert model.steps == 120
    pd.testing.assert_frame_equal(frame_of(model), before)


def test_columns_of_the_collector_are_attributes_of_the_model(model: LoyaltyModel) -> None:
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == ["date", "day", *DAILY_COLUMNS, *SEEDS] == list(REPORTED)
    for name in REPORTED:
        assert getattr(model, name) == frame[name].iloc[-1]
    with pytest.raises(AttributeError, match="nonsense"):
        _ = model.nonsense


def test_totals_are_not_there_before_the_first_day() -> None:
    fresh = LoyaltyModel(small_scenario(), seed=1)
    with pytest.raises(AttributeError, match="exits"):
        _ = fresh.exits
    with pytest.raises(RuntimeError, match="run_model"):
        fresh.result()
    assert fresh.agents.where(fate="serving").values("log_hazard").size == 600
    assert np.isnan(fresh.agents.values("log_hazard")).all()


def test_without_a_seed_each_run_has_its_own_and_tells_it() -> None:
    one, other = (LoyaltyModel(small_scenario()) for _ in range(2))
    assert one.luck_seed != other.luck_seed
    assert one.army_seed == one.luck_seed
    one.run_model()
    pd.testing.assert_frame_equal(frame_of(one), daily_of(sim.run(small_scenario(), one.luck_seed)))


def test_any_whole_number_is_a_seed() -> None:
    model = LoyaltyModel(small_scenario(), seed=-7)
    model.run_model()
    pd.testing.assert_frame_equal(frame_of(model), daily_of(sim.run(small_scenario(), -7)))


def test_scenarios_come_by_name_by_path_or_loaded_with_overlays_and_overrides(tmp_path: Path) -> None:
    path = write_small(tmp_path)
    by_path = LoyaltyModel(
        path, seed=1, overlays=tmp_path / "pays.yaml", overrides={"salary_plan.prior_paid": 0.9}, days=90
    )
    loaded = sim.load(
        path, overlays=[tmp_path / "pays.yaml"], overrides={"salary_plan.prior_paid": 0.9, "days": 90}
    )
    assert by_path.scenario == loaded
    assert LoyaltyModel(loaded, **{"army.regulars": 100}).world.army.regulars == 100
    assert LoyaltyModel("invented-army", seed=1).scenario.name == "invented-army"
    with pytest.raises(ValueError, match="overlays"):
        LoyaltyModel(loaded, overlays="salary-200")
    with pytest.raises(sim.ScenarioError, match=r"army\.regulras: is not known here"):
        LoyaltyModel(path, **{"army.regulras": 100})


def test_mechanisms_of_ones_own_come_along() -> None:
    def calm(world: Any, state: Any) -> sim.Term:
        return sim.Term(station=np.full((world.place_count, 2), -50.0))

    mine = [sim.Mechanism("calm", term=calm)]
    model = LoyaltyModel(SCENARIO, seed=3, army_seed=5, mechanisms=mine)
    model.run_model()
    expected = sim.run(SCENARIO, 3, army_seed=5, mechanisms=mine)
    pd.testing.assert_frame_equal(frame_of(model), daily_of(expected))
    assert frame_of(model)["exits"].sum() < daily_of(sim.run(SCENARIO, 3, army_seed=5))["exits"].sum()


# Sweeps.


def test_batch_run_with_seeds_gives_distinct_runs_equal_to_those_of_sim() -> None:
    plan = {"scenario": [SCENARIO], "seed": [1, 2, 3], "salary_plan.usd_per_month": [0, 300], "army_seed": 9}
    rows = mesa.batch_run(LoyaltyModel, plan, data_collection_period=1, display_progress=False)
    frame = pd.DataFrame(rows)
    seen = []
    for (seed, usd), run in frame.groupby(["seed", "salary_plan.usd_per_month"]):
        expected = sim.run(SCENARIO.with_({"salary_plan.usd_per_month": usd}), seed, army_seed=9)
        daily = daily_of(expected)
        pd.testing.assert_frame_equal(run[daily.columns].reset_index(drop=True), daily)
        assert run["Step"].tolist() == daily["day"].tolist()
        assert (run["luck_seed"] == seed).all()
        assert (run["army_seed"] == 9).all()
        seen.append(tuple(daily["exits"]))
    assert len(set(seen)) == len(seen) == 6


def test_iterations_repeat_a_seed_and_without_one_are_distinct_runs() -> None:
    # What Mesa 3.3 does, and the documentation warns of: parameters are the same for all iterations.
    plan = {"scenario": [SCENARIO.with_({"army.regulars": 100})]}
    same = mesa.batch_run(LoyaltyModel, {**plan, "seed": 1}, iterations=3, display_progress=False)
    assert len({row["luck_seed"] for row in same}) == 1
    fresh = mesa.batch_run(LoyaltyModel, plan, iterations=3, display_progress=False)
    assert len({row["luck_seed"] for row in fresh}) == 3


def test_batch_run_in_other_processes_gives_the_same(tmp_path: Path) -> None:
    path = write_small(tmp_path)
    plan = {"scenario": str(path), "seed": [1, 2], "days": 80}
    rows = [
        sorted(
            mesa.batch_run(LoyaltyModel, plan, number_processes=number, display_progress=False),
            key=lambda row: row["RunId"],
        )
        for number in (1, 2)
    ]
    assert [row["exits"] for row in rows[0]] == [row["exits"] for row in rows[1]]
    assert rows[0][0]["seed"] == rows[1][0]["seed"] == 1


def test_batch_run_gives_soldiers_of_the_same_day_as_the_model() -> None:
    small = SCENARIO.with_({"army.regulars": 60, "army.reserves": 0, "army.persons": [], "events": []})
    reporters = {"fate": "fate", "gone": lambda soldier: soldier.ties_gone}
    plan = {"scenario": [small], "seed": 4, "agent_reporters": [reporters]}
    rows = mesa.batch_run(LoyaltyModel, plan, data_collection_period=1, display_progress=False)
    frame = pd.DataFrame(rows)
    assert len(frame) == 60 * 40
    for _, day in frame.groupby("Step"):
        under_arms = day["fate"].isin(["serving", "planning"]).sum()
        assert (day["serving"] == under_arms).all()
    assert frame["serving"].nunique() > 5
    model = LoyaltyModel(small, seed=4, agent_reporters=reporters)
    model.run_model()
    agents = model.datacollector.get_agent_vars_dataframe()
    assert agents.index.get_level_values("Step").unique().tolist() == list(range(40))
    last = agents.xs(39, level="Step")
    assert last.index.tolist() == model.agents.get("unique_id")
    assert last["fate"].tolist() == model.agents.get("fate")
    assert last["gone"].tolist() == model.agents.get("ties_gone")


def test_a_collector_of_the_users_own_is_used() -> None:
    class Mine(LoyaltyModel):
        def __init__(self, seed: int | None = None) -> None:
            super().__init__(small_scenario(), seed=seed)
            self.datacollector = mesa.DataCollector(
                {"left": lambda model: model.agents.where(fate=["joined", "fled", "hiding"]).__len__()},
                agenttype_reporters={Soldier: {"fate": "fate"}},
            )

    model = Mine(seed=1)
    for _ in range(50):
        model.step()
    left = model.datacollector.get_model_vars_dataframe()["left"]
    expected = sim.run(small_scenario(), 1).daily["exits"].cumsum()[:50]
    assert left.tolist() == expected.tolist()
    assert left.iloc[-1] > 0
    fates = model.datacollector.get_agenttype_vars_dataframe(Soldier).xs(50, level="Step")["fate"]
    assert fates.tolist() == model.agents.get("fate")


def test_the_collector_of_days_numbers_records_by_type_of_agent_by_day() -> None:
    model = LoyaltyModel(small_scenario(), seed=1)
    model.datacollector = DayCollector(agenttype_reporters={Soldier: {"fate": "fate"}})
    for _ in range(3):
        model.step()
    frame = model.datacollector.get_agenttype_vars_dataframe(Soldier)
    assert frame.index.get_level_values("Step").unique().tolist() == [0, 1, 2]
    assert frame.xs(2, level="Step")["fate"].tolist() == model.agents.get("fate")


# Soldiers.


def test_views_read_what_the_frames_of_the_result_say(model: LoyaltyModel) -> None:
    result, agents = model.result(), {one.unique_id: one for one in model.agents}
    assert len(agents) == model.world.army.size
    for line in result.exits.itertuples():
        one = agents[line.person]
        for name in ("rank", "sect", "home", "branch", "formation", "unit", "fate", "reservist"):
            assert getattr(one, name) == getattr(line, name), name
        assert one.aware >= line.aware  # some hear of the offer after they left
    counts = pd.Series(model.agents.groupby("fate").count())
    for name in ("joined", "fled", "hiding", "caught", "killed", "evaded"):
        assert counts[name] == result.daily[name].sum()
    assert len(model.agents.where(serving=True)) == model.serving
    assert len(model.agents.where(aware=True)) == model.aware > 0
    members = model.agents.where(faction=list(model.scenario.factions))
    assert len(members) == model.members > 0


def test_loyalty_of_the_views_is_that_of_the_frame(model: LoyaltyModel) -> None:
    fresh = LoyaltyModel(SCENARIO, seed=3, army_seed=5)
    for _ in range(36):  # the last day is a day on which loyalty is counted: 35
        fresh.step()
    counted = fresh.agents.where(serving=True)
    index = np.array(counted.get("loyalty_index"))
    frame = model.result().loyalty
    week = frame[(frame["date"] == fresh.date) & (frame["axis"] == "rank")]
    for line in week.itertuples():
        mine = index[np.array(counted.get("rank")) == line.group]
        assert line.men == mine.size
        assert line.mean_index == pytest.approx(
            mine.mean(), abs=0.02
        )  # counted in bins of a fifth of a width
    assert index.min() >= 0
    assert index.max() <= 1
    assert (counted.values("loyalty") < counted.values("initial_loyalty")).any()


@pytest.mark.parametrize("name", COLUMNS)
def test_every_attribute_is_a_plain_value_of_one_or_of_all(model: LoyaltyModel, name: str) -> None:
    rows = [0, 7, model.world.army.size - 1]
    values = model.agents.get(name)
    assert len(values) == model.world.army.size
    for row in rows:
        one = getattr(model.agents[row], name)
        assert type(one) in (str, bool, int, float, type(None))
        assert one == values[row] or (one != one and values[row] != values[row])


def test_a_soldier_knows_his_ties_and_his_company(model: LoyaltyModel) -> None:
    army, one = model.world.army, model.agents[40]
    assert one.ties.rows.tolist() == tied(army, 40).tolist()
    assert one.ties.get("unique_id") == army.soldiers.identity[tied(army, 40)].tolist()
    assert sorted(one.company.rows) == np.flatnonzero(army.soldiers.unit == army.soldiers.unit[40]).tolist()
    assert one in one.company
    assert repr(one).startswith(f"Soldier({one.unique_id}: {one.rank}, ")
    assert {"fate", "ties", "company", "model"} <= set(dir(one))


def test_views_of_one_soldier_are_one(model: LoyaltyModel) -> None:
    one = model.agents[3]
    assert one == model.agents[3]
    assert hash(one) == hash(model.agents[3])
    assert one != model.agents[4]
    assert one not in LoyaltyModel(SCENARIO, seed=3, army_seed=5).agents
    assert isinstance(one, mesa.Agent)
    assert isinstance(model.agents, AgentSet)
    assert model.agent_types == [Soldier]
    assert len(model.agents_by_type[Soldier]) == len(model.agents)


REFUSED: dict[str, Callable[[LoyaltyModel], Any]] = {
    "attribute": lambda model: setattr(model.agents[0], "fate", "joined"),
    "set": lambda model: model.agents.set("fate", "joined"),
    "add": lambda model: model.agents.add(model.agents[0]),
    "discard": lambda model: model.agents.discard(model.agents[0]),
    "remove": lambda model: model.agents.remove(model.agents[0]),
    "remove him": lambda model: model.agents[0].remove(),
    "another agent": lambda model: mesa.Agent(model),
    "remove all": lambda model: model.remove_all_agents(),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_soldiers_cannot_be_changed_through_a_view(
    model: LoyaltyModel, act: Callable[[LoyaltyModel], Any]
) -> None:
    before = model.agents.get("fate")
    with pytest.raises((AttributeError, TypeError), match="soldiers"):
        act(model)
    assert model.agents.get("fate") == before
    assert len(model.agents) == model.world.army.size


def test_a_misspelt_attribute_is_told(model: LoyaltyModel) -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'loyalti' .did you mean 'loyalty'"):
        _ = model.agents[0].loyalti
    with pytest.raises(AttributeError, match="no attribute 'loyalti'"):
        model.agents.get("loyalti")
    assert model.agents[:2] == [model.agents[0], model.agents[1]]
    with pytest.raises(ValueError, match="handle_missing"):
        model.agents.get("loyalty", handle_missing="nonsense")


# The set does what Mesa's own does: the same questions to both, about soldiers with the same values.


class Plain(mesa.Agent):  # type: ignore[misc]
    """An agent of Mesa's own with what a soldier has."""

    def __init__(self, model: mesa.Model, soldier: Soldier) -> None:
        super().__init__(model)
        self.number = soldier.unique_id
        for name in ("rank", "fate", "loyalty", "unit"):
            setattr(self, name, getattr(soldier, name))


def numbers(answer: Any) -> Any:
    """An answer with soldiers named by their number, whichever kind of agent they are."""
    match answer:
        case Soldier():
            return answer.unique_id
        case Plain():
            return answer.number
        case AgentSet() | list():
            return [numbers(one) for one in answer]
        case dict():
            return {key: numbers(one) for key, one in answer.items()}
    return answer


QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "iterate": list,
    "first": lambda agents: agents[0],
    "last": lambda agents: agents[-1],
    "slice": lambda agents: agents[3:30:4],
    "select": lambda agents: agents.select(lambda one: one.loyalty > 1.0),
    "select at most": lambda agents: agents.select(lambda one: one.loyalty > 1.0, at_most=5),
    "select a number": lambda agents: agents.select(at_most=7),
    "select a broken number": lambda agents: agents.select(at_most=2.5),
    "select a share": lambda agents: agents.select(at_most=0.1),
    "select all": lambda agents: agents.select(at_most=1.0),
    "select nobody": lambda agents: agents.select(lambda one: False),
    "select type": lambda agents: agents.select(agent_type=mesa.Agent),
    "select no type": lambda agents: agents.select(agent_type=AgentSet),
    "select in place": lambda agents: (kept := agents.select()).select(at_most=4, inplace=True) and kept,
    "copy": lambda agents: copy(agents),
    "sort": lambda agents: agents.sort("loyalty"),
    "sort ascending": lambda agents: agents.sort("loyalty", ascending=True),
    "sort ties": lambda agents: agents.sort("rank"),
    "sort by function": lambda agents: agents.sort(lambda one: -one.unit),
    "shuffle": lambda agents: sorted(numbers(agents.shuffle())),
    "get": lambda agents: agents.get("loyalty"),
    "get several": lambda agents: agents.get(["rank", "loyalty"]),
    "get none": lambda agents: agents.get([]),
    "get a default": lambda agents: agents.get("absent", handle_missing="default", default_value=-1),
    "get defaults": lambda agents: agents.get(["rank", "absent"], handle_missing="default"),
    "agg": lambda agents: agents.agg("loyalty", max),
    "agg several": lambda agents: agents.agg("loyalty", [min, max, sum]),
    "map": lambda agents: agents.map(lambda one, factor: factor * one.loyalty, factor=2),
    "map method": lambda agents: agents.map("step"),
    "group count": lambda agents: agents.groupby("rank").count(),
    "group agg": lambda agents: agents.groupby("fate").agg("loyalty", max),
    "group map": lambda agents: agents.groupby("rank").map(len),
    "group get": lambda agents: agents.groupby("rank").map("get", "loyalty"),
    "group by function": lambda agents: agents.groupby(lambda one: one.unit % 3).count(),
    "group lists": lambda agents: agents.groupby("rank", result_type="list").groups,
    "group sets": lambda agents: agents.groupby("rank").groups,
    "contains": lambda agents: [one in agents.select(at_most=3) for one in agents[:5]],
    "union": lambda agents: sorted(numbers(agents.select(at_most=3) | agents.select(at_most=5))),
    "intersection": lambda agents: sorted(numbers(agents.select(at_most=3) & agents.sort("rank"))),
    "difference": lambda agents: sorted(numbers(agents - agents.select(at_most=100))),
    "either": lambda agents: sorted(numbers(agents.sort("loyalty").select(at_most=9) ^ agents[-5:])),
    "subset": lambda agents: (agents.select(at_most=3) <= agents, agents <= agents.select(at_most=3)),
    "equal": lambda agents: (agents == agents.select(), agents == agents.select(at_most=3)),
    "disjoint": lambda agents: agents.isdisjoint(agents.select(at_most=1)),
    "index": lambda agents: agents.index(agents[5]),
    "count": lambda agents: agents.count(agents[5]),
    "reversed": lambda agents: numbers(list(reversed(agents))),
}


@pytest.fixture(scope="module")
def plain(model: LoyaltyModel) -> mesa.Model:
    """The same soldiers as agents of Mesa's own."""
    plain = mesa.Model(seed=1)
    for soldier in model.agents:
        Plain(plain, soldier)
    return plain


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_the_set_answers_as_mesas_own_does(
    model: LoyaltyModel, plain: mesa.Model, ask: Callable[[Any], Any]
) -> None:
    assert numbers(ask(model.agents)) == numbers(ask(plain.agents))


def test_the_set_covers_all_that_mesas_own_offers() -> None:
    inherited = {"agg"}  # by `get`
    for name, what in vars(AgentSet).items():
        if callable(what) and not name.startswith("_") and name not in inherited:
            assert name in vars(SoldierSet), f"SoldierSet inherits {name}, which reads what it does not have"


def test_shuffle_follows_the_seed_and_do_reaches_everyone() -> None:
    one, other, third = (LoyaltyModel(small_scenario(), seed=seed, army_seed=1) for seed in (1, 1, 2))
    shuffled = one.agents.shuffle().get("unique_id")
    assert shuffled == other.agents.shuffle().get("unique_id")
    assert shuffled != third.agents.shuffle().get("unique_id")
    seen: list[int] = []
    assert one.agents.do(lambda soldier: seen.append(soldier.unique_id)) is not None
    assert seen == one.agents.get("unique_id")
    seen.clear()
    one.agents.shuffle_do(lambda soldier: seen.append(soldier.unique_id))
    assert sorted(seen) == sorted(one.agents.get("unique_id"))
    assert seen != one.agents.get("unique_id")


def test_where_selects_by_one_value_or_several(model: LoyaltyModel) -> None:
    fate, rank = model.state.fate, model.world.army.soldiers.rank
    officers = model.agents.where(rank=("junior", "senior", "general"), fate="joined")
    assert officers.rows.tolist() == np.flatnonzero((rank >= 2) & (fate == Fate.JOINED)).tolist()
    assert len(model.agents.where(fate=set(FATES))) == len(model.agents)
    assert len(model.agents.where(fate=[])) == 0
    assert officers.groupby("rank").count() == officers.select().groupby(lambda one: one.rank).count()
    assert repr(officers) == f"SoldierSet({len(officers)} soldiers)"


def test_no_view_is_kept(model: LoyaltyModel) -> None:
    # A set of everyone holds one array, whatever was asked.
    agents = model.agents
    agents.get("loyalty"), agents.agg("loyalty", max), list(agents), agents.groupby("rank").count()
    assert set(vars(agents)) == {"model", "rows"}
    assert not model._agents
    assert not model._all_agents


# Importing.


def test_importing_sim_does_not_import_mesa_nor_touch_multiprocessing() -> None:
    program = (
        "import multiprocessing, sys, sim; sim.run; sim.plots;"
        "print('mesa' in sys.modules, multiprocessing.get_start_method(allow_none=True))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "None"]


def test_importing_the_facade_warns_of_nothing() -> None:
    program = "import sim.mesa_model"
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, "")
