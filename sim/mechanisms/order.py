"""The order of the day, and the interface of a mechanism of your own.

Everyone reads the morning: what the stages up to the exits have written. Only invitations and followers
act within the day. Each stage declares what it writes; a contract test proves it for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    comrades,
    deaths,
    events,
    family,
    fear,
    funds,
    grievance,
    invitation,
    knowledge,
    leavers,
    militia,
    morale,
    movement,
    opportunity,
    opposition,
    planning,
    promise,
    punishment,
    refuge,
    reserves,
    responses,
    salary,
    surveillance,
    tenure,
    uprising,
    war,
)
from sim.state import State
from sim.tally import Say, Tally
from sim.terms import Term
from sim.world import World

Act = Callable[[World, State], None]


@dataclass(frozen=True)
class Stage:
    """A stage of the day.

    Parameters
    ----------
    act : callable
        Changes the state.
    why_here : str
        The reason for its place.
    writes : tuple of str
        Fields of `State` that it may change.
    """

    act: Act
    why_here: str
    writes: tuple[str, ...]


@dataclass(frozen=True)
class Mechanism:
    """A mechanism of your own, for ``sim.run(scenario, mechanisms=[...])``.

    Parameters
    ----------
    name : str
        Its name; its state is ``state.own[name]``.
    term : callable, optional
        (world, state) -> `Term`: its part of this morning's log hazard. It changes nothing; with an
        attribution it is asked for again.
    update : callable, optional
        (world, state) -> None: moves its own state, before the terms are taken.
    start : callable, optional
        world -> the first value of its own state.
    lever : bool
        Whether it is a lever: what it adds to exits is then told against its absence, of others against
        the morning of day 0 (`sim.attribution`).
    """

    name: str
    term: Callable[[World, State], Term] | None = None
    update: Act | None = None
    start: Callable[[World], object] | None = None
    lever: bool = False

    def say(self, world: World, state: State, tally: Tally) -> None:
        """Add its term as a shipped mechanism does."""
        assert self.term is not None, "only who has a term is asked for it"
        tally.add(self.term(world, state))


MORNING: tuple[Stage, ...] = (
    Stage(
        events.happen,
        "events come first, by date or by what was seen until yesterday: the day takes place under them",
        ("happening", "happened", "lookout", "shocks", "forced"),
    ),
    Stage(
        responses.respond,
        "the regime answers before the war of the day: companies stand where it sent them",
        (
            "leave_cancelled_until",
            "confined_until",
            "summonses",
            "in_force",
            "wage_raised",
            "heard",
            "erosion",
            "learned",
            "purges",
            "sidelined",
            "weakness",
            "commander",
            "post_held",
            "post_refill",
            "post_empty",
            "unguarded",
            "station",
            "men_by_station",
            "moved",
        ),
    ),
    Stage(
        war.wage,
        "the war of today, before it kills",
        (
            "civilians_killed",
            "soldiers_expected",
            "control_day",
            "control_night",
            "violence",
            "regime_engaged",
            "destruction",
        ),
    ),
    Stage(
        refuge.open_up,
        "where one can go today depends on today's control",
        ("haven_access", "faction_access", "faction_exists", "open_havens"),
    ),
    Stage(
        deaths.strike,
        "the dead of the day do not leave on it",
        (
            "killed",
            "fate",
            "serving",
            "men",
            "men_by_station",
            "men_by_battalion",
            "death_due",
            "death_risk",
            "next_death",
        ),
    ),
    Stage(
        casualties.remember,
        "losses are known in the battalion on the same day",
        (
            "losses_battalion_recent",
            "losses_battalion_past",
            "losses_place_recent",
            "losses_place_past",
        ),
    ),
    Stage(
        belief.update,
        "information: yesterday's exits and today's signals are known",
        ("belief", "territory_held"),
    ),
    Stage(
        awareness.spread,
        "information: who hears of the offer feels it from today",
        (
            "unaware_left",
            "looked_up_to",
            "soon_aware",
            "soon_aware_at",
            "broadcast",
            "profile",
            "touched",
            "aware_count",
        ),
    ),
    Stage(
        grievance.erode,
        "loyalty after violence, so that it answers to it within a day",
        ("erosion",),
    ),
    Stage(
        tenure.move_on,
        "who ended a period of service yesterday is another man today",
        ("personal", "tenure", "persuaded", "steps_due"),
    ),
)

TERMS: tuple[tuple[str, Say], ...] = (
    ("grievance", grievance.say),
    ("comrades", comrades.say),
    ("command", command.say),
    ("casualties", casualties.say),
    ("belief", belief.say),
    ("salary_plan", salary.say),
    ("refuge", refuge.say),
    ("amnesty", amnesty.say),
    ("promise", promise.say),
    ("surveillance", surveillance.say),
    ("punishment", punishment.say),
    ("family", family.say),
    ("opportunity", opportunity.say),
    ("fear", fear.say),
)

OF_HIS_OWN = ("comrades", "punishment", "tenure")
"""Mechanisms that change each man's own log hazard; some of them have a term, too."""

PARTS = tuple(dict.fromkeys((*(name for name, _ in TERMS), *OF_HIS_OWN)))
"""Mechanisms that attribution tells apart: all that a day can change. Constants are in its baseline."""

LEVERS = frozenset({"salary_plan", "amnesty", "promise"})
"""Terms of levers: attribution tells what they add against their absence."""

DEPARTURE: tuple[Stage, ...] = (
    Stage(
        planning.plan,
        "senior officers who decided begin to plan; those whose plan is ready go today",
        ("party", "in_party", "planners", "fate", "plan_ready", "profile", "plan_risk"),
    ),
    Stage(
        invitation.invite,
        "whoever goes asks his ties: within the day, by the morning's hazards",
        ("party", "in_party", "asked"),
    ),
    Stage(
        command.follow,
        "followers come after the invited, and lead nobody",
        ("party", "in_party"),
    ),
    Stage(
        attempts.resolve,
        "only now is it known who goes together, and so who is betrayed",
        (
            "attempt",
            "caught",
            "escaped",
            "left_behind",
            "fate",
            "serving",
            "men",
            "men_by_station",
            "men_by_battalion",
            "gone_by_sect",
            "gone_by_unit",
            "regulars_gone",
        ),
    ),
    Stage(
        choice.choose,
        "leaving and joining are two decisions: the second is of those who got away",
        ("fate",),
    ),
)

EVENING: tuple[Stage, ...] = (
    Stage(
        comrades.count,
        "comrades learn of it for tomorrow",
        ("gone_felt", "gone_recent_by_battalion", "ties_gone", "personal", "persuaded"),
    ),
    Stage(
        punishment.tell,
        "word of the men caught spreads as word of those who escaped does",
        ("caught_by_battalion", "caught_by_home", "ties_caught", "personal", "persuaded"),
    ),
    Stage(
        command.succeed,
        "posts left empty today are felt from tomorrow",
        ("commander", "post_held", "post_refill", "post_empty", "unguarded"),
    ),
    Stage(collapse.note, "companies are counted once the day's losses are known", ("collapsed_on",)),
    Stage(
        bases.note,
        "bases after companies, which an abandoned base brings down with it",
        ("went_on", "gone_lately", "gone_lately_by_battalion", "abandoned_on", "abandoned", "collapsed_on"),
    ),
    Stage(
        opposition.enlist,
        "each who joined today joins a faction of today",
        ("faction", "joined_from", "members"),
    ),
    Stage(
        leavers.leave,
        "whom his faction owed yesterday may leave it today; who joined today stays for now",
        ("left_faction", "leaving_risk", "waiting", "faction", "members"),
    ),
    Stage(knowledge.learn, "today's members tell what they know", ("knowledge",)),
    Stage(
        uprising.take_up_arms,
        "whoever takes up arms or joined today fights tomorrow",
        ("fighters", "fighters_entered", "fighters_lost", "violence_felt"),
    ),
    Stage(militia.raise_men, "the same violence arms the regime's own", ("militia",)),
    Stage(
        salary.pay,
        "members are paid at the end of the day, from that on which they joined",
        ("owed_usd", "paid_usd", "arrears_usd", "paid_probability"),
    ),
    Stage(funds.pay, "what the plan paid counts against what a faction's members are owed", ("accounts",)),
    Stage(
        morale.feel,
        "morale answers to the day's exits, losses and arrears",
        ("recent_exits", "recent_losses", "morale"),
    ),
    Stage(surveillance.learn, "the regime learns from the day", ("learned",)),
    Stage(
        reserves.call_up,
        "those who report serve from tomorrow",
        (
            "reported",
            "evaded",
            "fate",
            "serving",
            "men",
            "men_by_station",
            "men_by_battalion",
            "death_due",
            "next_death",
            "called_share",
            "touched",
            "steps_due",
        ),
    ),
    Stage(
        movement.march,
        "brigades march by night, with all who serve in them by now: tomorrow's war finds them there",
        ("station", "men_by_station", "moved"),
    ),
)
