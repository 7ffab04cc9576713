"""A key of this machine and user: what a run kept for the next one is believed only where this key has signed it."""

import hmac
import os
import secrets
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from platformdirs import user_state_path

_BYTES = 32


def signature(*parts: str) -> str:
    """The signature of these texts, in this order."""
    return hmac.new(_key(place()), "\0".join(parts).encode(), "sha256").hexdigest()


def is_signed(given: object, *parts: str) -> bool:
    """Whether this is the signature of these texts."""
    return isinstance(given, str) and hmac.compare_digest(given.encode(), signature(*parts).encode())


def place() -> Path:
    """Where the key is kept: with the user's own state, never with reports or data."""
    return user_state_path("symphony-analysis", appauthor=False) / "key"


@cache
def _key(path: Path) -> bytes:
    """The key, made when first needed; where none can be kept, one that ends with this process."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (
            suppress(FileExistsError),
            os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as new,
        ):
            new.write(secrets.token_bytes(_BYTES))
        for pause in (0.05, 0.2, 0.5):  # another process may be writing it
            if len(kept := path.read_bytes()) == _BYTES:
                return kept
            time.sleep(pause)
    return secrets.token_bytes(_BYTES)
