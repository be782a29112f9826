"""Parts of the page that do not depend on its runs: by which method, and how to ask for oneself."""

from __future__ import annotations

from experiments.discovery.prim import DENSITY, QUASI_P

METHOD = (
    "Boxes are found by PRIM (Friedman and Fisher 1999): peeled by 5 % at a time; of the boxes with a "
    f"density of {DENSITY:.0%} and more that of the largest coverage is taken, and pasted. Limits are judged "
    "by quasi-p-values and by whether they come back on halves of the runs (Bryant and Lempert 2010). Those "
    f"that chance explains (above {QUASI_P:g}, alone and all together) are dropped, which may take the "
    f"density under {DENSITY:.0%} again. The steps of peeling and the quasi-p-values are those of EMA "
    "Workbench 2.5.3 on the same tables; pasting differs on purpose ([verification.md](verification.md))."
)

FROM_PYTHON = """## For another scenario

```python
import experiments
import sim
from experiments.discovery.measures import fresh_measures
from experiments.discovery.regret import regret_table, regrets
from experiments.discovery.scores import scores
from experiments.discovery.workbench import to_workbench

army = sim.load("invented-army").with_({"army.scale": 0.1})
ranges = {
    "grievance.multiple": experiments.Factor(low=0.4, high=2.0),
    "comrades.own_group": experiments.Factor(low=0.0, high=4.0),
}
plans = {"paid": {"salary_plan.usd_per_month": 300, "salary_plan.announced": "1954-06-01"}}
runs = experiments.explore(army, ranges, futures=40, policies=plans)  # with folder="…" each run is kept
base = runs[runs["policy"] == "baseline"].reset_index(drop=True)
many = (base["exits"] > base["exits"].median()).to_numpy()

found = experiments.prim(base[:20], many[:20], factors=list(ranges))
print(found.limits(), found.trajectory.tail(1))
print(fresh_measures(found.box, base[20:], many[20:]))  # with intervals, and what they cover
print(scores(base, base["exits"].to_numpy(), factors=list(ranges)))
print(regret_table(regrets(runs, "exits", "more")))
factors, outcomes = to_workbench(runs, list(ranges), ["exits", "share_gone"])  # as EMA Workbench keeps them
```

On the command line: `erosion discover RUNS --where CONDITION --fresh OTHER_RUNS`, over a table or a folder of
stored runs ([commands.md](commands.md))."""
