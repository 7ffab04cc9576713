"""Trusts of any size from the shipped pupils: each school's pupils of a year drawn anew, with replacement.

``python -m tests.protect.resampled FOLDER SCHOOLS SEED`` writes a data folder.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from symphony_analysis.rounding import half_away
from symphony_analysis.sources import load
from symphony_analysis.sources.own import manifest

DATA = Path(__file__).resolve().parents[2] / "data"
_URN, _PUPIL = ("URN", "UniqueReferenceNumber"), ("UPN", "UniquePupilNumber")
_REFERENCE, _PLACE = ("PUPILMATCHINGREF", "PUPILMATCHINGREFERENCE"), ("ESTAB", "ESTABLISHMENT")
#: Official figures of the real trust, which are not this one's.
_NOT_OURS = "ks2_trust.csv"


def write(folder: Path, schools: int, seed: int) -> Path:
    """A data folder of so many schools, each a shipped school with other pupils; the same seed, the same bytes."""
    ours = load(DATA).trust.schools
    register = [(ours[n % len(ours)], n) for n in range(schools)]
    folder.mkdir(parents=True)
    shutil.copyfile(DATA / "national.csv", folder / "national.csv")
    (folder / "trust.toml").write_text(_trust(register), encoding="utf-8")
    draw = np.random.default_rng(seed)
    for year in sorted(path for path in (DATA / "raw").iterdir() if path.is_dir()):
        _year(year, folder / "raw" / year.name, register, draw)
    return folder


def _urn(n: int) -> str:
    return str(200001 + n)


def _trust(register: list) -> str:
    text = (DATA / "trust.toml").read_text(encoding="utf-8")
    head, *blocks = text.split("[[schools]]")
    told = [head]
    for school, n in register:
        block = next(b for b in blocks if f'urn = "{school.urn}"' in b)
        dates = [line for line in block.splitlines() if line.startswith("joined_")]
        place = [f'name = "{school.name} {n}"', f'urn = "{_urn(n)}"', f'laestab = "855{1000 + n}"']
        told.append("\n".join(["[[schools]]", *place, *dates, "", ""]))
    return "".join(told)


def _year(shipped: Path, folder: Path, register: list, draw: np.random.Generator) -> None:
    listed = manifest_rows(shipped)
    files = {name: pd.read_csv(shipped / name, dtype=str, keep_default_na=False) for name in listed["file"]}
    of_pupils = {name: _named(rows, _PUPIL) for name, rows in files.items() if _named(rows, _PUPIL)}
    held = [files[n].rename(columns={_named(files[n], _URN): "urn", p: "upn"}) for n, p in of_pupils.items()]
    pupils = pd.concat([rows.loc[rows["upn"] != "", ["urn", "upn"]] for rows in held]).drop_duplicates()
    pupils = pupils.sort_values(["urn", "upn"])
    parts = []
    for school, n in register:
        own = pupils.loc[pupils["urn"] == school.urn, "upn"].to_numpy()
        parts.append(pd.DataFrame({"old": school.urn, "n": n, "upn": draw.choice(own, len(own))}))
    drawn = pd.concat(parts, ignore_index=True)
    drawn["number"] = np.arange(len(drawn))
    folder.mkdir(parents=True)
    for name, rows in files.items():
        urn, pupil = _named(rows, _URN), of_pupils.get(name)
        keys = {"left_on": [urn, pupil], "right_on": ["old", "upn"]} if pupil else {"left_on": urn, "right_on": "old"}
        right = drawn if pupil else drawn.drop_duplicates("n").drop(columns="upn")
        made = rows.merge(right, **keys).sort_values(["n", "number"], kind="stable")
        if pupil and made.empty:  # no pupil with an event was drawn: a register says so
            made = rows[rows[pupil] == ""].head(1).merge(drawn.drop_duplicates("n")[["n", "number"]], how="cross")
        _renumbered(made, rows.columns, urn, pupil)
        made[rows.columns].to_csv(folder / name, index=False, lineterminator="\n")
        content = (folder / name).read_bytes()
        facts = {"rows": str(len(made)), "bytes": str(len(content)), "sha256": hashlib.sha256(content).hexdigest()}
        listed.loc[listed["file"] == name, list(facts)] = list(facts.values())
    listed.to_csv(folder / manifest.NAME, index=False, lineterminator="\n")


def _renumbered(made: pd.DataFrame, columns: pd.Index, urn: str, pupil: str | None) -> None:
    made[urn] = made["n"].map(_urn)
    for name in columns:
        if name == pupil:
            made[name] = (made[name].str[:1] + made["number"].map("{:012d}".format)).where(made[name] != "", "")
        elif name.upper() in _REFERENCE:
            made[name] = "S" + made["number"].map("{:09d}".format)
        elif name.upper() in _PLACE:
            made[name] = (1000 + made["n"]).astype(str)
        elif name.upper() == "LAESTAB":
            made[name] = "855" + (1000 + made["n"]).astype(str)


def printed_by_dfe(figures: pd.DataFrame) -> pd.DataFrame:
    """What DfE would publish of these schools at key stage 2: all pupils, whole numbers, nothing of five or fewer."""
    shipped = pd.read_csv(DATA / "published" / "ks2_school_figures.csv")
    theirs = figures[figures["measure"].isin(set(shipped["measure"])) & figures["geographic_level"].eq("School")]
    theirs = theirs[theirs["pupil_group"].eq("all") & theirs["value"].notna()]
    whole = [str(half_away(value, 0)) for value in theirs["value"]]
    few = theirs["pupils"].lt(6)
    made = {"printed": pd.Series(whole, theirs.index).mask(few, ""), "symbol": few.map({True: "SUPP", False: ""})}
    keys = theirs[["time_period", "school_urn", "measure"]].astype({"time_period": "str"})
    return keys.assign(**made, source="DfE key stage 2 performance table, school row")


def manifest_rows(shipped: Path) -> pd.DataFrame:
    """The shipped files of a year, without those about the real trust."""
    listed = pd.read_csv(shipped / manifest.NAME, dtype=str, keep_default_na=False)
    return listed[listed["file"] != _NOT_OURS].reset_index(drop=True)


def _named(rows: pd.DataFrame, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in rows.columns), None)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
