"""What a provider that calls an outside service works with."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from castad_cli.records.effects import Effects
    from castad_cli.records.limits import Limits
    from castad_cli.settings import Settings
    from castad_cli.storage import Store


def who_asks() -> str:
    """This process, as the records name it."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True)
class Outside:
    """Settings with the keys, the records that keep a purchase from happening twice, the store for what was bought.

    For many threads; never pickled: each process has its own. ``refused`` are services that turned our key away, each
    with what they said: nothing more is asked of them by this process.
    """

    settings: Settings
    effects: Effects
    limits: Limits
    store: Store
    owner: str = field(default_factory=who_asks)
    lease_s: float = 60.0
    """How long a purchase stays one worker's after it fell silent."""
    scratch: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    refused: dict[str, str] = field(default_factory=dict, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
