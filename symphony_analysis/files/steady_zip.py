"""Zip-based documents (.xlsx, .docx) with the same bytes for the same content, whenever they are made."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date

Rewrite = Callable[[bytes], bytes]
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def dated(properties: bytes, as_at: date) -> bytes:
    """Core properties dated ``as_at``; the time of the run belongs in run.json only."""
    return _STAMP.sub(rb"\g<1>" + f"{as_at.isoformat()}T00:00:00Z".encode(), properties)


def normalised(document: bytes, rewrite: Mapping[str, Rewrite], added: Mapping[str, bytes] | None = None) -> bytes:
    """The same document with every entry dated alike; ``rewrite`` changes the entries it names, ``added`` are new."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(result, "w") as new:
        held = {name: old.read(name) for name in old.namelist()}
        changed = {name: rewrite[name](content) if name in rewrite else content for name, content in held.items()}
        for name, content in {**changed, **(added or {})}.items():
            entry = zipfile.ZipInfo(name, date_time=_EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            entry.external_attr = 0
            new.writestr(entry, content)
    return result.getvalue()
