"""The January roll: who is in which school, year group and pupil group, in each of the three years.

A pupil keeps UPN, sex, language and ability from year to year, because they are drawn by school and year of
entry; the counts of each census are exact.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.synthetic import draws, facts, targets

MOST_IN_A_COHORT = 150
_CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_LANGUAGES = ("GUJ", "POL", "PNJA", "URD", "BNG", "RMN", "CCH", "ARA")
# Younger pupils are less often recorded as disadvantaged: universal infant meals leave less reason to apply
_DISADVANTAGED_WEIGHTS = (0.70, 0.85, 0.95, 1.10, 1.10, 1.10)


def upn(estab: str, entry: int, serial: int) -> str:
    """A unique pupil number of valid form in local authority 000, which does not exist."""
    digits = f"000{estab}{entry % 100:02d}{serial:03d}"
    weighted = sum(weight * int(digit) for weight, digit in enumerate(digits, start=2))
    return _CHECK_LETTERS[weighted % 23] + digits


def year_six(school: facts.School, year: int) -> int:
    """Pupils in year 6: those counted in KS2 results and the few who are not."""
    return targets.KS2[year][school.estab][0] + targets.KS2_NOT_ELIGIBLE.get(school.estab, 0)


def year_groups(school: facts.School, year: int) -> list[int]:
    """Pupils in Reception, year 1, ... year 6: the cohorts that reach year 6 by 2024/25 keep their size."""
    if school.estab == facts.GROWING_SCHOOL:
        sizes = list(facts.GROWING_SIZES[year])
        return sizes + [0] * (7 - len(sizes))
    known = [year_six(school, later) for later in facts.YEARS if later >= year]
    rest = 7 - len(known)
    left = school.census(year)["roll"] - sum(known)
    return draws.share_out(left, np.ones(rest)).tolist() + known[::-1]


def cohort(school: facts.School, entry: int, serials: range) -> pd.DataFrame:
    """The lasting traits of the pupils with these serial numbers who entered a school in one year."""
    uniforms = draws.stream("pupil", school.estab, entry).random((MOST_IN_A_COHORT, 12))[serials.start : serials.stop]
    languages = np.array(_LANGUAGES)[(uniforms[:, 6] * len(_LANGUAGES)).astype(int)]
    return pd.DataFrame(
        {
            "estab": school.estab,
            "upn": [upn(school.estab, entry, serial + 1) for serial in serials],
            "sex": np.where(uniforms[:, 4] < 0.49, "F", "M"),
            "ability": draws.noise(uniforms[:, :4]),
            "home_language": languages,
            "need": uniforms[:, 5],
            "eal_rank": uniforms[:, 7],
            "sen_rank": uniforms[:, 8],
            "absence_rank": uniforms[:, 9],
            "conduct_rank": uniforms[:, 10],
            "rare": uniforms[:, 11],
        }
    )


def _disadvantaged_by_group(school: facts.School, year: int, sizes: list[int]) -> np.ndarray:
    """How many of each year group have FSM6 = 1, so that the school's census count is met."""
    total = school.census(year)["disadvantaged"]
    oldest = 0
    if sizes[6]:
        only_looked_after = targets.KS2_LOOKED_AFTER_ONLY.get(school.estab, 0)
        oldest = targets.KS2_DISADVANTAGED[year][school.estab] - only_looked_after
    weights = np.array(sizes[:6]) * np.array(_DISADVANTAGED_WEIGHTS)
    return np.append(draws.share_out(total - oldest, weights, sizes[:6]), oldest)


def _year_group(school: facts.School, year: int, group: int, size: int, disadvantaged: int) -> pd.DataFrame:
    frame = cohort(school, year // 100 - group, range(size))
    frame["nc_year"] = group
    frame["disadvantaged"] = draws.lowest(frame["need"].to_numpy(), disadvantaged)
    looked_after = targets.KS2_LOOKED_AFTER_ONLY.get(school.estab, 0) if group == 6 else 0
    next_in_need = frame["need"].to_numpy() + 10.0 * frame["disadvantaged"].to_numpy()
    frame["looked_after_only"] = draws.lowest(next_in_need, looked_after)
    return frame


def _with_needs(frame: pd.DataFrame, counts: dict[str, int]) -> pd.DataFrame:
    """The school's FSM, SEN and EAL counts, met exactly: SEN falls more often on the least able."""
    disadvantaged = frame["disadvantaged"].to_numpy()
    frame["fsm"] = draws.lowest(frame["conduct_rank"].to_numpy() + 10.0 * ~disadvantaged, counts["fsm"])
    order = frame["ability"].to_numpy() + 4.0 * frame["sen_rank"].to_numpy()
    plan = draws.lowest(order, counts["ehc_plan"])
    supported = draws.lowest(order, counts["ehc_plan"] + counts["sen_support"])
    frame["sen"] = np.where(plan, "E", np.where(supported, "K", "N"))
    eal = draws.lowest(frame["eal_rank"].to_numpy(), counts["eal"])
    frame["language"] = np.where(eal, frame["home_language"], "ENG")
    return frame


def school_roll(school: facts.School, year: int) -> pd.DataFrame:
    """One row a pupil on roll at one school in January."""
    sizes = year_groups(school, year)
    groups = _disadvantaged_by_group(school, year, sizes)
    parts = [_year_group(school, year, g, sizes[g], int(groups[g])) for g in range(7) if sizes[g]]
    frame = _with_needs(pd.concat(parts, ignore_index=True), school.census(year))
    lift = draws.stream("school effect", school.estab).random() - 0.5
    frame["strength"] = frame["ability"] + 0.7 * lift - 0.45 * frame["disadvantaged"] - 0.4 * (frame["sen"] != "N")
    frame["urn"] = school.urn_in(year)
    frame["member"] = school.is_member(year)
    return frame


def roll(year: int) -> pd.DataFrame:
    """One row a pupil on roll at any of the fifteen schools in January, sorted by URN and UPN."""
    frame = pd.concat([school_roll(school, year) for school in facts.SCHOOLS], ignore_index=True)
    return frame.sort_values(["urn", "upn"], kind="stable", ignore_index=True)


def census_file(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """The roll in the columns of DfE's spring census pupil download."""
    return pd.DataFrame(
        {
            "PupilMatchingRef": "S" + frame["upn"].str[4:],
            "AcademicYear": facts.label(year, long=True),
            "CensusTerm": "Spring",
            "LocalAuthority": facts.LOCAL_AUTHORITY,
            "Establishment": frame["estab"],
            "UniqueReferenceNumber": frame["urn"],
            "UniquePupilNumber": frame["upn"],
            "Surname": "SYNTHETIC",
            "Forename": "PUPIL",
            "Sex": frame["sex"],
            "FreeSchoolMealEligible": np.where(frame["fsm"], "true", "false"),
            "EVERFSM_6_P": frame["disadvantaged"].astype(int),
            "Language": frame["language"],
            "EnrolStatus": np.where(frame["rare"] < 0.002, "M", "C"),
            "NationalCurriculumYearActual": np.where(frame["nc_year"] == 0, "R", frame["nc_year"].astype(str)),
            "SpecialEducationalNeedsProvision": frame["sen"],
        }
    )
