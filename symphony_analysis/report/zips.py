"""Zip-based documents (.xlsx, .docx) with the same bytes for the same content, whenever they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date

Rewrite = Callable[[bytes], bytes]
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def moment(day: date) -> str:
    """The day as documents write a time: midnight, UTC."""
    return f"{day.isoformat()}T00:00:00Z"


def normalised(document: bytes, rewrite: Mapping[str, Rewrite]) -> bytes:
    """The same document with every entry dated alike; ``rewrite`` changes the entries it names."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            content = rewrite[name](old.read(name)) if name in rewrite else old.read(name)
            entry = zipfile.ZipInfo(name, date_time=_EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            entry.external_attr = 0
            new.writestr(entry, content)
    return result.getvalue()
