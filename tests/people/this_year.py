"""A made-up 2025/26 in the present official headers: progress back, report cards, files of many years. All invented."""

import csv
import re
from pathlib import Path

from tests.people.copies import ROOT, rows, write
from tests.sources import bad_bases, tables

#: What each national file is published as, for ``symphony add``: days and states are invented like the figures.
RELEASES = {
    "ks2_table_revised.csv": ("2026-12-10", "revised"), "ees_absence.csv": ("2027-03-18", "final"),
    "ees_exclusions.csv": ("2027-07-15", "final"), "ees_phonics.csv": ("2026-10-08", "final"),
    "ees_mtc.csv": ("2026-11-12", "final"), "ees_eyfsp.csv": ("2026-11-26", "final"),
}  # fmt: skip
#: England as invented: one value a file, looked for again in national.csv and on the page.
RWM, ABSENCE, SUSPENSIONS, PHONICS, TABLES, GLD = "64%", "5.1", "2.4", "81", "21.2", "69.4"
PROGRESS = {"READPROG": "1.5", "READPROG_LOWER": "-0.4", "READPROG_UPPER": "3.4", "READCOV": "95%"}
REPORT_CARD = {"Safeguarding standards": "Met", "Inclusion": "Strong standard", "Achievement": "Expected standard"}


def moved_on(data: Path, incoming: Path) -> list[Path]:
    """The synthetic files of 2024/25 as if they were of 2025/26, key stage 2 with progress again."""
    made = []
    for path in sorted((data / "raw" / "202425").glob("*.csv")):
        if path.stem in {"manifest", "ks2_trust"}:
            continue
        text = path.read_text(encoding="utf-8")
        for old, new in (("2024/2025", "2025/2026"), ("2024/25", "2025/26")):
            text = text.replace(old, new)
        text = re.sub(r"\b2025-(\d\d-\d\d)\b", r"2026-\1", text)
        text = re.sub(r"\b2024-(\d\d-\d\d)\b", r"2025-\1", text)
        target = incoming / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
        made.append(target)
    pupils = rows(incoming / "ks2.csv")
    for pupil in pupils:
        pupil["READPROGSCORE"] = "1.25" if pupil["READSCORE"] else ""
    write(incoming / "ks2.csv", pupils)
    return made


def of_dfe(incoming: Path, urns: list[str]) -> list[Path]:
    """DfE's national files, each with England's row; absence holds three years."""
    older = {"PTRWM_EXP_24": "PTRWM_EXP_25", "PTRWM_EXP_23": "PTRWM_EXP_24"}
    header = [older.get(name, name) for name in tables.KS2_HEADER]
    england = tables.england(
        "5", TELIG="650000", PTRWM_EXP=RWM, PTREAD_EXP="76%", READPROG="0.02", WRITPROG="0", MATPROG="0.01"
    )
    ks2 = [england, *(tables.school(urn, **PROGRESS) for urn in urns)]
    phase = {"geographic_level": "National", "country_name": "England"}
    state = phase | {"establishment_type_group": "All state-funded"}
    primary = phase | {"time_identifier": "Academic year", "education_phase": "State-funded primary"}
    return [
        _table(incoming / "ks2_table_revised.csv", header, ks2),
        write(incoming / "ees_absence.csv", [_absence(year) for year in ("202324", "202425", "202526")]),
        write(incoming / "ees_exclusions.csv", [primary | {
            "time_period": "202526", "headcount": "4500000", "perm_excl": "1350", "perm_excl_rate": "0.03",
            "suspension": "108000", "susp_rate": SUSPENSIONS, "one_plus_susp": "45000", "one_plus_susp_rate": "1",
        }]),
        write(incoming / "ees_phonics.csv", [state | {
            "time_period": "202526", "year_group": "Year 1", "sex": "Total", "eligible_pupil_count": "600000",
            "expected_standard_pupil_percent": PHONICS,
        }]),
        write(incoming / "ees_mtc.csv", [state | {
            "time_period": "202526", "year_group": "Year 4", "sex": "Total", "eligible_pupil_count": "620000",
            "completed_check_pupil_count": "600000", "mtc_score_total": "12720000", "mtc_score_average": TABLES,
        }]),
        write(incoming / "ees_eyfsp.csv", [phase | {
            "time_period": "202526", "breakdown_topic": "Total", "breakdown": "Total", "sex": "Total",
            "children_number": "600000", "gld_children_percent": GLD,
        }]),
    ]  # fmt: skip


def _absence(year: str) -> dict[str, str]:
    """England's primary schools in a year: as published before, as invented in 2025/26."""
    held = {
        row["comparator"]: row["value"] for row in rows(ROOT / "data" / "national.csv")
        if row["time_period"] == year and row["population"] == "state_funded_primary_full_year"
    }  # fmt: skip
    named = ("overall_absence", "authorised_absence", "unauthorised_absence", "persistent_absence", "severe_absence")
    invented = (ABSENCE, "3.6", "1.5", "12.6", "0.9")
    figures = [held.get(f"{name}_percent", figure) for name, figure in zip(named, invented, strict=True)]
    told = dict.fromkeys(bad_bases.ABSENCE, "") | {
        "time_period": year, "time_identifier": "Academic year", "geographic_level": "National",
        "education_phase": "State-funded primary", "enrolments": "4000000", "sess_possible": "x", "sess_overall": "x",
        "sess_authorised": "x", "sess_unauthorised": "x", "enrolments_pa_10_exact": "x", "enrolments_pa_50_exact": "x",
    }  # fmt: skip
    columns = (
        "sess_overall",
        "sess_authorised",
        "sess_unauthorised",
        "enrolments_pa_10_exact",
        "enrolments_pa_50_exact",
    )
    return told | {f"{column}_percent": figure for column, figure in zip(columns, figures, strict=True)}


def of_ofsted(incoming: Path, urns: list[str]) -> Path:
    """The most recent inspections: the first school has a report card, all have an old grade of 2022."""
    with (ROOT / "tests" / "official" / "ofsted_2026_most_recent_header.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        header = next(csv.reader(file))
    old = {
        "Inspection start date of latest OEIF graded inspection": "10/05/2022",
        "Latest OEIF overall effectiveness": "2",
    }
    lines = []
    for urn in urns:
        card = REPORT_CARD | {"Inspection start date": "24/02/2026"} if urn == urns[0] else {}
        row = dict.fromkeys(header, "NULL") | {"URN": urn, "School name": "Made up"} | old | card
        lines.append([row[name] for name in header])
    return _table(incoming / "ofsted_most_recent.csv", header, lines)


def _table(path: Path, header: list[str], lines: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *lines])
    return path
