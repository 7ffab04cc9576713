"""What the invented pupils have to agree with: the schools, their rolls, who was a member, and when.

Sources, all public: DfE, "Schools, pupils and their characteristics" (January census 2023 and 2025, school
level: NOR, NUMFSMEVER, NUMFSM, TSENELSE, TSENELK, NUMEAL) and DfE, Get Information About Schools (URNs).
The figures of 2023/24 lie between those two censuses and are invented.
"""

from __future__ import annotations

from dataclasses import dataclass

YEARS = (202223, 202324, 202425)
LOCAL_AUTHORITY = "855"  # Leicestershire
COUNTS = ("roll", "disadvantaged", "fsm", "ehc_plan", "sen_support", "eal")
TRUST_JOINED_LATER = 999999  # later than any year generated here


@dataclass(frozen=True)
class School:
    """One school: its numbers, the first year of the present URN and of membership, and its census counts."""

    name: str
    estab: str
    urn: str
    previous_urn: str
    present_urn_from: int
    member_from: int
    first_census: tuple[int, ...]
    last_census: tuple[int, ...]
    middle_roll: int

    def urn_in(self, year: int) -> str:
        """The URN under which the school made its returns that year."""
        return self.urn if year >= self.present_urn_from else self.previous_urn

    def is_member(self, year: int) -> bool:
        """Whether the school counted in the trust's figures of that year."""
        return year >= self.member_from

    def census(self, year: int) -> dict[str, int]:
        """The January census counts of that year (the middle year is half way, rounded up)."""
        if year == YEARS[1]:
            halves = [(a + b + 1) // 2 for a, b in zip(self.first_census, self.last_census, strict=True)]
            values = (self.middle_roll, *halves[1:])
        else:
            values = self.first_census if year == YEARS[0] else self.last_census
        return dict(zip(COUNTS, values, strict=True))


# name, ESTAB, URN, previous URN, first year of the present URN, first year as a member,
# census 2022/23, census 2024/25 (roll, disadvantaged, FSM, EHC plan, SEN support, EAL), roll 2023/24 (invented;
# the eleven members' add up to 3,301, so that 102 suspensions are 3.09 per 100 pupils)
_ROWS = (
    ("Glen Hills", "2322", "137932", "", 0, 0, (505, 78, 76, 9, 70, 47), (469, 83, 82, 11, 66, 50), 487),
    ("Fairfield", "2158", "137933", "", 0, 0, (210, 43, 43, 5, 22, 21), (207, 39, 39, 7, 24, 29), 209),
    ("The Meadow", "2190", "138173", "", 0, 0, (385, 81, 76, 12, 52, 28), (390, 86, 86, 10, 46, 42), 388),
    ("Old Mill", "2330", "144837", "", 0, 0, (373, 43, 39, 5, 37, 13), (367, 41, 41, 3, 49, 11), 370),
    ("Ashby Hastings", "2041", "148624", "", 0, 0, (47, 5, 5, 2, 3, 0), (120, 11, 11, 1, 10, 6), 83),
    ("Ashby Willesley", "2167", "143251", "", 0, 0, (409, 21, 20, 5, 33, 9), (405, 17, 17, 3, 50, 11), 407),
    ("Orchard", "2178", "148947", "", 0, 0, (329, 42, 40, 0, 34, 23), (314, 32, 32, 2, 40, 12), 322),
    ("Ashby Hill Top", "2321", "138804", "", 0, 0, (305, 33, 32, 3, 31, 10), (313, 36, 36, 7, 31, 17), 309),
    ("Newcroft", "2092", "143250", "", 0, 0, (391, 57, 53, 5, 28, 15), (396, 54, 53, 6, 33, 19), 394),
    ("Thornton", "2009", "140253", "", 0, 0, (126, 23, 20, 4, 10, 4), (129, 36, 36, 3, 11, 5), 127),
    ("Donisthorpe", "2082", "149269", "119944", 0, 0, (204, 31, 29, 0, 34, 6), (205, 38, 38, 4, 32, 7), 205),
    ("Foxton", "2036", "151090", "119923", 202425, 202425, (84, 17, 17, 3, 9, 0), (93, 19, 18, 3, 17, 0), 89),
    ("The Hall", "2345", "151954", "120070", TRUST_JOINED_LATER, TRUST_JOINED_LATER,
     (414, 35, 35, 4, 72, 43), (420, 34, 34, 8, 61, 49), 417),
    ("Hugglescote", "2024", "151952", "119915", TRUST_JOINED_LATER, TRUST_JOINED_LATER,
     (462, 66, 61, 13, 61, 28), (500, 69, 68, 13, 73, 38), 481),
    ("Thythorn Field", "2193", "151953", "119993", TRUST_JOINED_LATER, TRUST_JOINED_LATER,
     (198, 45, 44, 6, 25, 13), (174, 39, 38, 6, 32, 12), 186),
)  # fmt: skip
SCHOOLS = tuple(School(*row) for row in _ROWS)

# Ashby Hastings opened with Reception and adds a year group a year: pupils in Reception, year 1, ... (invented)
GROWING_SCHOOL = "2041"
GROWING_SIZES = {202223: (24, 23), 202324: (30, 27, 26), 202425: (32, 31, 29, 28)}


def label(year: int, long: bool = False) -> str:
    """The year as records write it: 2024/25, or 2024/2025 in DfE's pupil-level files."""
    start = year // 100
    return f"{start}/{start + 1}" if long else f"{start}/{year % 100:02d}"
