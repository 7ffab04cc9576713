"""What a run works out and the next one can use: disclosure decisions, audits, tidy tables, sections of the page.

Each is under a hash of all that it follows from. It is believed only where this machine has signed it for this very
package and these versions: a changed rule decides, and audits, anew.
"""

import contextlib
import hashlib
import os
from pathlib import Path

from symphony_analysis.run.unchanged.fingerprints import Machinery
from symphony_analysis.run.unchanged.machine_key import is_signed, signature

KEPT_BYTES = 200_000_000
_SIGNATURE = 64


class Memory:
    """The folder between runs. ``give`` lays it out in the folder of a run, ``take`` keeps what is new there."""

    def __init__(self, folder: Path, machinery: Machinery) -> None:
        self.folder = folder
        self._of = (machinery.whole_package, machinery.versions)

    def give(self, place: Path) -> None:
        """Copy what is signed into the folder of a run, as old as can be; remove what is not."""
        for path in self.folder.glob("*"):
            with contextlib.suppress(OSError):
                content = path.read_bytes()
                signed, body = content[:_SIGNATURE].decode("ascii", "replace"), content[_SIGNATURE:]
                if not is_signed(signed, *self._of, path.name, hashlib.sha256(body).hexdigest()):
                    path.unlink()
                    continue
                (place / path.name).write_bytes(body)
                os.utime(place / path.name, (0, 0))

    def take(self, place: Path) -> None:
        """Keep what the run has made or read there, and of the rest what there is room for."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in place.iterdir():
            if path.suffix or not path.stat().st_mtime:  # begun and not ended, or not used
                continue
            with contextlib.suppress(OSError):
                kept, body = self.folder / path.name, path.read_bytes()
                signed = signature(*self._of, path.name, hashlib.sha256(body).hexdigest())
                written = kept.with_suffix(f".{os.getpid()}")
                written.write_bytes(signed.encode("ascii") + body)
                written.replace(kept)
        total = 0
        for path in sorted(self.folder.iterdir(), key=lambda each: -each.stat().st_mtime_ns):
            total += path.stat().st_size
            if total > KEPT_BYTES:
                path.unlink(missing_ok=True)
