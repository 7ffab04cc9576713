"""Entries for the scheduler that the machine has; nothing of our own has to keep running."""

import re
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from symphony_analysis.run.outcome import WrongParameter

KINDS = ("cron", "systemd", "windows")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def schedule(kind: str, command: Sequence[str], at: str = "02:30", folder: Path | None = None) -> str:
    """The entry that starts ``command`` every night at ``at`` (24-hour clock, local time) in ``folder``.

    ``kind``: cron, systemd (a service and a timer) or windows (an XML file for the Task Scheduler). A missed night is
    made up for where the scheduler can do that. Raises WrongParameter for another kind or time.
    """
    if kind not in KINDS:
        raise WrongParameter(f"the schedule must be one of {', '.join(KINDS)}, not {kind!r}")
    if _TIME.fullmatch(at) is None:
        raise WrongParameter(f"the time must be written like 02:30, not {at!r}")
    place = folder or Path.cwd()
    if any("\n" in word or "\0" in word for word in (*command, str(place))):
        raise WrongParameter("a command or folder may not hold a line break")
    return {"cron": _cron, "systemd": _systemd, "windows": _windows}[kind](command, at, place)


def _cron(command: Sequence[str], at: str, place: Path) -> str:
    hour, minute = at.split(":")
    status = shlex.join([command[0], "status"])
    start = f"cd {shlex.quote(str(place))} && ".replace("%", r"\%")
    run, check = (words.replace("%", r"\%") for words in (shlex.join(command), f"{status} > /dev/null || {status}"))
    return (
        "# Add with: crontab -e\n"
        "# A night on which the machine is off is missed; the second line then sends word by mail.\n"
        f"{int(minute)} {int(hour)} * * * {start}{run}\n"
        f"{int(minute)} {(int(hour) + 6) % 24} * * * {start}{check}\n"
    )


def _systemd(command: Sequence[str], at: str, place: Path) -> str:
    escapes = str.maketrans({"\\": "\\\\", '"': '\\"', "%": "%%", "$": "$$"})
    words = " ".join(f'"{word.translate(escapes)}"' for word in command)
    return (
        "# Save as ~/.config/systemd/user/symphony.service\n"
        "[Unit]\nDescription=Self-evaluation report\n\n"
        "[Service]\nType=oneshot\n"
        f"WorkingDirectory={str(place).replace('%', '%%')}\n"
        f"ExecStart={words}\n"
        "SuccessExitStatus=3\n"
        "TimeoutStopSec=20\n\n"
        "# Save as ~/.config/systemd/user/symphony.timer, then: systemctl --user enable --now symphony.timer\n"
        "[Unit]\nDescription=Self-evaluation report every night\n\n"
        f"[Timer]\nOnCalendar=*-*-* {at}:00\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def _windows(command: Sequence[str], at: str, place: Path) -> str:
    arguments = subprocess.list2cmdline(list(command[1:]))
    task = (
        '<?xml version="1.0"?>\n'
        '<!-- Save as symphony.xml, then: schtasks /Create /TN "Self-evaluation" /XML symphony.xml -->\n'
        '<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n'
        "  <Triggers><CalendarTrigger>\n"
        f"    <StartBoundary>2025-01-01T{at}:00</StartBoundary>\n"
        "    <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>\n"
        "  </CalendarTrigger></Triggers>\n"
        "  <Settings>\n"
        "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n"
        "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>\n"
        "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>\n"
        "    <StartWhenAvailable>true</StartWhenAvailable>\n"
        "    <ExecutionTimeLimit>PT2H</ExecutionTimeLimit>\n"
        "  </Settings>\n"
        '  <Actions Context="Author"><Exec>\n'
        f"    <Command>{escape(command[0])}</Command>\n"
        f"    <Arguments>{escape(arguments)}</Arguments>\n"
        f"    <WorkingDirectory>{escape(str(place))}</WorkingDirectory>\n"
        "  </Exec></Actions>\n"
        "</Task>\n"
    )
    # Printed in whatever code page the console has: only plain letters are the same in all of them.
    return task.encode("ascii", "xmlcharrefreplace").decode("ascii")
