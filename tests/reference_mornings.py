"""One day by the core and by the reference from the same morning: all that a day changes, field by field.

After each day what the core's state holds is copied into the reference, so that nothing adds up from day to
day and a first disagreement stands at the day and the field where it arises. What the state keeps in another
form (how long a response is in force, exits and deaths that triggers look back at, who is next to leave a
faction, entry into service) stays the reference's own, and is seen by what it does.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.codes import Fate
from sim.engine import days
from sim.reference import ReferenceModel
from sim.reference.morning import Morning
from sim.reference.situation import Watch
from sim.reference.soldier import Officer, Soldier
from sim.scenario import Scenario
from sim.state import State
from sim.world import World
from tests.armies import world

CLOSE = 1e-11
NONE = -1

Fields = dict[str, Any]
"""Name of a field to its values, as nested lists of numbers."""


def disagreements_by_day(
    scenario: Scenario, army_seed: int = 1, luck_seed: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Day after day, the fields in which core and reference differ, though they woke up to the same."""
    one = world(scenario, army_seed, luck_seed)
    model = ReferenceModel(scenario, one.army, luck_seed)
    for state in days(one):
        model.step()
        core, reference = fields_of_core(one, state, model.morning), fields_of_reference(model)
        assert core.keys() == reference.keys()
        yield (
            state.day,
            [
                f"{name}: {_first_difference(core[name], reference[name])}"
                for name in core
                if not _alike(core[name], reference[name])
            ],
        )
        wake_up_to(model, one, state)


def _alike(core: Any, reference: Any) -> bool:
    one, other = np.asarray(core, dtype=float), np.asarray(reference, dtype=float)
    return one.shape == other.shape and np.allclose(one, other, rtol=CLOSE, atol=CLOSE, equal_nan=True)


def _first_difference(core: Any, reference: Any) -> str:
    one, other = np.asarray(core, dtype=float), np.asarray(reference, dtype=float)
    if one.shape != other.shape:
        return f"core {core}, reference {reference}"
    differs = ~np.isclose(one, other, rtol=CLOSE, atol=CLOSE, equal_nan=True)
    place = tuple(int(index[0]) for index in np.nonzero(differs)) if one.ndim else ()
    return f"at {place}: core {one[place]!r}, reference {other[place]!r}"


def _profiles(one: World) -> tuple[int, ...]:
    """Ranks, sects, homes, family outside, aware: how a profile is counted."""
    return (5, len(one.scenario.sects), len(one.scenario.places), 2, 2)


def fields_of_core(one: World, state: State, morning: Morning) -> Fields:
    """What a day changes, as the core's state has it; pressure where the reference asked for it."""
    outside, aware = np.unravel_index(state.profile, _profiles(one))[3:]
    at_hand = np.isin(state.fate, (Fate.RESERVE, Fate.SERVING, Fate.PLANNING))
    serving = np.isin(state.fate, (Fate.SERVING, Fate.PLANNING))
    planning, member = state.fate == Fate.PLANNING, state.faction >= 0
    places = len(one.scenario.places)
    return {
        # Soldiers.
        "fate": state.fate,
        "family outside": outside[at_hand],
        "aware": aware,
        "own log hazard": state.personal[at_hand],
        "ties gone": state.ties_gone[at_hand],
        "ties caught": state.ties_caught[at_hand],
        # Where tenure is off steps say nothing, and the core does not count them.
        "step of service": state.tenure[at_hand] if one.scenario.tenure.on else (),
        "death due": state.death_due[serving],
        "unaware left": state.unaware_left[aware == 0],
        "faction": state.faction,
        "joined from": state.joined_from[member],
        "plan ready": state.plan_ready[planning],
        "plan risk": state.plan_risk[planning],
        "sidelined": state.sidelined,
        "post held": state.post_held[at_hand],
        # Companies, battalions, posts.
        "men by sect": state.serving.T,
        "men": state.men,
        "station": state.station,
        "weakness": state.weakness,
        "own group gone": state.gone_felt.T,
        "gone": state.gone_by_unit,
        "regulars gone": state.regulars_gone,
        "collapsed on": state.collapsed_on,
        "abandoned on": state.abandoned_on,
        "regulars gone lately": state.gone_lately,
        "risk of death": state.death_risk,
        "next death": state.next_death.min(axis=0),
        "escapes of battalion": state.gone_recent_by_battalion,
        "caught of battalion": state.caught_by_battalion,
        "men of battalion": state.men_by_battalion,
        "losses of battalion": (state.losses_battalion_recent, state.losses_battalion_past),
        "commander": state.commander,
        "post refill": state.post_refill,
        "post empty": state.post_empty,
        # Places.
        "men by station": state.men_by_station.reshape(places, 2),
        "caught of home": state.caught_by_home,
        "losses of place": (state.losses_place_recent, state.losses_place_past),
        "civilians killed": state.civilians_killed,
        "soldiers expected": state.soldiers_expected,
        "control": (state.control_day, state.control_night),
        "violence": (state.violence, state.violence_felt),
        "engaged": state.regime_engaged,
        "destruction": state.destruction,
        "fighters": state.fighters,
        "fighters entered": state.fighters_entered,
        "militia": state.militia,
        "access": (state.haven_access, state.faction_access),
        # Sects, factions, the whole.
        "gone by sect": state.gone_by_sect,
        "stock of grievance": state.erosion,
        "members": state.members,
        "accounts": state.accounts,
        "risk of leaving a faction": state.leaving_risk,
        "belief": (state.belief, state.territory_held),
        "learned": state.learned,
        "broadcast": (state.broadcast, state.heard),
        "morale": (state.recent_exits, state.recent_losses, state.fighters_lost, state.morale),
        "knowledge": state.knowledge,
        "called share": state.called_share,
        "money": (state.owed_usd, state.paid_usd, state.arrears_usd, state.paid_probability),
        # Without grievance a wage rise does nothing, and the reference forgets it.
        "responses": (state.purges, state.wage_raised if one.scenario.grievance.on else 0.0),
        "summonses": state.summonses,
        # Today.
        "killed": np.sort(state.killed),
        "set out": np.sort(state.attempt.row),
        "caught": np.sort(state.caught),
        "escaped": np.sort(state.escaped),
        "party": np.array((state.party.row, state.party.leader, state.party.how)),
        "left faction": np.sort(state.left_faction),
        "reported": np.sort(state.reported),
        "evaded": np.sort(state.evaded),
        **_pressure_of_core(one, state, morning),
    }


def _pressure_of_core(one: World, state: State, morning: Morning) -> Fields:
    """Pressure of the day, as the core added it up."""
    assert state.pressure is not None
    sizes = _profiles(one)
    profiles = np.array([np.ravel_multi_index(key, sizes) for key in morning.profiles], dtype=int)
    units = one.army.units.place.size
    cells = np.array([sect * units + company for company, sect in morning.cells], dtype=int)
    return {
        "pressure by profile": state.pressure.profile[profiles],
        "pressure by company and sect": state.pressure.cell.ravel()[cells],
    }


def fields_of_reference(model: ReferenceModel) -> Fields:
    """The same, as the objects of the reference have it."""
    return {
        **_soldiers(model),
        **_companies(model),
        **_places(model),
        **_whole(model),
        **_today(model),
        "pressure by profile": list(model.morning.profiles.values()),
        "pressure by company and sect": list(model.morning.cells.values()),
    }


def _number(value: Any) -> int:
    """Number of a thing, or day; -1 for none."""
    return NONE if value is None else getattr(value, "number", value)


def _soldiers(model: ReferenceModel) -> Fields:
    men = model.soldiers
    at_hand = [man for man in men if man.fate in (Fate.RESERVE, Fate.SERVING, Fate.PLANNING)]
    planning = [man for man in men if isinstance(man, Officer) and man.fate == Fate.PLANNING]
    return {
        "fate": [man.fate for man in men],
        "family outside": [man.family_outside for man in at_hand],
        "aware": [man.aware for man in men],
        "own log hazard": [man.own for man in at_hand],
        "ties gone": [man.ties_gone for man in at_hand],
        "ties caught": [man.ties_caught for man in at_hand],
        "step of service": [man.step for man in at_hand if model.scenario.tenure.on],
        "death due": [man.death_due for man in men if man.serves],
        "unaware left": [man.unaware_left for man in men if not man.aware],
        "faction": [_number(man.faction) for man in men],
        "joined from": [_number(man.joined_from) for man in men if man.faction is not None],
        "plan ready": [man.plan_ready for man in planning],
        "plan risk": [man.plan_risk for man in planning],
        "sidelined": [man.sidelined for man in men],
        "post held": [_number(man.post) for man in at_hand],
    }


def _companies(model: ReferenceModel) -> Fields:
    companies, battalions, posts = model.companies, model.battalions, model.posts
    lately = [_lately(model, company) for company in companies]
    return {
        "men by sect": [_by_sect(model, company.serving) for company in companies],
        "men": [company.men for company in companies],
        "station": [company.place.number * 2 + company.deployed for company in companies],
        "weakness": [company.weakness for company in companies],
        "own group gone": [company.own_group_gone for company in companies],
        "gone": [company.gone for company in companies],
        "regulars gone": [company.regulars_gone for company in companies],
        "collapsed on": [_number(company.collapsed_on) for company in companies],
        "abandoned on": [_number(company.abandoned_on) for company in companies],
        "regulars gone lately": lately,
        "risk of death": [company.death_risk for company in companies],
        "next death": [company.next_death for company in companies],
        "escapes of battalion": [battalion.escapes for battalion in battalions],
        "caught of battalion": [battalion.caught for battalion in battalions],
        "men of battalion": [battalion.men for battalion in battalions],
        "losses of battalion": (
            [battalion.recent_losses for battalion in battalions],
            [battalion.past_losses for battalion in battalions],
        ),
        "commander": [NONE if post.commander is None else post.commander.row for post in posts],
        "post refill": [_number(post.refill_on) for post in posts],
        "post empty": [
            [any(post.level == level and post.is_empty for post in company.posts) for level in range(4)]
            for company in companies
        ],
    }


def _lately(model: ReferenceModel, company: Any) -> int:
    """Regulars gone within the window of an abandoned base."""
    if not model.scenario.bases.on:
        return 0
    first = model.today.day - model.scenario.bases.days + 1
    return sum(number for day, number in company.regulars_gone_on.items() if day >= first)


def _by_sect(model: ReferenceModel, men: list[Soldier]) -> list[int]:
    counts = [0 for _ in model.sects]
    for man in men:
        counts[man.sect.number] += 1
    return counts


def _places(model: ReferenceModel) -> Fields:
    places = model.places
    return {
        "men by station": [
            [
                sum(one.men for one in model.companies if one.place is place and one.deployed == deployed)
                for deployed in (False, True)
            ]
            for place in places
        ],
        "caught of home": [place.caught for place in places],
        "losses of place": (
            [place.recent_losses for place in places],
            [place.past_losses for place in places],
        ),
        "civilians killed": [place.civilians_killed for place in places],
        "soldiers expected": [place.soldiers_expected for place in places],
        "control": ([place.day_control for place in places], [place.night_control for place in places]),
        "violence": ([place.violence for place in places], [place.felt for place in places]),
        "engaged": [place.engaged for place in places],
        "destruction": [place.destruction for place in places],
        "fighters": ([place.fighters for place in places], [place.joiners for place in places]),
        "fighters entered": [place.entered for place in places],
        "militia": [place.militia for place in places],
        "access": (
            [place.haven_access for place in places],
            [place.faction_access for place in places],
        ),
    }


def _whole(model: ReferenceModel) -> Fields:
    factions = model.factions
    return {
        "gone by sect": [sect.gone for sect in model.sects],
        "stock of grievance": model.erosion,
        "members": [faction.members for faction in factions],
        "accounts": (
            [faction.owed for faction in factions],
            [faction.paid for faction in factions],
            [faction.months_owed for faction in factions],
        ),
        "risk of leaving a faction": [faction.leaving_risk for faction in factions],
        "belief": (model.belief, model.territory_held),
        "learned": model.learned,
        "broadcast": (model.broadcast, model.heard),
        "morale": (
            model.recent_exits,
            model.recent_losses,
            model.today.share_of_fighters_killed,
            model.morale,
        ),
        "knowledge": model.knowledge,
        "called share": model.called_share,
        "money": (model.owed_usd, model.paid_usd, model.arrears_usd, model.paid_probability),
        "responses": (model.purges, sum(math.log(1 + share) for share, _ in model.wage_rises)),
        "summonses": model.summonses,
    }


def _today(model: ReferenceModel) -> Fields:
    today = model.today

    def rows(men: list[Soldier]) -> list[int]:
        return sorted(man.row for man in men)

    return {
        "killed": rows(today.killed),
        "set out": rows([one.man for one in today.attempts]),
        "caught": rows(today.caught),
        "escaped": rows(today.escaped),
        "party": (
            [one.man.row for one in today.party],
            [one.leader.row for one in today.party],
            [one.how for one in today.party],
        ),
        "left faction": rows(today.left_faction),
        "reported": rows(today.reported),
        "evaded": rows(today.evaded),
    }


def wake_up_to(model: ReferenceModel, one: World, state: State) -> None:
    """Let the reference wake up to the morning that the core's state leaves behind."""
    _soldiers_wake_up_to(model, one, state)
    _companies_wake_up_to(model, state)
    _places_wake_up_to(model, state)
    for sect in model.sects:
        sect.gone = int(state.gone_by_sect[sect.number])
    for faction in model.factions:
        faction.members = state.members[faction.number].tolist()
        faction.owed, faction.paid, faction.months_owed = state.accounts[:, faction.number].tolist()
        faction.leaving_risk = float(state.leaving_risk[faction.number])
    model.erosion = state.erosion.tolist()
    for name in (
        "belief",
        "territory_held",
        "learned",
        "broadcast",
        "heard",
        "recent_exits",
        "recent_losses",
        "morale",
        "knowledge",
        "called_share",
        "owed_usd",
        "paid_usd",
        "arrears_usd",
        "paid_probability",
        "purges",
        "leave_cancelled_until",
        "confined_until",
    ):
        setattr(model, name, getattr(state, name))
    model.summonses = list(state.summonses)
    _triggers_wake_up_to(model, state)


def _triggers_wake_up_to(model: ReferenceModel, state: State) -> None:
    seen = state.lookout
    for name in model.watches:
        again = seen.looks_from.get(name, 0)
        model.watches[name] = Watch(
            seen.held.get(name, 0), seen.due.get(name), None if again == NONE else again
        )


def _soldiers_wake_up_to(model: ReferenceModel, one: World, state: State) -> None:
    outside, aware = np.unravel_index(state.profile, _profiles(one))[3:]
    for man in model.soldiers:
        row = man.row
        man.fate = Fate(int(state.fate[row]))
        man.family_outside, man.aware = bool(outside[row]), bool(aware[row])
        man.own = float(state.personal[row])
        man.ties_gone, man.ties_caught = int(state.ties_gone[row]), int(state.ties_caught[row])
        if one.scenario.tenure.on:
            man.step = int(state.tenure[row])
        man.unaware_left = float(state.unaware_left[row])
        man.sidelined = bool(state.sidelined[row])
        faction = int(state.faction[row])
        man.faction = None if faction < 0 else faction
        man.leaving_due = man.leaving_due if faction >= 0 else math.inf
        if man.serves:
            man.death_due = float(state.death_due[row])
        if isinstance(man, Officer) and man.fate == Fate.PLANNING:
            man.plan_ready, man.plan_risk = int(state.plan_ready[row]), float(state.plan_risk[row])


def _companies_wake_up_to(model: ReferenceModel, state: State) -> None:
    for company in model.companies:
        number = company.number
        place, deployed = divmod(int(state.station[number]), 2)
        company.place, company.deployed = model.places[place], bool(deployed)
        company.men, company.gone = int(state.men[number]), int(state.gone_by_unit[number])
        company.regulars_gone = int(state.regulars_gone[number])
        company.weakness = float(state.weakness[number])
        company.own_group_gone = state.gone_felt[:, number].tolist()
        company.death_risk = float(state.death_risk[number])
        company.next_death = float(state.next_death[:, number].min())
        collapsed, abandoned = int(state.collapsed_on[number]), int(state.abandoned_on[number])
        company.collapsed_on = None if collapsed < 0 else collapsed
        company.abandoned_on = None if abandoned < 0 else abandoned
    for battalion in model.battalions:
        number = battalion.number
        battalion.escapes = float(state.gone_recent_by_battalion[number])
        battalion.caught = float(state.caught_by_battalion[number])
        battalion.recent_losses = float(state.losses_battalion_recent[number])
        battalion.past_losses = float(state.losses_battalion_past[number])
    for post in model.posts:
        row, refill = int(state.commander[post.number]), int(state.post_refill[post.number])
        post.commander = None if row < 0 else model.soldiers[row]
        post.refill_on = None if refill < 0 else refill
    for man, held in zip(model.soldiers, state.post_held.tolist(), strict=True):
        man.post = None if held < 0 else model.posts[held]


def _places_wake_up_to(model: ReferenceModel, state: State) -> None:
    for place in model.places:
        number = place.number
        for name, column in (
            ("civilians_killed", state.civilians_killed),
            ("soldiers_expected", state.soldiers_expected),
            ("day_control", state.control_day),
            ("night_control", state.control_night),
            ("violence", state.violence),
            ("engaged", state.regime_engaged),
            ("destruction", state.destruction),
            ("haven_access", state.haven_access),
            ("faction_access", state.faction_access),
            ("fighters", state.fighters[0]),
            ("joiners", state.fighters[1]),
            ("entered", state.fighters_entered),
            ("militia", state.militia),
            ("felt", state.violence_felt),
            ("recent_losses", state.losses_place_recent),
            ("past_losses", state.losses_place_past),
            ("caught", state.caught_by_home),
        ):
            setattr(place, name, float(column[number]))
