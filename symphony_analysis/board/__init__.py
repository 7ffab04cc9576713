"""The board summary: one page of verdict, headline measures, schools, questions and corrections.

Made of protected figures and of the trust's records, like every other section; nothing is computed here but words.
"""

from symphony_analysis.board.headlines import headlines
from symphony_analysis.board.schools import schools_and_questions
from symphony_analysis.board.verdict import verdict

__all__ = ["headlines", "schools_and_questions", "verdict"]
