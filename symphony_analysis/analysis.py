"""From parameters to figures that may be shown: the one way through the rooms, for a notebook and for a run."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from symphony_analysis import compare, measures, protect, sources
from symphony_analysis.figure import COLUMNS, EDITIONS, KEYS, england_rows
from symphony_analysis.files import trust_folder
from symphony_analysis.markup import table
from symphony_analysis.measures import MEASURES, OF_GROUPS, Measure, attendance
from symphony_analysis.names import UnknownNameError, named
from symphony_analysis.remembered import code_of, remembered, remembered_frame
from symphony_analysis.rounding import half_away
from symphony_analysis.sources.own import issues_on_disk
from symphony_analysis.sources.own.records import AREAS
from symphony_analysis.sources.primed import digest_of
from symphony_analysis.trust import School, Trust
from symphony_analysis.years import AcademicYear

#: What a manifest tells of a file that England's figures name.
_CITED = ["title", "published", "release_status"]


@dataclass(frozen=True)
class Analysis:
    """One year of one edition, as at a date: what every notebook opens first."""

    year: AcademicYear
    as_at: date
    edition: str
    school: School | None
    inputs: sources.Inputs
    # Figures worked out so far, by measure: sections, claims and the summary ask for the same ones.
    _known: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    # What may be shown, decided so far: by edition and the measures it was decided for together.
    _decided: dict[tuple, protect.Protected] = field(default_factory=dict, repr=False, compare=False)
    # The families of comparisons, by edition.
    _cuts: dict[str, compare.Families] = field(default_factory=dict, repr=False, compare=False)
    # Frames of all measures, as every notebook of a run has them; nobody changes them.
    _whole: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    # What several tables of a page are made from.
    _made: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @property
    def trust(self) -> Trust:
        """The trust and its register of schools."""
        return self.inputs.trust

    @property
    def dated(self) -> date:
        """The day of the report, on which evidence is aged; comparators are those of ``as_at``."""
        return self.trust.dated(self.year, self.as_at)

    @property
    def rule(self) -> compare.Rule:
        """The trust's rule of when a difference is a difference."""
        return compare.Rule.from_settings(self.trust.settings)

    @property
    def membership(self) -> str:
        """The rule of which schools count."""
        return self.trust.settings.get("run", {}).get("membership", "in_trust_that_year")

    @cached_property
    def years(self) -> tuple[AcademicYear, ...]:
        """The years of the trend, oldest first: up to three, ending with this one, that have data."""
        held = set(self.inputs.years)
        return tuple(y for y in self.window if y in held or y == self.year)

    @property
    def window(self) -> tuple[AcademicYear, ...]:
        """The three years that end with this one, with data or without."""
        return self.year.window()

    @cached_property
    def members(self) -> tuple[School, ...]:
        """The schools that count in this year."""
        return self.trust.members(self.year, self.membership)

    def compared(self, declared: Iterable[Measure]) -> pd.DataFrame:
        """Every figure of these measures against England, before disclosure control (never shown as it is).

        A row is a figure: measure x year x level (Trust, School, England) x school x pupil group, with value (in its
        unit, not rounded) or symbol, the counts behind it, its 95% interval, England's figure of the same unit, the
        difference and the comparison. Sources: the tidy tables and ``national.csv``.

        Its words are worked out among these figures; those of a report are of what it shows (``shown``).
        """
        named = {measure.name: measure for measure in declared}
        fresh = {name: measure for name, measure in named.items() if name not in self._known}
        if fresh:
            told = self._of_all("compared", fresh, lambda every: self._against_england(every, self.years))
            self._known.update(dict(iter(told.groupby("measure", sort=True))))
        return pd.concat([self._known[name] for name in sorted(named)], ignore_index=True)

    def _against_england(self, declared: Mapping[str, Measure], years: Sequence[AcademicYear]) -> pd.DataFrame:
        figures = measures.evaluate(declared.values(), self.table, self.trust, years, self.membership)
        # England rows that official files among the inputs hold themselves, with the file's own publication.
        own = figures[figures["geographic_level"] == "England"]
        manifest = self.inputs.manifest.drop_duplicates("path").rename(columns={"path": "source_file"})
        official = own.merge(manifest[["source_file", *_CITED]], on="source_file", how="left", validate="many_to_one")
        england = compare.england_figures(declared, self.inputs.national, official, self.as_at, self.trust.authority)
        return compare.against_england(figures, england, declared, self.rule)

    def of_groups(self, edition: str = "") -> protect.Protected:
        """The trust's figures of this year for groups that overlap (girls, SEN support), as an edition may show them.

        A row of ``.frame`` is as in ``compared``; England's figure is beside it, and no word. Schools have none.
        """
        edition = edition or self.edition
        told = protect.release_groups(
            *self.compared_groups(),
            self.shown([MEASURES[name] for name in OF_GROUPS], edition).frame.pipe(self._totals),
            OF_GROUPS,
            edition,
            self.trust.settings,
        )
        return protect.Protected(told, OF_GROUPS, edition, self)

    def compared_groups(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The trust's figures of the groups, and of all pupils, before disclosure control."""

        def worked() -> pd.DataFrame:
            told = self._against_england(OF_GROUPS, [self.year])
            return told[told["geographic_level"] == "Trust"].reset_index(drop=True)

        return self.once("groups", worked), self._totals(self.compared(MEASURES[name] for name in OF_GROUPS))

    def _totals(self, rows: pd.DataFrame) -> pd.DataFrame:
        own = rows["geographic_level"].eq("Trust") & rows["time_period"].eq(self.year.code)
        return rows[own & rows["pupil_group"].eq("all")]

    def released(self) -> pd.DataFrame:
        """Every figure of the report, a row as in ``compared``: those of ``figures`` and those of ``of_groups``."""
        return pd.concat([self.figures().frame, self.of_groups().frame], ignore_index=True)

    def table(self, name: str) -> pd.DataFrame:
        """A tidy table of the years of the trend: files of other years are not opened for it.

        A row is a school (or Trust, England, LA, Central), year and pupil group; a column is in the unit that its
        name ends in. Source: the files under ``raw/``. Raises SourceError for a file that cannot be used.
        """
        return self.inputs.table(name, self.years)

    def records(self, name: str, *areas: str) -> pd.DataFrame:
        """The trust's own record of this year, its rows of these areas or all; a row is as ``RECORDS`` says.

        Raises UnknownNameError for a record or an area that does not exist.
        """
        if set(areas) <= set(AREAS):
            return self.inputs.records(name, self.year, areas)
        rows = self.inputs.records(name, self.year)
        known = [*AREAS, *rows["area"]]
        return rows[rows["area"].isin([named("area", area, known) for area in areas])]

    def once(self, name: str, make: Callable[[], pd.DataFrame], of_figures: bool = True) -> pd.DataFrame:
        """A frame that several tables of a page need, made when first asked for.

        One that follows from figures alone is made once for all notebooks of a run; of records, once for each.
        """
        if name not in self._made:
            place = self.school.urn if self.school else "all"
            shared = f"{name} {self.edition} {place}"
            self._made[name] = self._of_all(shared, MEASURES, lambda _: make()) if of_figures else make()
        return self._made[name].copy()

    def figures(self, *areas: str) -> protect.Protected:
        """The figures of these areas (all areas where none is named) that may be shown in this edition.

        A row of ``.frame`` is as in ``compared``; a hidden figure has the symbol "c" and no number.
        Raises UnknownNameError for an area that does not exist.
        """
        asked = {named("area", area, measures.AREAS) for area in areas}
        declared = {n: m for n, m in MEASURES.items() if not asked or m.area in asked}
        return self.shown(declared.values())

    def shown(self, declared: Iterable[Measure], edition: str = "") -> protect.Protected:
        """These figures as an edition (this one, where none is named) may show them.

        Decided for every measure that shares pupils with them, so that all notebooks hide the same figures.
        """
        asked, name = {measure.name: measure for measure in declared}, edition or self.edition
        key = (name, frozenset(asked))
        if key not in self._decided:
            told = self._of_all(f"shown {name}", asked, lambda together: self._shown(together, name))
            self._decided[key] = protect.Protected(told, MEASURES | asked, name, self).of(asked)
        return self._decided[key]

    def _shown(self, asked: Mapping[str, Measure], edition: str) -> pd.DataFrame:
        together = protect.linked(asked.values(), MEASURES.values())
        released = self._released(together, edition)
        families = self.families(edition, released if together == MEASURES else None)
        told = compare.judged(released.frame, together, self.rule, families)
        if edition == "public":  # no verdict on a named school
            told["comparison"] = told["comparison"].mask(told["geographic_level"].eq("School"), "")
        return told

    def _of_all(
        self, what: str, asked: Mapping[str, Measure], work: Callable[[Mapping[str, Measure]], pd.DataFrame]
    ) -> pd.DataFrame:
        """What is asked of some measures, worked out of all of them and once, for every notebook of a run.

        Of those alone where a file of others cannot be used, or where one is not as it is declared.
        """
        if all(MEASURES.get(name) is measure for name, measure in asked.items()):
            with contextlib.suppress(sources.SourceError):
                if what not in self._whole:
                    self._whole[what] = remembered_frame(what, self._basis, lambda: work(MEASURES))
                return self._whole[what]
        return work(asked)

    @cached_property
    def _basis(self) -> tuple[object, ...]:
        """All that figures follow from, but the edition: the content of every table and of what is printed elsewhere.

        Raises SourceError where a file cannot be used.
        """
        tables = sorted({measure.source for measure in MEASURES.values()})
        cited = self.inputs.manifest[["path", *_CITED]]
        content = [digest_of(frame) for frame in (cited, *self.printed.values())]
        content += self.inputs.digests(tables, self.years)
        code = code_of(".", "compare", "measures", "claims", "board")
        return (self.year, self.years, self.as_at, self.trust, self.membership, code, *self.printed, *content)

    def parts(
        self, declared: Measure, parts: Sequence[str], years: Sequence[AcademicYear], so_far: bool = False
    ) -> pd.DataFrame:
        """A measure's figures in parts of the year or of the pupils, as this edition may show them.

        A row is a figure as in ``compared``, with its ``part``; no figure of England is like it, but for ``so_far`` (a
        year that is not over) that of the year to date in DfE's daily series. Source: pupil files.
        """
        like = {"all": attendance.DAILY} if so_far else {}
        made = self.inputs.parts(declared.source, parts, years, so_far)
        measure = replace(declared, england=like, stand_in=None, comparator=declared.compared_with)
        # Each part is evaluated as a measure of its own, in order.
        named = {f"{number:04} {measure.name}": part for number, part in enumerate(made)}
        apart = {name: replace(measure, name=name, source=part) for name, part in named.items()}
        figures = measures.evaluate(apart.values(), made.__getitem__, self.trust, years, self.membership)
        england = compare.england_figures(apart, self.inputs.national, pd.DataFrame(), self.as_at, self.trust.authority)
        told = compare.against_england(figures, england, apart, self.rule, {})
        told = told[told["source_file"] != ""].reset_index(drop=True)
        together = told.assign(part=told["measure"].map(named), measure=measure.name)
        block = self.shown(protect.linked([measure], MEASURES.values()).values())
        closed = protect.closed_groups(block.frame, block.measures)
        return protect.release_parts(together, measure, self.edition, self.trust.settings, len(parts), closed)

    def so_far(self, declared: Measure, part: str) -> pd.DataFrame:
        """A measure's figures of this year so far by part ("week"): all pupils of the trust, or of the page's school.

        A row is as in ``parts``, with a value. None where no file tells the parts, or this edition may not show them.
        """
        try:
            rows = self.parts(declared, [part], [self.year], so_far=True)
        except UnknownNameError:
            return pd.DataFrame()
        place = self.school.urn if self.school else ""
        return rows[(rows["pupil_group"] == "all") & (rows["school_urn"] == place) & rows["value"].notna()]

    def _released(self, together: Mapping[str, Measure], edition: str) -> protect.Protected:
        return protect.release(
            self.compared(together.values()), together, edition, self.trust.settings, self, self.printed
        )

    def families(self, edition: str = "", released: protect.Protected | None = None) -> compare.Families:
        """The families of an edition's report, of all figures that it shows: worked out once for all its notebooks."""
        edition = edition or self.edition
        if edition not in self._cuts:

            def work() -> list[list]:
                shown = released or self._released(dict(MEASURES), edition)
                return [[*family, cut] for family, cut in compare.families(shown.frame, self.rule).items()]

            found = remembered(f"families {edition}", self._basis, work)
            self._cuts[edition] = {(level, code): cut for level, code, cut in found}
        return self._cuts[edition]

    def pooled(self) -> pd.DataFrame:
        """The years of the trend together, of what this edition shows: ``compare.pooled``."""
        return self.once("pooled", lambda: self.pooled_of(self.figures()))

    def pooled_of(self, figures: protect.Protected) -> pd.DataFrame:
        """The years of the trend together, of these figures: ``compare.pooled`` with the words of the report."""
        return compare.pooled(figures.frame, figures.measures, self.rule, self.families())

    @cached_property
    def frozen(self) -> tuple[issues_on_disk.Issue, ...]:
        """Every published issue of any year, as it was frozen."""
        data = self.inputs.data_dir
        return tuple(
            issues_on_disk.read(data, y, n) for y in issues_on_disk.years(data) for n in issues_on_disk.numbers(data, y)
        )

    @cached_property
    def printed(self) -> dict[str, pd.DataFrame]:
        """The files of what official publications, earlier issues have printed, by name."""
        return {**self.inputs.published, **{issue.name: issue.figures for issue in self.frozen}}

    def audit(self, also: Mapping[str, pd.DataFrame] | None = None) -> protect.Audit:
        """Whether all editions of these years, and what is printed elsewhere, together reveal a hidden figure.

        ``also``: figures of other reports that a reader may have, by name, as in ``figures.csv``. A public edition
        must be safe by itself too, at its own thresholds. The internal edition hides nothing.
        """
        if self.edition == "internal":
            return protect.Audit(0, ())
        truth = self.compared(MEASURES.values())
        shown = [self.shown(MEASURES.values(), name) for name in ("trustees", "public")]
        limits = protect.Thresholds.of("trustees", self.trust.settings)
        printed = protect.outside(self.printed | dict(also or {}), MEASURES)
        groups = [self.of_groups(name).frame for name in ("trustees", "public")]
        of_groups = protect.audit_groups(groups, *self.compared_groups(), limits, printed)
        return protect.Audit.of([protect.audit(shown, truth, MEASURES, limits, printed), of_groups])

    def origins(self) -> dict[str, str]:
        """The origin of each input file by path: official, mis, trust or synthetic."""
        manifest = self.inputs.manifest
        return dict(zip(manifest["path"], manifest["origin"], strict=True))

    @property
    def uses_synthetic(self) -> bool:
        """Whether any file of this year's trend holds synthetic data."""
        manifest = self.inputs.manifest
        shown = manifest["time_period"].isin([year.code for year in self.years])
        return bool((manifest.loc[shown, "origin"] == "synthetic").any())

    def _repr_html_(self) -> str:
        """The analysis as a notebook shows it."""
        facts = [
            ("Trust", self.trust.name),
            ("Year", self.year.label),
            ("As known on", self.as_at.isoformat()),
            ("Edition", self.edition),
            ("School", self.school.name if self.school else "all"),
            ("Years of the trend", ", ".join(year.label for year in self.years)),
            ("Schools that count", f"{len(self.members)} of {len(self.trust.of_year(self.year))}"),
            ("Synthetic data", "yes" if self.uses_synthetic else "no"),
        ]
        return table("Analysis", ["What", "Value"], facts)._repr_html_()


def open_analysis(
    year: str, as_at: str, edition: str = "trustees", school: str = "", data_dir: str | Path = ""
) -> Analysis:
    """The analysis of a year, from the parameters of a notebook's own cell.

    ``data_dir`` defaults to the data of the trust's folder, here or above. Raises ValueError, in one sentence, for a
    year without data, and for a wrong date, edition or school.
    """
    inputs, asked = sources.load(data_dir or trust_folder.find() / "data"), AcademicYear.parse(year)
    if asked not in inputs.years:
        held = ", ".join(each.label for each in inputs.years) or "none"
        raise UnknownNameError(f"there is no data for {asked}; the years with data are: {held}")
    try:
        day = date.fromisoformat(str(as_at))
    except ValueError:
        raise ValueError(f"as_at is a day like 2026-04-30; found {as_at!r}") from None
    return Analysis(
        year=asked,
        as_at=day,
        edition=named("edition", edition, EDITIONS),
        school=inputs.trust.school(school) if school else None,
        inputs=inputs,
    )


def release_figures(analysis: Analysis) -> pd.DataFrame:
    """The figures of record of a run, as ``figures.csv`` gives them: rounded as displayed, one row per figure.

    England's rows carry the published figure itself. A school's edition has no other school's rows.
    Columns: ``figure.COLUMNS``; rows in order of ``figure.KEYS``.
    """
    frame = analysis.released()
    if analysis.school:
        frame = frame[frame["school_urn"].isin(["", analysis.school.urn])].reset_index(drop=True)
    decimals = frame["measure"].map(lambda name: MEASURES[name].decimals)
    hashes = dict(zip(analysis.inputs.manifest["path"], analysis.inputs.manifest["sha256"], strict=True))
    origins = analysis.origins()
    finer = decimals.clip(lower=1)
    intake = compare.at_our_intake(frame[frame["geographic_level"] == "Trust"]).reindex(frame.index)
    record = frame.assign(
        value=_displayed(frame["value"], decimals),
        pupils=_displayed(frame["pupils"], decimals * 0),
        interval_low=_displayed(frame["interval_low"], finer),
        interval_high=_displayed(frame["interval_high"], finer),
        england_at_our_intake=_displayed(intake, finer),
        difference=_displayed(frame["difference"], finer),
        p=_displayed(frame["p"], decimals * 0 + 4),
        comparison_rule=[compare.COMPARISON_RULE if pd.notna(p) else "" for p in frame["p"]],
        england_value=_displayed(frame["england_value"], frame["england_decimals"]),
        england_vintage=frame["england_vintage"].where(frame["england_value"].notna(), ""),
        origin=[_joined(files, origins) for files in frame["source_file"]],
        source_sha256=[_joined(files, hashes) for files in frame["source_file"]],
    )
    england = england_rows(record[record["england_value"] != ""])
    england["origin"] = [origins.get(name, "national") for name in england["source_file"]]
    england["source_sha256"] = [hashes.get(name, "") for name in england["source_file"]]
    both = pd.concat([record, england], ignore_index=True)[list(COLUMNS)]
    return both.sort_values(KEYS, ignore_index=True)


def _displayed(values: pd.Series, decimals: pd.Series) -> list[str]:
    pairs = zip(values, decimals, strict=True)
    return ["" if pd.isna(value) else str(half_away(value, int(places))) for value, places in pairs]


def _joined(files: str, facts: dict[str, str]) -> str:
    return ";".join(dict.fromkeys(facts.get(name, "") for name in files.split(";") if name))
