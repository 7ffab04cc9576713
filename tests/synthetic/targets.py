"""The figures the invented rows are made to give.

Real: KS2 2023/24 and 2024/25 (DfE KS2 performance tables; "% RWM expected, % RWM higher, average scaled score
reading, maths, GPS") and the attendance and exclusion figures printed in the trust's own self-evaluation.
Invented: everything else, a few points above England, disadvantaged pupils below the others.
"""

from __future__ import annotations

# ESTAB: eligible pupils (invented, near a seventh of the roll, chosen so that the whole counts round to the
# percentages), RWM expected %, RWM higher %, average scaled score in reading, maths, GPS
KS2 = {
    202223: {  # invented throughout
        "2322": (71, 65, 8, 106, 105, 106), "2158": (30, 60, 7, 105, 105, 104), "2190": (54, 65, 7, 104, 104, 104),
        "2330": (54, 67, 7, 106, 104, 104), "2167": (58, 74, 10, 108, 107, 107), "2178": (47, 72, 9, 107, 106, 107),
        "2321": (44, 68, 9, 106, 105, 105), "2092": (56, 71, 9, 107, 107, 108), "2009": (18, 61, 6, 105, 105, 104),
        "2082": (28, 57, 4, 103, 103, 103), "2036": (12, 58, 0, 105, 104, 103), "2345": (58, 64, 5, 105, 104, 105),
        "2024": (66, 59, 6, 105, 104, 104), "2193": (29, 55, 3, 104, 102, 103),
    },
    202324: {
        "2322": (70, 66, 10, 105, 105, 106), "2158": (29, 62, 3, 104, 106, 105), "2190": (56, 68, 2, 103, 103, 102),
        "2330": (56, 68, 7, 105, 103, 103), "2167": (59, 73, 8, 108, 109, 108), "2178": (48, 88, 10, 110, 107, 109),
        "2321": (45, 56, 2, 108, 106, 104), "2092": (55, 76, 2, 106, 109, 110), "2009": (15, 87, 0, 105, 107, 104),
        "2082": (30, 47, 0, 101, 100, 100), "2036": (14, 57, 14, 107, 104, 101), "2345": (60, 65, 2, 103, 104, 106),
        "2024": (65, 60, 2, 104, 103, 103), "2193": (27, 52, 0, 105, 102, 102),
    },
    202425: {
        "2322": (73, 64, 5, 108, 107, 108), "2158": (31, 52, 6, 103, 103, 104), "2190": (58, 71, 12, 106, 105, 105),
        "2330": (55, 73, 4, 107, 107, 102), "2167": (59, 85, 3, 109, 108, 110), "2178": (49, 82, 2, 110, 106, 107),
        "2321": (47, 64, 2, 108, 107, 106), "2092": (57, 88, 12, 110, 109, 109), "2009": (20, 70, 10, 106, 105, 107),
        "2082": (26, 73, 4, 107, 103, 104), "2036": (15, 80, 0, 108, 109, 107), "2345": (61, 66, 3, 106, 104, 107),
        "2024": (73, 70, 5, 104, 105, 106), "2193": (24, 33, 0, 103, 99, 102),
    },
}  # fmt: skip

# Eligible pupils who are disadvantaged, by ESTAB (invented; about 16% of the cohort)
KS2_DISADVANTAGED = {
    202223: {"2322": 12, "2158": 7, "2190": 14, "2330": 7, "2167": 4, "2178": 7, "2321": 5, "2092": 9, "2009": 4,
             "2082": 5, "2036": 3, "2345": 6, "2024": 11, "2193": 8},
    202324: {"2322": 13, "2158": 7, "2190": 14, "2330": 7, "2167": 3, "2178": 6, "2321": 6, "2092": 9, "2009": 5,
             "2082": 6, "2036": 3, "2345": 6, "2024": 11, "2193": 7},
    202425: {"2322": 14, "2158": 7, "2190": 15, "2330": 7, "2167": 3, "2178": 5, "2321": 6, "2092": 9, "2009": 6,
             "2082": 6, "2036": 3, "2345": 6, "2024": 11, "2193": 6},
}  # fmt: skip
# Members' disadvantaged pupils at the expected standard in RWM: 34 of 74, 34 of 76, and 40 of 81, which is
# 49% (and 319 of 409 others, 78%), the figures DfE's trust-level table prints for 2024/25
KS2_DISADVANTAGED_MET = {202223: 34, 202324: 34, 202425: 40}
# Disadvantaged only because they are looked after or were (never FSM in six years)
KS2_LOOKED_AFTER_ONLY = {"2322": 1, "2092": 1, "2024": 1}
# In year 6 but not counted in the results (newly arrived from overseas)
KS2_NOT_ELIGIBLE = {"2190": 1, "2024": 1}

# Mean progress score of members' pupils (disadvantaged, all); 2022/23 was the last year with the measure
KS2_PROGRESS = {"READ": (-0.33, 0.52), "WRIT": (-0.42, 0.31), "MAT": (-0.27, 0.92)}

# Per cent (disadvantaged, other), members then the rest. England: GLD 67.2, 67.7, 68.3; phonics 79, 80, 80
GLD = {202223: ((53, 74), (51, 72)), 202324: ((54, 74.5), (50, 73)), 202425: ((56, 75.5), (53, 73))}
PHONICS = {202223: ((67, 85.5), (64, 83)), 202324: ((68.5, 86), (66, 84)), 202425: ((72, 87), (67, 84.5))}
# Average mark of those who took it (disadvantaged, other), full marks as % of the eligible (disadvantaged,
# other). England: 20.2, 20.6, 21.0 and 29, 34, 37
MTC = {202223: ((19.3, 21.4), (22, 35)), 202324: ((19.6, 21.7), (27, 40)), 202425: ((20.1, 22.1), (31, 43))}

# Printed in the trust's self-evaluation: overall absence %, persistent absence % (disadvantaged, all)
ABSENCE = {202223: (7.5, 5.0), 202324: (7.7, 4.7), 202425: (6.5, 4.3)}
PERSISTENT = {202223: (23.9, 11.3), 202324: (28.1, 11.5), 202425: (23.6, 8.6)}
# The same for the schools not yet members, and severe absence % (disadvantaged, other): invented
ABSENCE_OUTSIDE = {202223: (8.2, 5.5), 202324: (8.0, 5.2), 202425: (7.3, 4.9)}
PERSISTENT_OUTSIDE = {202223: (27.0, 13.6), 202324: (26.5, 12.9), 202425: (24.0, 11.0)}
SEVERE = {202223: (1.7, 0.35), 202324: (1.9, 0.40), 202425: (1.8, 0.32)}
# Possible sessions in the autumn, spring and summer terms of a pupil who stays all year (190 days)
SESSIONS = {202223: (146, 120, 114), 202324: (148, 112, 120), 202425: (146, 118, 116)}

# Members: suspensions, pupils suspended, permanent exclusions. On January rolls of 3,284, 3,301 and 3,408 these
# give the rates printed: 2.28, 3.09 and (for the impossible 20.8) 2.08; permanent 0.09, 0.00 and 0.03
EXCLUSIONS = {202223: (75, 34, 3), 202324: (102, 46, 0), 202425: (71, 32, 1)}
EXCLUSIONS_OUTSIDE = {202223: (19, 9, 0), 202324: (26, 12, 1), 202425: (18, 8, 0)}
