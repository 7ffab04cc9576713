"""The ninety bad text files, by name: what is done to a sound file, and what must happen.

want: R refused, A read and right, W read with a warning. ``told`` must stand in a line of the check.
"""

from tests.sources.bad_bases import absence, attendance, census, finance, gias_file, ks2, ks2_pupils, register
from tests.sources.samples import upn

_SOME = census.text()
_LINES = finance.text().splitlines(keepends=True)
_LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
_EVERY_ROW_LONGER = _LINES[0] + "".join(line.rstrip("\n") + ",x\n" for line in _LINES[1:])
_SWAPPED = census.column("TSENELK", [260, 90, 700]).column("PSENELK", ["15.00%", "20.00%", "14.29%"])
_HIGHER = ks2_pupils.cell("READHIGH", "1").cell("READEXP", "0").cell("RWMEXP", "0")
_SAME_DAY = register.cell("UPN", upn("A1")).cell("StartDate", "01/10/2024").cell("Reason", "PP")

DATES = {
    "D01 us_date_order": ("R", finance.cell("PeriodEnd", "08/31/2025"), "row 3, column PeriodEnd: found '08/31/2025'"),
    "D02 ambiguous_mixed_date_orders": ("R", finance.cell("PeriodEnd", "2025-08-31"), "the date format of the other"),
    "D03 impossible_date_31_june": ("R", gias_file.cell("OpenDate", "31/06/1999"), "there is no such day"),
    "D04 excel_serial_date": ("R", finance.cell("PeriodEnd", "45537"), "Excel's day number"),
    "D05 two_digit_year": ("R", finance.cell("PeriodEnd", "31/08/25"), "write the year with four digits"),
    "D06 future_date": ("R", register.cell("StartDate", "02/10/2031"), "row 3, column StartDate: found a day outside"),
    "D07 mixed_academic_years": ("R", attendance.cell("AcademicYear", "2023/2024"), "found 2023/24; expected 2024/25"),
    "D08 non_consecutive_year_202426": ("R", attendance.cell("AcademicYear", "202426"), "do not follow one another"),
    "D09 year_as_2024_25": ("A", attendance.column("AcademicYear", ["2024/25"] * 9), ""),
}  # fmt: skip
FILES = {
    "F01 empty_0_bytes": ("R", b"", "file is empty (0 bytes)"),
    "F02 header_only": ("R", _LINES[0].encode(), "a header but 0 data rows"),
    "F03 blank_lines_only": ("R", b"\n\n , \n\n", "no header"),
    "F04 truncated_mid_row": ("R", "".join(_LINES[:3]) + "100003,Cedar,01/09/2024,31", "row 4, column (whole row)"),
    "F05 nul_bytes": ("R", finance.bytes().replace(b"Beech", b"Be\x00ch"), "found a NUL byte"),
    "F06 cp1252_not_utf8": ("R", finance.cell("School", "École").bytes("cp1252"), "row 3, column number 2 (School)"),
    "F07 utf16": ("R", finance.bytes("utf-16"), "UTF-16"),
    "F08 utf8_bom": ("A", finance.bytes("utf-8-sig"), ""),
    "F09 mojibake_double_encoded": ("W", finance.cell("School", "Ã‰cole"), "encoded twice"),
    "F10 semicolon_delimited": ("R", finance.bytes(separator=";"), "a semicolon between the cells"),
    "F11 tab_delimited": ("R", finance.bytes(separator="\t"), "a tab between the cells"),
    "F12 html_saved_as_csv": ("R", b"<!DOCTYPE html><html><body>Sign in</body></html>", "sign-in page"),
    "F13 xlsx_renamed_csv": ("R", b"PK\x03\x04rest of an archive", "an Excel or ZIP file named .csv"),
    "F14 unclosed_quote": ("R", finance.text().replace("Ash", '"Ash', 1), "row 2, column (whole row): found a quote"),
    "F15 preamble_rows_above_header": ("R", "Accounts\nfor the DoP\n" + finance.text(), "2 lines above the header"),
    "F16 total_row_at_end": ("R", census.plus(("", "", "", "Total", *census.rows[2][4:])), "take a total row"),
    "F17 footnote_row": ("R", finance.text() + "Note: figures are not audited\n", "a note"),
    "F18 two_header_rows": ("R", _LINES[0] + finance.text(), "row 2, column (whole row): found the header again"),
    "F19 cr_only_newlines": ("A", finance.text().replace("\n", "\r"), ""),
    "F20 git_lfs_pointer": ("R", _LFS, "a Git LFS pointer"),
}  # fmt: skip
HEADERS = {
    "H01 missing_required_column": ("R", census.without("NOR"), "of which it lacks NOR"),
    "H02 renamed_column": ("R", census.renamed("NUMFSM", "NUM_FSM"), "found no such column, but 'NUM_FSM'"),
    "H03 duplicate_header": ("R", finance.renamed("TeachersFTE", "PupilsFTE"), "the header 2 times (columns 9, 10)"),
    "H04 case_changed": ("W", finance.renamed("URN", "urn"), "read as URN"),
    "H05 trailing_space_header": ("W", finance.renamed("URN", "URN "), "read as URN"),
    "H06 nbsp_header": ("W", finance.renamed("URN", "URN\u00a0"), "read as URN"),
    "H07 columns_reordered_under_old_names": ("R", _SWAPPED, "are TSENELK and NOR swapped?"),
    "H08 extra_unknown_column": ("W", finance.renamed("School", "School"), ""),
    "H09 blank_header_cell": ("R", finance.renamed("School", ""), "column number 2: found a blank header"),
    "H10 row_with_one_field_more": ("R", finance.text().replace("Beech", "Beech,Wood"), "found 11 fields"),
    "H11 every_row_one_field_more": ("R", _EVERY_ROW_LONGER, "found 11 fields"),
    "H12 row_with_one_field_fewer": ("R", finance.text().replace("Beech,", ""), "found 9 fields"),
}  # fmt: skip
HEADERS["H08 extra_unknown_column"] = (
    "W", "\n".join(line + (",Colour" if n == 0 else ",red") for n, line in enumerate(finance.text().splitlines())),
    "a column that this layout does not have",
)  # fmt: skip
KEYS = {
    "K01 duplicate_urn": ("R", finance.cell("URN", "100001").cell("School", "Ash"), "'100001 Ash' again, as in row 2"),
    "K02 urn_5_digits": ("R", finance.cell("URN", "10002"), "expected a URN of six digits"),
    "K03 urn_not_in_trust": ("R", finance.cell("URN", "999999"), "expected a present or previous URN"),
    "K04 urn_float": ("R", finance.cell("URN", "100002.0"), "found '100002.0'"),
    "K05 blank_urn": ("R", census.cell("URN", ""), "row 3, column URN: found a blank cell"),
    "K06 exact_duplicate_row": ("R", finance.plus(finance.rows[1]), "row 6, column URN+School"),
    "K07 school_missing": ("R", finance.text().replace(_LINES[2], ""), "no row of Beech (100002)"),
    "K08 old_urn_predecessor": ("A", finance.cell("URN", "100092"), ""),
}  # fmt: skip
_NAMES = {
    "S01 script_tag_in_name": "<script>alert(1)</script>", "S02 img_onerror": '<img src=x onerror="alert(1)">',
    "S03 markdown_link_js": "[Beech](javascript:alert(1))", "S04 jinja": "{{ 7*7 }}",
    "S05 formula": "=HYPERLINK(1)", "S06 formula_plus_at_tab": "@SUM(1)", "S09 latex": "\\input{x}",
    "S10 mathjax": "$\\href{x}{y}$", "S11 path_in_name": "../../etc/passwd",
    "V25 name_is_NA": "NA", "V26 name_is_Null_surname": "Null",
}  # fmt: skip
NAMES = {name: ("A", gias_file.cell("EstablishmentName", text), text) for name, text in _NAMES.items()}
SAFETY = {
    "S07 rtl_override": ("R", gias_file.cell("EstablishmentName", "Be\u202eech"), "reverses text (U+202E)"),
    "S08 ansi_escape": ("R", gias_file.cell("EstablishmentName", "\x1b[31mBeech"), "a control character (U+001B)"),
    "S12 100k_char_cell": ("R", gias_file.cell("EstablishmentName", "x" * 100_000), "at most 200 characters"),
}  # fmt: skip
VALUES = {
    "V01 thousands_separator": ("A", finance.cell("TotalIncome", "1,400,000"), ""),
    "V02 percent_without_sign_mixed": ("R", census.cell("PNUMEAL", "6.67"), "write the cell with % as its neighbours"),
    "V03 percent_as_fraction": ("R", ks2.cell("PTRWM_EXP", "0.6"), "a fraction or a percentage?"),
    "V04 supp_code": ("A", ks2.cell("PTRWM_EXP", "SUPP"), "SUPP"),
    "V05 c_code": ("A", absence.cell("enrolments_pa_50_exact", "c").cell("enrolments_pa_50_exact_percent", "c"), "c"),
    "V06 legacy_symbol_colon": ("W", absence.cell("enrolments_pa_50_exact", ":"), "the older code ':'"),
    "V07 legacy_symbol_tilde": ("W", absence.cell("enrolments_pa_50_exact", "~"), "the older code '~'"),
    "V08 star": ("R", absence.cell("enrolments_pa_50_exact", "*"), "column enrolments_pa_50_exact: found '*'"),
    "V09 blank_numeric": ("R", finance.cell("TotalIncome", ""), "row 3, column TotalIncome: found a blank cell"),
    "V10 hash_na_excel": ("R", finance.cell("TotalIncome", "#N/A"), "this is an Excel error"),
    "V11 div0": ("R", finance.cell("TotalIncome", "#DIV/0!"), "this is an Excel error"),
    "V12 negative_count": ("R", census.cell("NUMFSM", -4), "found '-4'; expected a whole number of 0 or more"),
    "V13 percent_over_100": ("R", ks2.cell("PTMAT_EXP", "160%"), "expected a percentage from 0 to 100"),
    "V14 numerator_over_denominator": ("R", census.cell("NUMFSMEVER", 46).cell("PNUMFSMEVER", "NA"), "46 with NORFSM"),
    "V15 percent_not_equal_to_counts": ("R", census.cell("PNUMEAL", "90.00%"), "over NOR 45 is 6.67%"),
    "V16 decimal_count": ("R", census.cell("NUMFSM", "12.5"), "it must be whole"),
    "V17 sci_notation_id": ("R", absence.cell("school_laestab", "8.55E+06"), "Excel rewrote the number"),
    "V18 leading_zero_lost": ("R", absence.cell("school_laestab", "55002"), "expected a LAESTAB of seven digits"),
    "V19 decimal_comma": ("R", census.cell("PNUMEAL", "6,67%"), "decimals after a point"),
    "V20 letter_O_for_zero": ("R", census.cell("NUMEAL", "4O"), "a letter stands where a digit should"),
    "V21 arabic_indic_digits": ("R", census.cell("NUMEAL", "\u0663"), "plain digits"),
    "V22 minus_sign_unicode": ("R", finance.cell("RevenueReserves", "\u22125000"), "a plain minus"),
    "V23 infinity": ("R", finance.cell("TotalIncome", "inf"), "found 'inf'"),
    "V24 huge_number": ("R", finance.cell("TotalIncome", "9" * 20), "the number is too large"),
    "V27 bool_like": ("R", census.cell("NUMFSM", "TRUE"), "found 'TRUE'"),
    "V28 whitespace_number": ("A", census.cell("NUMFSM", " 12 "), ""),
    "V29 scaled_score_out_of_range": ("R", ks2_pupils.cell("READSCORE", "9999"), "column READSCORE: found '9999'"),
}  # fmt: skip
CASES = {**DATES, **FILES, **HEADERS, **KEYS, **NAMES, **SAFETY, **VALUES}

#: Beyond the ninety: traps of the pupil-level layouts.
MORE = {
    "no suspension of a whole year": (
        "R", register.text().splitlines()[0].encode(), "if there was none, a row 'Nil return' for each school"),
    "U01 upn_as_number": ("R", ks2_pupils.cell("UPN", "1.20002E+11"), "expected a UPN"),
    "U02 upn_twice_in_one_school": ("R", ks2_pupils.plus(ks2_pupils.rows[0]), "again, as in row 2"),
    "U03 higher_without_expected": ("R", _HIGHER, "without the expected"),
    "U04 absent_more_than_possible": ("R", attendance.cell("AuthorisedAbsence", "101"), "fewer possible sessions"),
    "U05 nil_return_beside_events": ("R", register.plus(("100001", *register.rows[2][1:])), "beside events"),
    "U06 event_without_pupil": ("R", register.cell("UPN", ""), "the pupil's UPN on every event"),
    "U07 same_day_twice": ("W", _SAME_DAY, "on the same day"),
}  # fmt: skip
