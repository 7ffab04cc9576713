"""The board summary: verdict, headline measures, schools, questions and corrections. The school and public editions.

Made of protected figures and of the trust's records, like every other section; nothing is computed here but words.
"""

from symphony_analysis.board.headlines import headlines
from symphony_analysis.board.one_school import TWELVE, school_measures, school_questions, school_verdict, years_together
from symphony_analysis.board.published_schools import published_schools
from symphony_analysis.board.schools import schools_and_questions
from symphony_analysis.board.verdict import verdict

__all__ = [
    "TWELVE",
    "headlines",
    "published_schools",
    "school_measures",
    "school_questions",
    "school_verdict",
    "schools_and_questions",
    "verdict",
    "years_together",
]
