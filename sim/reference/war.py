"""The war of the day: read off a table, or made by the strengths of both sides (section 7.5)."""

from __future__ import annotations

from math import exp

from sim.reference.country import Place
from sim.reference.dates import latest
from sim.reference.situation import Situation


def wage(situation: Situation) -> None:
    """Say what the war kills today and who holds which ground."""
    if situation.war_is_endogenous:
        _fight(situation)
    else:
        _read_table(situation)


def _read_table(situation: Situation) -> None:
    row = latest(situation.scenario.war.periods, lambda one: one.start, situation.date)
    for place in situation.places:
        if row is not None:
            place.civilians_killed = row.civilians_killed_per_day.get(place.name, 0.0)
            place.soldiers_expected = row.soldiers_killed_per_day.get(place.name, 0.0) * situation.scale
            place.day_control = row.opposition_control_day.get(place.name, 0.0)
            place.night_control = row.opposition_control_night.get(place.name, 0.0)
        place.violence = place.civilians_killed / place.population * 1e6


def mobilisation(situation: Situation, place: Place) -> float:
    """How far the civilians of a place are disposed to resist today."""
    row = latest(situation.scenario.uprising.mobilisation, lambda one: one.start, situation.date)
    return 0.0 if row is None else row.intensity.get(place.name, 0.0)


def fighting(situation: Situation) -> float:
    """How hard those engaged fight today."""
    row = latest(situation.scenario.battle.fighting, lambda one: one.date, situation.date)
    return 1.0 if row is None else row.level


def arms_sent(situation: Situation) -> float:
    """Arms that are delivered by today, over those of light infantry."""
    deliveries = situation.scenario.arms_deliveries
    first_day = 0 if deliveries.starts is None else situation.number_of(deliveries.starts)
    days = situation.day - first_day
    return 0.0 if days < 0 else deliveries.level * min(1.0, (days + 1) / deliveries.ramp_days)


def _arms(situation: Situation) -> float:
    """Strength of the opposition by its arms, unity and knowledge, over the same men without."""
    scenario = situation.scenario
    row = latest(scenario.uprising.arms, lambda one: one.date, situation.date)
    arms = 1.0 if row is None else row.level
    arrived = (1 - scenario.arms_deliveries.diverted_share) * arms_sent(situation)
    opposition = scenario.opposition
    together = 1 + opposition.together_gain * situation.unity
    together /= 1 + opposition.together_gain * opposition.reference_unity
    return (arms + arrived) * together * (1 + scenario.knowledge.strength_gain * situation.known)


def army_strengths(situation: Situation) -> list[float]:
    """Strength of the army in each place, in real numbers."""
    strength = [0.0 for _ in situation.places]
    lost = [0.0 for _ in situation.places]
    for company in situation.companies:
        if not company.has_collapsed:
            weight = 1.0 if company.deployed else situation.scenario.battle.garrison_weight
            strength[company.place.number] += weight * company.men
            lost[company.place.number] += weight * company.weakness * company.men
    return [(has - less) / situation.scale for has, less in zip(strength, lost, strict=True)]


def _fight(situation: Situation) -> None:
    army, arms, level = army_strengths(situation), _arms(situation), fighting(situation)
    for place in situation.places:
        _fight_for(situation, place, army[place.number], arms, level)


def _fight_for(situation: Situation, place: Place, army: float, arms: float, level: float) -> None:
    """Let both sides fight for a place."""
    scenario, battle = situation.scenario, situation.scenario.battle
    regime = army + scenario.militia.weight * place.militia
    rebels = arms * (place.fighters + scenario.uprising.defector_weight * place.joiners)
    place.engaged = rebels / max(regime + rebels, 1e-9)
    deaths = battle.civilians_per_engaged * regime * place.engaged / place.population * 1e6 * level
    raw = battle.repression * mobilisation(situation, place) * (1 - place.day_control) * min(level, 1.0)
    raw += deaths
    place.violence = battle.ceiling * (1 - exp(-raw / battle.ceiling))
    place.civilians_killed = place.violence * place.population / 1e6
    place.soldiers_expected = battle.soldiers_lost_per_day * level * situation.scale * army * place.engaged
    place.destruction += (1 - place.destruction) * (1 - exp(-battle.damage * deaths))
    _hold_ground(situation, place, regime, rebels)


def _hold_ground(situation: Situation, place: Place, regime: float, rebels: float) -> None:
    """Let ground change hands by the strengths of both sides, and by what it takes to hold it."""
    battle = situation.scenario.battle
    hold = battle.hold_per_1000 * place.population / 1000
    by_night = battle.night_advantage * rebels
    place.day_control += (rebels / (rebels + regime + hold) - place.day_control) / battle.control_days
    held = by_night / (by_night + regime + hold)
    place.night_control += (held - place.night_control) / battle.control_days
