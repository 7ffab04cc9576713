"""The two drawings of a table's row: a trend of a few years, and a difference with its interval."""

from base64 import b64encode
from collections.abc import Sequence

from symphony_analysis.markup import INK, NAVY, RUST, SOFT, TEAL, Html, element

_WIDE, _HIGH = 92, 22
_ACROSS, _DOWN = 150, 18
_EDGE = 5.0


def _picture(drawn: str, width: int, height: int, alt: str) -> Html:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{drawn}</svg>'
    source = "data:image/svg+xml;base64," + b64encode(svg.encode()).decode("ascii")
    return element("img", alt=alt, src=source, width=width, height=height)


def trend(ours: Sequence[float | None], england: Sequence[float | None], alt: str) -> Html:
    """A line of our own years, its last point marked, over England's dashed one; a missing year is a gap."""
    known = [value for value in (*ours, *england) if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    step, scale = (_WIDE - 2 * _EDGE) / max(len(ours) - 1, 1), (_HIGH - 2 * _EDGE) / ((high - low) or 1.0)

    def place(at: int, value: float) -> str:
        return f"{_EDGE + at * step:.1f},{_HIGH - _EDGE - (value - low) * scale:.1f}"

    drawn = [_line(england, place, f'stroke="{SOFT}" stroke-width="1.2" stroke-dasharray="3 2"')]
    drawn.append(_line(ours, place, f'stroke="{NAVY}" stroke-width="2"'))
    for at, value in enumerate(ours):
        alone = value is not None and all(ours[near] is None for near in (at - 1, at + 1) if 0 <= near < len(ours))
        if value is not None and (at == len(ours) - 1 or alone):
            x, y = place(at, value).split(",")
            drawn.append(f'<circle cx="{x}" cy="{y}" r="2.8" fill="{NAVY}"/>')
    return _picture("".join(drawn), _WIDE, _HIGH, alt)


def _line(values: Sequence[float | None], place: object, look: str) -> str:
    """Neighbouring years joined, each pair by itself, so that a missing year leaves a gap."""
    pairs = [(at, *values[at : at + 2]) for at in range(len(values) - 1)]
    joined = [f"M{place(at, a)}L{place(at + 1, b)}" for at, a, b in pairs if a is not None and b is not None]  # type: ignore[operator]
    return f'<path d="{"".join(joined)}" fill="none" {look}/>' if joined else ""


def difference(away: float, low: float, high: float, side: str, alt: str) -> Html:
    """England is the middle line, better is right. ``side``: better or worse (filled, coloured), or "" (hollow)."""
    colour = {"better": TEAL, "worse": RUST}.get(side, SOFT)
    middle, reach = _ACROSS / 2, max(abs(low), abs(high), abs(away)) or 1.0

    def place(value: float) -> str:
        return f"{middle + value / reach * (middle - _EDGE):.1f}"

    drawn = (
        f'<path d="M{middle} 0V{_DOWN}" stroke="{INK}"/>'
        f'<path d="M{place(low)} 9H{place(high)}" stroke="{colour}" stroke-width="3" stroke-opacity=".5"/>'
        f'<circle cx="{place(away)}" cy="9" r="4" fill="{colour if side else "#fff"}" '
        f'stroke="{colour}" stroke-width="1.6"/>'
    )
    return _picture(drawn, _ACROSS, _DOWN, alt)
