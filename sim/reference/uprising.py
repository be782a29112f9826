"""The uprising and the militia: civilians take up arms on both sides (section 7.21)."""

from __future__ import annotations

from math import exp

from sim.reference.country import Place
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier
from sim.reference.war import fighting, mobilisation


def take_up_arms(situation: Situation) -> None:
    """Let those who fight tomorrow take up arms, and count the fighters killed."""
    if not situation.war_is_endogenous:
        return
    uprising, level = situation.scenario.uprising, fighting(situation)
    joined = _by_place(situation, situation.today.joined)
    left = _by_place(situation, situation.today.left_faction)
    country = situation.country_violence
    killed = of_all = 0.0
    for place in situation.places:
        loss = uprising.fighters_lost_per_day * level * (1 - place.engaged)
        killed += loss * (place.fighters + place.joiners)
        of_all += place.fighters + place.joiners
        felt = (1 - uprising.solidarity) * place.violence + uprising.solidarity * country
        place.felt += (felt - place.felt) / uprising.memory_days
        _civilians(situation, place, loss)
        _soldiers(place, loss, joined[place.number], left[place.number])
    situation.today.share_of_fighters_killed = killed / max(of_all, 1.0)


def _civilians(situation: Situation, place: Place, loss: float) -> None:
    uprising = situation.scenario.uprising
    left = place.fighters * (1 - loss - uprising.quit_per_day)
    access = uprising.access_floor + (1 - uprising.access_floor) * place.night_control
    access *= 1.0 if situation.faction_exists else uprising.unorganised
    rate = uprising.join_per_day * mobilisation(situation, place) * _pull(situation, place) * access
    place.fighters = left + rate * (_willing(situation, place) - left)


def _soldiers(place: Place, loss: float, joined: float, left: float) -> None:
    stay = max(0.0, 1 - left / place.entered) if left > 0 else 1.0
    place.joiners = place.joiners * (1 - loss) * stay + joined
    place.entered = max(0.0, place.entered - left) + joined


def _by_place(situation: Situation, men: list[Soldier]) -> list[float]:
    """Men by the places where they fight, or fought: partly at home, partly where they served."""
    at_home = situation.scenario.uprising.defectors_at_home
    home, post = [0 for _ in situation.places], [0 for _ in situation.places]
    for man in men:
        assert man.joined_from is not None
        home[man.home.number] += 1
        post[man.joined_from.number] += 1
    return [
        (at_home * born + (1 - at_home) * served) / situation.scale
        for born, served in zip(home, post, strict=True)
    ]


def _pull(situation: Situation, place: Place) -> float:
    return 1 - exp(-place.felt / situation.scenario.uprising.violence_scale)


def _willing(situation: Situation, place: Place) -> float:
    """Civilians of a place who would ever take up arms."""
    share = sum(
        share * min(sect.grievance_weight, 1.0)
        for share, sect in zip(place.shares, situation.sects, strict=True)
    )
    return situation.scenario.uprising.willing_share * place.population * share


def raise_militia(situation: Situation) -> None:
    """Let the same violence arm the regime's own."""
    militia = situation.scenario.militia
    if not situation.war_is_endogenous or not militia.on:
        return
    level = fighting(situation)
    lost = situation.scenario.battle.soldiers_lost_per_day * level
    for place in situation.places:
        left = place.militia * (1 - lost * place.engaged)
        rate = militia.raise_per_day * _pull(situation, place)
        place.militia = left + rate * (_pool(situation, place) - left)


def _pool(situation: Situation, place: Place) -> float:
    """Men of a place who could ever serve in the militia."""
    militia = situation.scenario.militia
    by_role = {"in": 0.0, "third": 0.0, "out": 0.0}
    for share, sect in zip(place.shares, situation.sects, strict=True):
        by_role[sect.role] += share
    share = militia.in_group_share * by_role["in"] + militia.third_group_share * by_role["third"]
    return place.population * share
