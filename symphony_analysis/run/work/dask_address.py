"""Where a Dask cluster is, and how a run talks to it: over TLS, or in clear text on this machine only."""

import ipaddress
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from symphony_analysis.run.outcome import WrongParameter

_FILES = {"ca_file": "tls_ca_file", "client_cert": "tls_client_cert", "client_key": "tls_client_key"}


@dataclass(frozen=True)
class Address:
    """The address of a scheduler, the file that names the certificates for it, and whether clear text is allowed.

    Raises WrongParameter for an address that would send figures over a network in clear text unasked.
    """

    address: str
    security: Path | None = None
    clear_text: bool = False

    def __post_init__(self) -> None:
        secure = self.address.startswith("tls://")
        if secure and self.security is None:
            raise WrongParameter("a tls:// address needs --dask-security FILE with ca_file, client_cert, client_key")
        if not secure and self.security is not None:
            raise WrongParameter("--dask-security belongs to an address that begins with tls://")
        if not secure and not self.clear_text and not _is_here(self.address):
            raise WrongParameter(
                "figures would go over the network in clear text; use a tls:// address with --dask-security FILE, "
                "or say --dask-clear-text"
            )

    def tls(self) -> dict[str, str]:
        """What Dask is told of the certificates; paths in the file are seen from its own folder."""
        assert self.security is not None
        try:
            named = tomllib.loads(self.security.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise WrongParameter(f"{self.security.name} cannot be read as TOML") from None
        found = {}
        for name, asked in _FILES.items():
            path = self.security.parent / str(named.get(name, ""))
            if name not in named or not path.is_file():
                raise WrongParameter(f"{self.security.name}: {name} must name a file (PEM)")
            found[asked] = str(path)
        return found


def _is_here(address: str) -> bool:
    """Whether the scheduler is on this machine."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme == "inproc" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
