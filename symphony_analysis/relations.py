"""Relations between counts of the same pupils: sums, scales, groups that split the pupils.

Parts within wholes are declared with the tidy table that holds them (``sources.declare.tables``).
"""

_SUBJECTS = ("reading", "writing", "maths")
#: (one, other, total): the third count is the sum of the first two.
SUMS: tuple[tuple[str, str, str], ...] = (
    ("authorised_sessions_count", "unauthorised_sessions_count", "absent_sessions_count"),
)
#: (total, pupils, least, most): what one pupil can add to a total.
SCALES: tuple[tuple[str, str, float, float], ...] = (
    *((f"{s}_score_total", f"{s}_scored_count", 80, 120) for s in ("reading", "maths", "gps")),
    *((f"{s}_progress_total", f"{s}_progress_count", -30, 30) for s in _SUBJECTS),
    ("score_total", "took_count", 0, 25),
)
#: (count of pupils in all of these, these, all pupils): as many are in all of them as cannot be outside of any.
OVERLAPS: tuple[tuple[str, tuple[str, ...], str], ...] = tuple(
    (f"rwm_{level}_count", tuple(f"{s}_{level}_count" for s in _SUBJECTS), "eligible_count")
    for level in ("expected", "higher")
)
#: Each pupil group with the group of all pupils who are not in it: together they are all pupils.
SPLITS: dict[str, str] = {"disadvantaged": "other", "fsm": "not_fsm"}
#: Groups of the trust of which no pupil is in two: with the pupils in none of them they are all pupils.
PARTINGS: tuple[tuple[str, ...], ...] = (("sen_support", "ehc_plan"), ("eal",), ("girls", "boys"))
