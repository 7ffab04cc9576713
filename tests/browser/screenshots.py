"""Pictures of every section as readers see it: desktop, phone and paper. ``make screenshots``, then look at each.

The newest report under reports/, and then the pictures of the README as well, unless one is named:
``python -m tests.browser.screenshots --help``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from symphony_analysis.report.documents.pdf import find_browser
from tests.browser.pages import FLAGS, OPEN_ALL, opened

ROOT = Path(__file__).parents[2]
WIDTHS = {"desktop-1280": 1280, "phone-390": 390}


def newest_report(reports: Path) -> Path:
    """The folder of the newest year that has a report in the trustees' edition."""
    folders = sorted(path.parent for path in reports.glob("2*/self-evaluation.html") if "-" not in path.parent.name)
    if not folders:
        sys.exit("there is no report yet: make report")
    return folders[-1]


def take_sections(page: Page, target: Path) -> list[Path]:
    """One picture of the front and one of each section, its notes opened."""
    target.mkdir(parents=True, exist_ok=True)
    page.evaluate(OPEN_ALL)
    taken = [target / "front.png"]
    page.screenshot(path=taken[0])
    for section in page.locator("main > section.part").all():
        taken.append(target / f"{section.get_attribute('id')}.png")
        section.screenshot(path=taken[-1])
    return taken


def take_pages(pdf: Path, target: Path) -> list[Path]:
    """One picture of each printed page, by poppler's pdftoppm."""
    tool = shutil.which("pdftoppm")
    if tool is None or not pdf.is_file():
        print("no picture of the printed pages: that needs self-evaluation.pdf and pdftoppm (poppler-utils)")
        return []
    target.mkdir(parents=True, exist_ok=True)
    subprocess.run([tool, "-r", "70", "-png", str(pdf), str(target / "page")], check=True)
    return sorted(target.glob("page-*.png"))


def take_all(browser: Browser, folder: Path, target: Path) -> list[Path]:
    """Every section at every width, and the accessibility tree of the page for someone to read through."""
    taken: list[Path] = []
    for name, width in WIDTHS.items():
        with opened(browser, folder / "self-evaluation.html", width) as page:
            taken += take_sections(page, target / name)
            (target / "reading-order.txt").write_text(page.locator("body").aria_snapshot(), encoding="utf-8")
    return taken


def take_for_readme(browser: Browser, folder: Path, target: Path) -> list[Path]:
    """The board summary and one chart, small, for the page that says what this is."""
    target.mkdir(parents=True, exist_ok=True)
    with opened(browser, folder / "board-summary.html", 1180) as page:
        page.screenshot(path=target / "board-summary.png", full_page=True)  # with its DEMONSTRATION
    with opened(browser, folder / "self-evaluation.html", 1180) as page:
        page.locator("#outcomes figure").first.screenshot(path=target / "schools-chart.png")
    taken = [target / "board-summary.png", target / "schools-chart.png"]
    for path in taken:
        Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)
    return taken


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("report", nargs="?", type=Path, help="folder of a report (the newest under reports/)")
    parser.add_argument("target", nargs="?", type=Path, help="folder for the pictures (screenshots/<report>/)")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    """Take the pictures of one report."""
    asked = _asked(arguments)
    program = find_browser()
    if program is None:
        sys.exit("no pictures: there is no Chrome, Chromium or Edge on this machine")
    folder = asked.report or newest_report(ROOT / "reports")
    target = asked.target or ROOT / "screenshots" / folder.name
    shutil.rmtree(target, ignore_errors=True)
    taken = take_pages(folder / "self-evaluation.pdf", target / "print")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(program), args=FLAGS)
        taken += take_all(browser, folder, target)
        if not asked.report:
            taken += take_for_readme(browser, folder, ROOT / "docs" / "images")
        browser.close()
    print(f"{len(taken)} pictures in {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
