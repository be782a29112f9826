"""The founding case typed a second time, from the evidence ledger and without a look at the scenario files.

`tests/test_second_entry.py` compares it with `scenarios/syria-2012.yaml`. A fact says where it stands in the
ledger ("1.3" is row 3 of the table of section 1; "2 officers" a line of section 2), what it is, and the
interval that the words of the ledger leave: "more than 250" has no upper end, "about 455" is five per cent
to either side, a month is its first to its last day, "early" its first ten days, "mid" the days from the 10th
to the 20th, "late" those from the 21st, "days earlier" ten days before any date it may be read from.
"""

from __future__ import annotations

from datetime import date as Date
from math import inf, nan
from typing import NamedTuple


class Fact(NamedTuple):
    """One fact of the ledger."""

    where: str
    """Section and row, or section and a word of the line."""
    what: str
    low: float = nan
    high: float = nan
    since: Date | None = None
    """First day that the ledger's date may mean."""
    until: Date | None = None
    """Last day."""
    who: str = ""
    """Who says it."""

    @property
    def key(self) -> str:
        """Section, words and, where a series has several, the date."""
        return f"{self.where}: {self.what}" + (f", {self.until}" if self.until else "")


def day(year: int, month: int, first: int, last: int | None = None) -> tuple[Date, Date]:
    """First and last day of a stated time within a month."""
    return Date(year, month, first), Date(year, month, first if last is None else last)


JULY_2012 = day(2012, 7, 1, 31)
MID_JULY_2012 = day(2012, 7, 10, 20)
MID_JUNE_2012 = day(2012, 6, 10, 20)
UNDATED: tuple[Date | None, Date | None] = (None, None)
FSA = "Free Syrian Army"
SOHR = "Syrian Observatory for Human Rights"

ARTICLE = (
    Fact("1.1", "regulars", 325_000, 325_000, *UNDATED, "author"),
    Fact("1.2", "reserves", 325_000 * 0.9, 325_000 * 1.1, *UNDATED, "author"),
    Fact("1.3", "all defections", 0, 100_000, *JULY_2012, FSA),
    Fact("1.4", "defections a day", 100, 200, *JULY_2012, FSA),
    Fact("1.5", "senior officers who left", 250, inf, *MID_JULY_2012, FSA),
    Fact("1.6", "officers in Hatay", 250 * 0.95, 250, *MID_JULY_2012, FSA),
    Fact("1.6 generals", "generals in Hatay", 53, 53, *MID_JULY_2012, FSA),
    Fact("1.7", "group", 38, 38, Date(2012, 6, 24), Date(2012, 7, 10), "reports"),
    Fact("1.8", "group", 85, 85, Date(2012, 7, 2), Date(2012, 7, 11), "report"),
    Fact("1.9", "exits over some days", 455 * 0.95, 455 * 1.05, *MID_JUNE_2012, "reports"),
    Fact("1.10", "colonel with his aircraft", 1, 1, *day(2012, 6, 21), "author"),
    Fact("1.10 others", "more pilots", 3, 3, *day(2012, 5, 15, 31), "author"),
    Fact("1.11", "officers of Rastan who left", 869 / 1100, 869 / 1100, *MID_JULY_2012, "not attributed"),
    Fact("1.12", "Deraa-born who left", 0.8, 0.8, *MID_JULY_2012, "not attributed"),
    Fact("1.12 joined", "of those, to the FSA", 0.5, 0.5, *MID_JULY_2012, "not attributed"),
    Fact("1.13", "civilians killed", 16_000, 16_000, *MID_JULY_2012, "unattributed"),
    Fact("1.14", "military killed", 4_000, inf, *MID_JULY_2012, "unattributed"),
    Fact("1.15", "territory at night", 0.6, 0.6, *MID_JULY_2012, FSA),
    Fact("1.17", "salary, dollars a month", 200, 200, *MID_JULY_2012, "leaks"),
    Fact("1.18", "first day of the uprising", nan, nan, *day(2011, 3, 15), "author"),
    Fact("1.19", "Tlass leaves", nan, nan, *day(2012, 7, 6), "author"),
    Fact("1.23", "Habash breaks with the regime", nan, nan, Date(2012, 6, 26), Date(2012, 7, 16), "author"),
    Fact("1.31 League", "Arab League plan fails", nan, nan, *day(2011, 12, 21, 31), "author"),
    Fact("1.31 Annan", "Annan plan fails", nan, nan, *day(2012, 7, 1, 10), "author"),
    Fact("1.31 monitors", "monitors leave", nan, nan, *day(2012, 6, 1, 30), "author"),
    Fact("1.32 FSA", "FSA founded", nan, nan, *day(2011, 7, 1, 31), "author"),
    Fact("1.32 council", "Military council founded", nan, nan, *day(2012, 2, 1, 29), "author"),
)

CLASHES = (
    Fact("1 clash 1", "civilians killed", 11_486, 11_486, *day(2012, 7, 3), SOHR),
    Fact("1 clash 1 military", "military killed", 4_151, 4_151, *day(2012, 7, 3), SOHR),
    Fact("1 clash 2", "officers of Rastan who left", 90 / 1650, 90 / 1650, *day(2012, 6, 20), "a report"),
    Fact("1 clash 3", "generals in Turkey", 14, 14, *day(2012, 7, 3), "Anatolia agency"),
    Fact("1 clash 6", "active in all services", 295_000, 295_000, *UNDATED, "IISS"),
)

ARMY = (
    Fact("2 strength", "army", 220_000, 220_000, *UNDATED, "IISS"),
    Fact("2 strength", "reserves", 314_000, 314_000, *UNDATED, "IISS"),
    Fact("2 order", "men of a brigade", 2_500, 3_500, *UNDATED, "ISW"),
    Fact("2 order", "men of a regiment", 1_500, 1_500, *UNDATED, "ISW"),
    Fact("2 order", "battalions of a brigade", 5, 6, *UNDATED, "ISW"),
    Fact("2 order", "men of a battalion", 300, 500, *UNDATED, "ISW"),
    Fact("2 order", "companies of a battalion", 4, 5, *UNDATED, "ISW"),
    Fact("2 order", "men of a company", 60, 80, *UNDATED, "ISW"),
    Fact("2 order", "men of line units", 130_000, 170_000, *UNDATED, "ISW"),
    Fact("2 deployment", "share deployed", 0.32, 0.35, *UNDATED, "ISW"),
    Fact("2 officers", "officers", 50_000, 60_000, *UNDATED, "Bou Nassif 2015"),
    Fact("2 officers", "officers who ever left", 0, 3_000, *UNDATED, "Bou Nassif 2015"),
    Fact("2 sect of officers", "Alawi, of officers", 0.80, 0.85, *UNDATED, "Bou Nassif 2015"),
    Fact(
        "2 sect of officers", "Alawi, of officers of infantry and armour", 0.80, 0.90, *UNDATED, "Bou Nassif"
    ),
    Fact("2 sect of officers", "Sunni, of officers", 0, 0.15, *UNDATED, "Bou Nassif 2015"),
    Fact("2 sect of the ranks", "Sunni, of the ranks", 0.60, 0.80, *UNDATED, "press"),
    Fact("2 population", "Sunni", 0.74, 0.74, *UNDATED, "Belfer Center"),
    Fact("2 population", "Alawi", 0.11, 0.12, *UNDATED, "Belfer Center"),
    Fact("2 population", "Christian", 0.10, 0.10, *UNDATED, "Belfer Center"),
    Fact("2 population", "Druze", 0.03, 0.03, *UNDATED, "Belfer Center"),
    Fact("2 population", "Kurds, among the Sunni", 0.09, 0.10, *UNDATED, "Belfer Center"),
    Fact("2 conscription", "months of service", 18, 24, *UNDATED, "Reuters"),
)

# Section 2: official estimates of the end of 2011, in millions.
POPULATION = {
    "aleppo": 4.87,
    "rif-dimashq": 2.84,
    "homs": 1.80,
    "damascus": 1.75,
    "hama": 1.63,
    "hasaka": 1.51,
    "idlib": 1.50,
    "deir-ez-zor": 1.24,
    "deraa": 1.03,
    "latakia": 1.01,
    "raqqa": 0.94,
    "tartus": 0.80,
    "suwayda": 0.37,
    "quneitra": 0.09,
}

MONEY = (
    Fact("3 decree", "pay decree", nan, nan, *day(2011, 3, 30), "Ya Libnan"),
    Fact("3 pounds", "pounds a dollar", 47, 47, *day(2011, 3, 1, 31), "Ya Libnan"),
    Fact("3 pounds", "pounds a dollar", 58, 60, Date(2011, 7, 1), Date(2011, 12, 31), "Ya Libnan"),
    Fact("3 pounds", "pounds a dollar", 71, 71, *day(2012, 1, 18), "Ya Libnan"),
    Fact("3 pounds", "pounds a dollar", 64, 70, *JULY_2012, "general knowledge"),
    Fact("3 plan", "plan of the Gulf states announced", nan, nan, *day(2012, 4, 1, 2), "BBC, CSM"),
    Fact("3 delivery", "first payroll seen", 150, 150, *day(2012, 10, 21, 31), "AFP"),
    Fact("3 later", "paid, dollars a month", 36, 95, *UNDATED, "Al Jazeera 2015"),
)

STOCK = (
    Fact("4.1", "all defections", 200, 900, *day(2011, 7, 1, 31), "activists"),
    Fact("4.2", "all defections", 10_000, inf, *day(2011, 9, 30), FSA),
    Fact("4.3", "all defections", 40_000, inf, *day(2012, 2, 3, 4), "Turkish officials"),
    Fact("4.3 West", "all defections", 9_500, 10_500, *day(2012, 2, 3, 4), "West"),
    Fact("4.4", "all defections", 60_000, 60_000, *day(2012, 3, 15), "Turkish intelligence"),
    Fact(
        "4.4 since", "defections since 20 February", 20_000, 20_000, *day(2012, 3, 15), "Turkish intelligence"
    ),
    Fact("4.5", "all defections", 20_000, 99_999, *day(2012, 7, 5), SOHR),
    Fact("4.6", "all defections", 0, 100_000, *MID_JULY_2012, FSA),
    Fact("4 generals", "generals in Turkey", 7, 7, *day(2012, 3, 14)),
    Fact("4 generals", "generals in Turkey", 10, 10, *day(2012, 6, 16)),
    Fact("4 generals", "generals in Turkey", 13, 13, *day(2012, 6, 25)),
    Fact("4 generals", "generals in Turkey", 14, 14, *day(2012, 7, 3)),
    Fact("4 killed", "military killed", 3_072, 3_072, *day(2012, 5, 27), SOHR),
    Fact("4 killed", "military killed", 3_205, 3_205, *day(2012, 6, 3), SOHR),
    Fact("4 killed", "military killed", 3_470, 3_470, *day(2012, 6, 10), SOHR),
    Fact("4 killed", "military killed", 3_716, 3_716, *day(2012, 6, 23), SOHR),
    Fact("4 killed", "military killed", 4_151, 4_151, *day(2012, 7, 3), SOHR),
    Fact("4 killed", "military killed", 4_348, 4_348, *day(2012, 7, 9), SOHR),
)

# Section 6: log hazard ratios, shares and ranges that a value of the scenario should lie in.
EFFECTS = (
    Fact("6 McLauchlin 2015", "conscript", 0.658 - 1.96 * 0.322, 0.658 + 1.96 * 0.322),
    Fact("6 McLauchlin 2015", "company's share of conscripts", 3.369 - 1.96 * 0.985, 3.369 + 1.96 * 0.985),
    Fact("6 McLauchlin 2015", "social heterogeneity", 0.772 - 1.96 * 0.229, 0.772 + 1.96 * 0.229),
    Fact("6 McLauchlin 2015", "conscription x heterogeneity", -1.443 - 1.96 * 0.483, -1.443 + 1.96 * 0.483),
    Fact("6 McLauchlin 2015", "polarisation", 2.882 - 1.96 * 1.071, 2.882 + 1.96 * 1.071),
    Fact("6 McLauchlin 2015", "months since entry, 2", 0.608, 0.608),
    Fact("6 McLauchlin 2015", "months since entry, 4", 0.393, 0.393),
    Fact("6 McLauchlin 2015", "months since entry, 6", -0.255, -0.255),
    Fact("6 McLauchlin 2015", "sd of the unit effect", 1.222, 1.222),
    Fact("6 McLauchlin 2015", "sd of heterogeneity", 1.58, 1.58),
    Fact("6 McLauchlin 2015", "mean of polarisation", 0.66, 0.66),
    Fact("6 starts", "weekly hazard of an out-group conscript", 0.002, 0.010),
    Fact("6 starts", "sd of the unit effect, range", 1.0, 1.3),
    Fact("6 starts", "out-group against the rest", 2.0, 3.0),
    Fact("6 starts", "peers, over the whole share", 0.0, 3.0),
    Fact("6 starts", "commander followed", 0.05, 0.3),
    Fact("6 starts", "detection an attempt", 0.05, 0.3),
    Fact("6 starts", "pay when leaving, soldiers", 0.0, 0.2),
    Fact("6 starts", "pay when leaving, officers", 0.3, 1.0),
    Fact("6 starts", "pay when joining, soldiers", 0.3, 1.0),
    Fact("6 starts", "pay when joining, officers", -0.1, 0.1),
    Fact("6 starts", "probability of payment until September 2012", 0.0, 0.3, None, Date(2012, 9, 30)),
    Fact("6 starts", "sectarian fear", 0.3, 1.5),
    Fact("6 starts", "amnesty, out-group", 0.2, 0.6),
    Fact("6 starts", "amnesty, in-group", -0.05, 0.05),
    Fact("6 starts", "night escape, factor", 1, 2),
    Fact("6 starts", "leave, factor", 5, 20),
    Fact("6 starts", "share of the reserve that reports", 0.5, 0.6),
    Fact("6 starts", "elite signal on officers, factor", 2, 8),
    Fact("6 starts", "elite signal on the ranks, factor", 1, 1.3),
    Fact("6 starts", "elite signal, weeks", 4, 6),
    Fact("6 informers", "informers, chance a member", 0.02, 0.05),
)

# Typed after the first comparison, with the scenario files known.
LATER = (
    Fact("3 decree", "rise of pay", 0.2, 0.3, *day(2011, 3, 30), "Ya Libnan"),
    Fact("3 income", "income over that before the war", 0, 100 / 233, *day(2012, 10, 1, 31), "AFP"),
    Fact("3 bill", "pledge, dollars a month", 100e6 / 3, 100e6 / 3, *UNDATED, "general knowledge"),
    Fact("3 later", "least paid, dollars a month", 36, 36, *UNDATED, "Al Jazeera 2015"),
    Fact("5 flight", "men shot while fleeing", nan, nan, *day(2011, 12, 19, 20), "BBC"),
    Fact("5 executions", "men executed at Abu al-Duhur", nan, nan, *day(2012, 3, 2), "CNN"),
)

FACTS = (*ARTICLE, *CLASHES, *ARMY, *MONEY, *STOCK, *EFFECTS, *LATER)
