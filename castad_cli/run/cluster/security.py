"""What keeps a cluster private: who may speak to its scheduler, and which addresses are refused.

Why refuse: a Dask scheduler unpickles what it is sent, so whoever reaches a plain one runs programs on every machine
of the cluster (docs/adr/0012-executors.md).
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.settings import Settings

if TYPE_CHECKING:
    from distributed import Security

_CERTIFICATES = "`castad cluster certificates DIR` makes a set for trying it out"


def check_address(url: str, *, insecure: bool) -> None:
    """Refuse to speak plainly to another machine.

    Raises:
        UserError: the scheduler is neither on this machine nor reached by TLS, and ``insecure`` was not said.
    """
    parts = urlsplit(url)
    if parts.scheme in ("tls", "wss") or insecure or _is_loopback(parts.hostname or ""):
        return
    raise UserError(
        f"{url} is another machine's plain port: whoever reaches it can run programs on every worker",
        fix=f"start the scheduler with TLS and write tls://…; {_CERTIFICATES}; --insecure speaks plainly all the same",
    )


def security_of(settings: Settings, *, serving: bool = False) -> Security:
    """TLS with mutual certificates as the settings name them, for a client, a worker or (``serving``) a scheduler.

    Raises:
        UserError: only some of the three files are named, or TLS is wanted and none is.
        EnvironmentNotReady: a file is not there.
    """
    from distributed import Security

    files = {"tls_ca": settings.tls_ca, "tls_cert": settings.tls_cert, "tls_key": settings.tls_key}
    given = {name: path for name, path in files.items() if path is not None}
    wants_tls = serving or urlsplit(settings.scheduler).scheme in ("tls", "wss")
    if not given:
        if wants_tls and not serving:
            raise UserError(
                f"{settings.scheduler} is reached by TLS, and no certificates are given",
                fix=f"set --tls-ca, --tls-cert and --tls-key (CASTAD_TLS_CA, …); {_CERTIFICATES}",
            )
        return Security(require_encryption=False)
    missing = [name for name in files if name not in given]
    if missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise UserError(f"TLS takes three files, and {options} is not given", fix="give all three, or none")
    for name, path in given.items():
        if not path.is_file():
            option = f"--{name.replace('_', '-')}"
            raise EnvironmentNotReady(f"{option}: there is no file {path}", fix=f"check the path; {_CERTIFICATES}")
    ca, certificate, key = (str(given[name]) for name in files)
    return mutual(ca, certificate, key)


def mutual(ca: str, certificate: str, key: str) -> Security:
    """TLS in which each side shows a certificate of that authority, in every role."""
    from distributed import Security

    roles: dict[str, Any] = {
        f"tls_{role}_{what}": path
        for role in ("client", "worker", "scheduler")
        for what, path in (("cert", certificate), ("key", key))
    }
    return Security(tls_ca_file=ca, require_encryption=True, **roles)


def _is_loopback(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
