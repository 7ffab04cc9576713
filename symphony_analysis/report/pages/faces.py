"""The typeface of page and charts, as a page carries it."""

from base64 import b64encode
from functools import cache
from pathlib import Path

_FONTS = Path(__file__).parents[2] / "fonts"


@cache
def addresses() -> dict[str, str]:
    """The data address of each face, by the weights it is for."""
    files = {"400": "SymphonySans-Regular.woff2", "600 900": "SymphonySans-Bold.woff2"}
    held = {weight: b64encode((_FONTS / name).read_bytes()).decode("ascii") for weight, name in files.items()}
    return {weight: f"data:font/woff2;base64,{face}" for weight, face in held.items()}


def declared() -> str:
    """The faces as a style sheet declares them."""
    face = '@font-face{{font-family:"Symphony Sans";font-weight:{};src:url({}) format("woff2")}}\n'
    return "".join(face.format(weight, address) for weight, address in addresses().items())
