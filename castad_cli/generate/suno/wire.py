"""HTTP as both dialects use it: one request, its JSON, and every trouble as a `PlatformError` without the key in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from castad_cli.errors import PlatformError
from castad_cli.generate.suno.flavor import LinkEnded, Offered, Unheard

_WAIT_S = 40.0
_LARGEST = 200 << 20


@dataclass(frozen=True)
class Reply:
    """An answer: its HTTP status, its JSON object (empty when it is none), and whether it was one."""

    status: int
    body: Mapping[str, Any]
    is_json: bool
    retry_after_s: float | None = None


@dataclass(frozen=True)
class Wire:
    """One service at ``url``, with a bearer key."""

    name: str
    url: str
    key: str

    def ask(self, method: str, path: str, *, before: Callable[[], None] | None = None, **options: Any) -> Reply:
        """One request. ``before`` is called when all is ready for it and nothing has gone out.

        Raises:
            Unheard: (``transient``) it cannot be reached.
            PlatformError: (``unknown``) the answer was lost on the way.
        """
        import httpx2

        with httpx2.Client(timeout=_WAIT_S) as client, self._trouble():
            if before:
                before()
            reply = client.request(method, self.url + path, headers=self._headers, **options)
            try:
                body = reply.json()
            except ValueError:
                body = None
            after = reply.headers.get("retry-after", "")
            wait_s = float(after) if re.fullmatch(r"\d{1,6}", after) else None
            is_json = isinstance(body, dict)
            return Reply(reply.status_code, body if isinstance(body, dict) else {}, is_json, wait_s)

    def download(self, track: Offered, to: Path) -> None:
        """The track's sound, whole, at ``to``.

        Raises:
            LinkEnded: (``transient``) it is not there.
            PlatformError: (``transient``) it could not be had now.
        """
        import httpx2

        with (
            self._trouble(),
            httpx2.Client(timeout=_WAIT_S, follow_redirects=True) as client,
            client.stream("GET", track.url, headers=dict(track.headers)) as reply,
        ):
            if reply.status_code in (404, 410):
                raise LinkEnded(f"{self.name} gave no sound for the track: its link has ended", kind="transient")
            if reply.status_code != 200:
                raise PlatformError(
                    f"{self.name} gave no sound for the track: HTTP {reply.status_code}", kind="transient"
                )
            size = 0
            with to.open("wb") as file:
                for piece in reply.iter_bytes():
                    size += len(piece)
                    if size > _LARGEST:
                        raise PlatformError(f"{self.name}'s track is too large", kind="rejected")
                    file.write(piece)
        if not size:
            raise PlatformError(f"{self.name} gave an empty file for the track", kind="transient")

    def clean(self, text: object) -> str:
        """What the service said, in one line, with no key in it."""
        line = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", str(text or ""))).strip()[:300]
        return line.replace(self.key, "***") or "no reason given"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        import httpx2

        try:
            yield
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            raise Unheard(f"{self.name} cannot be reached", kind="transient") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise PlatformError(
                f"{self.name}'s answer was lost on the way ({type(error).__name__})", kind="unknown"
            ) from None
