"""Charts of protected figures: one house style, an alternative in words, and the figures behind each one.

The only room that imports matplotlib and seaborn. Every function returns a ``Chart``, which a notebook displays and
which ``chart.save`` writes as PNG or SVG. Nothing is drawn through pyplot, so no chart leaves a trace in another.
"""

from symphony_analysis.charts.bars import bars
from symphony_analysis.charts.chart import Chart
from symphony_analysis.charts.funnel import funnel
from symphony_analysis.charts.panels import small_multiples
from symphony_analysis.charts.schools import schools
from symphony_analysis.charts.timeline import timeline
from symphony_analysis.charts.trends import gap_trend, trend
from symphony_analysis.charts.weeks import attendance_weeks

__all__ = [
    "Chart",
    "attendance_weeks",
    "bars",
    "funnel",
    "gap_trend",
    "schools",
    "small_multiples",
    "timeline",
    "trend",
]
