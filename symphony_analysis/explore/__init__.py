"""Questions of your own: find a measure, ask for it in one call, draw, show, trace and save the answer.

    explore.find("absence")                                       which measures are there
    answer = explore.ask(analysis, "overall absence", by="half term", school="Glen Hills")
    answer.chart()    answer.table()    answer.trace()    answer.save("answer.xlsx")
    answer.beside("Leicestershire")    answer.like("Glen Hills")    answer.change()    answer.running("clearly worse")
    explore.since(analysis, "seed_2024-25")                       what has changed since a print

``help(explore.ask)`` says what a measure may be asked by. Every answer holds figures that the edition may show, with
the file each comes from. A name that does not exist is refused with the nearest. Nothing here enters a report.
"""

from symphony_analysis.explore.answer import Answer
from symphony_analysis.explore.ask import ask, find, measure, since

__all__ = ["Answer", "ask", "find", "measure", "since"]
