"""Suspensions and permanent exclusions: the register of each year, with the numbers of events fixed first."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from tests.synthetic import draws, facts, targets

COLUMNS = (
    "URN", "UPN", "Surname", "AcademicYear", "Term", "Category", "StartDate", "Sessions", "Reason",
    "Disadvantaged", "FSM",
)  # fmt: skip
_REASONS = (
    "Physical assault against a pupil",
    "Persistent or general disruptive behaviour",
    "Physical assault against an adult",
    "Verbal abuse or threatening behaviour against an adult",
    "Damage",
)
_REASON_SHARES = np.cumsum((0.30, 0.34, 0.20, 0.10, 0.06))
# Each term's first week from which a start may be drawn: (term, (years later, month, day), weeks of school)
_TERMS = (("Autumn", (0, 9, 11), 12), ("Spring", (1, 1, 8), 10), ("Summer", (1, 4, 22), 11))
_HALF_TERM_AFTER = 5  # weeks


def _start(year: int, where: float, day: float) -> tuple[str, str]:
    """A term and a day in it, Tuesday to Friday (so never a bank holiday), outside half-term."""
    term, (later, month, first), weeks = _TERMS[int(3 * where)]
    monday = datetime.date(year // 100 + later, month, first)
    monday -= datetime.timedelta(days=monday.weekday())
    week, weekday = divmod(int(day * weeks * 4), 4)
    week += week >= _HALF_TERM_AFTER
    return term, (monday + datetime.timedelta(weeks=week, days=weekday + 1)).isoformat()


def _suspended(frame: pd.DataFrame, year: int, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """The pupils who are suspended: some schools have none, disadvantaged and SEN pupils have more."""
    schools = frame["estab"].unique()
    calm = [sum(draws.stream("calm", e, y).random() for y in ("always", year)) for e in schools]
    quiet = draws.lowest(np.array(calm), max(1, len(schools) // 3))
    risk = frame["conduct_rank"].to_numpy() - 0.025 * frame["disadvantaged"] - 0.03 * (frame["sen"] != "N")
    risk = risk - 0.006 * frame["nc_year"] + 0.05 * rng.random(len(frame)) - 0.025 * (frame["sex"] == "M")
    risk = risk + 9.0 * frame["estab"].isin(schools[quiet])
    return frame[draws.lowest(risk.to_numpy(), count)]


def _events(pupils: pd.DataFrame, total: int, year: int, category: str, rng: np.random.Generator) -> pd.DataFrame:
    """One row an event: every pupil one, the rest shared out unevenly."""
    extra = draws.share_out(total - len(pupils), rng.random(len(pupils)) ** 3)
    rows = pupils.loc[pupils.index.repeat(1 + extra)].reset_index(drop=True)
    uniforms = rng.random((len(rows), 4))
    suspension = category == "Suspension"
    if not suspension:  # at the end of the year, after the pupil's suspensions
        uniforms[:, :2] = 0.97 + 0.03 * uniforms[:, :2]
    starts = [_start(year, u[0], u[1]) for u in uniforms]
    sessions = [str(1 + int(9 * u**2.5)) if suspension else "" for u in uniforms[:, 2]]
    reasons = np.array(_REASONS)[np.searchsorted(_REASON_SHARES, uniforms[:, 3] * 0.999)]
    return rows.assign(
        Term=[s[0] for s in starts], StartDate=[s[1] for s in starts], Category=category, Sessions=sessions,
        Reason=reasons,
    )  # fmt: skip


def _side(frame: pd.DataFrame, year: int, numbers: tuple[int, int, int]) -> pd.DataFrame:
    """Suspensions and permanent exclusions of the members, or of the other schools."""
    suspensions, pupils, permanent = numbers
    rng = draws.stream("exclusions", year, numbers)
    suspended = _suspended(frame, year, pupils, rng)
    events = [_events(suspended, suspensions, year, "Suspension", rng)]
    if permanent:
        # from year 6, so that nobody comes back to the same school in September
        last = suspended.sort_values(["nc_year", "strength"], ascending=[False, True], kind="stable").head(permanent)
        events.append(_events(last, permanent, year, "Permanent exclusion", rng))
    return pd.concat(events, ignore_index=True)


def exclusions_file(roll: pd.DataFrame, year: int) -> pd.DataFrame:
    """The register: one row an event, or one "Nil return" row for a school that had none."""
    roll = roll.reset_index(drop=True)
    inside = roll["member"].to_numpy()
    sides = ((roll[inside], targets.EXCLUSIONS[year]), (roll[~inside], targets.EXCLUSIONS_OUTSIDE[year]))
    events = pd.concat([_side(frame, year, numbers) for frame, numbers in sides], ignore_index=True)
    register = pd.DataFrame(
        {
            "URN": events["urn"],
            "UPN": events["upn"],
            "Surname": "SYNTHETIC",
            "Disadvantaged": np.where(events["disadvantaged"], "Y", "N"),
            "FSM": np.where(events["fsm"], "Y", "N"),
        }
    ).join(events[["Term", "Category", "StartDate", "Sessions", "Reason"]])
    silent = sorted(set(roll["urn"]) - set(register["URN"]))
    nil = pd.DataFrame({"URN": silent, "Category": "Nil return"}).reindex(columns=register.columns, fill_value="")
    whole = pd.concat([register, nil], ignore_index=True).assign(AcademicYear=facts.label(year))
    order = ["URN", "StartDate", "UPN", "Category", "Sessions", "Reason"]
    return whole[list(COLUMNS)].sort_values(order, kind="stable", ignore_index=True)
