"""YouTube: a resumable upload, driven chunk by chunk, then thumbnail and playlist.

The point of no return is the last byte. The session's address is kept before the first; whoever finds one asks what it
holds, and goes on there: a session makes one video, whoever sends to it. When the session is gone, the channel's own
uploads are searched for the post's marker among the tags.

Wire: Google's own client builds the requests and reads the answers, over our own transport. Its ``num_retries`` sends a
drained stream after a 5xx, and httplib2 repeats broken requests unasked, so neither is let do that.
"""

from __future__ import annotations

import http.client
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, BinaryIO

from castad_cli.errors import NeedsReview, PlatformError, PutOff
from castad_cli.publish import quotas
from castad_cli.publish.line import Line, now
from castad_cli.publish.media_limits import check_media
from castad_cli.publish.metadata import made_by_ai, youtube_words
from castad_cli.publish.publisher import Draft, Job, PostFiles
from castad_cli.publish.wire import Answer, NoAnswerError, Part

ROOT = "https://youtube.googleapis.com"
CHUNK = 32 * 256 * 1024
"""Bytes a request: a multiple of 256 KiB, as the protocol wants of every chunk but the last."""
LONGEST_PROCESSING_S = 3600.0
"""After this long the post counts as out, processed or not: a thumbnail is not worth a day's polling."""
SOON = timedelta(minutes=15)
"""For a throttle that ends so soon a thumbnail or a playlist waits; without it goes a post whose quota ends tonight."""
MOST_PAGES = 10
"""Of fifty videos each, among which a lost upload is looked for."""
_LOST = frozenset({404, 410})

FIX_LOGIN = "run `castad auth login youtube` again"


class YouTube:
    """Videos, Shorts among them, on a channel."""

    name = "youtube"
    title = "YouTube"

    def compose(self, account: str, fields: Mapping[str, Any], files: PostFiles) -> Draft:
        media = check_media(files.video, self.name, self.title)
        at = fields.get("at")
        snippet: dict[str, Any] = {
            **youtube_words(fields, files.facts),
            "categoryId": str(fields.get("category") or "22"),
        }
        if language := str(files.facts.get("language", "")):
            snippet |= {"defaultLanguage": language, "defaultAudioLanguage": language}
        status: dict[str, Any] = {
            "privacyStatus": "private" if at else str(fields.get("privacy") or "private"),
            "selfDeclaredMadeForKids": bool(fields.get("made_for_kids", False)),
            "containsSyntheticMedia": made_by_ai(fields, files.facts),
        }
        if at:
            status["publishAt"] = datetime.fromisoformat(str(at)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if not snippet["title"]:
            raise PlatformError(
                "YouTube takes no video without a title", kind="rejected", fix="write `title:` in the recipe"
            )
        sent: dict[str, Any] = {
            "snippet": snippet,
            "status": status,
            "paidProductPlacementDetails": {"hasPaidProductPlacement": bool(fields.get("paid_placement", False))},
            "short": media.is_short,
        }
        if playlist := str(fields.get("playlist") or ""):
            sent["playlist"] = playlist
        return Draft(self.name, account, sent, files)

    def outgoing(self, draft: Draft, facts: Mapping[str, Any], marker: str) -> Mapping[str, Any]:
        snippet = draft.sent["snippet"]
        return {**draft.sent, "snippet": {**snippet, "tags": [*snippet["tags"], marker]}}

    def post(self, job: Job) -> Mapping[str, Any]:
        upload = _Upload(job)
        handle = dict(job.hold.claim.handle or {})
        if not handle.get("video"):
            handle = upload.run(handle)
        warnings = upload.finish(handle)
        return _result(job.draft, str(handle["video"]), warnings)


class _Upload:
    """One video's way to YouTube."""

    def __init__(self, job: Job) -> None:
        self.job, self.hold = job, job.hold
        self.line = Line(job, YouTube.title, lambda answer: answer.status == 401)
        self.wire = _Transport(self.line)
        self.root = job.context.settings.youtube_url or ROOT
        self.api = _build(self.root, self.wire)
        self.project = str(job.credentials.facts.get("project") or job.draft.account)
        self.channel = f"youtube.channel {job.credentials.facts.get('channel') or job.draft.account}"
        self.size = job.draft.files.video.stat().st_size

        self._waits_until = now()
        """How long what follows the upload may wait for a throttle."""

    # The bytes.

    def run(self, handle: dict[str, Any]) -> dict[str, Any]:
        """Upload, or go on uploading, until the video has an id; the handle with it."""
        with self.job.draft.files.video.open("rb") as file:
            fruitless = 0
            while True:
                held = self._position(handle)
                if isinstance(held, str):
                    return self._keep(handle, held)
                if held is None:
                    handle, held = self._open_session(file), 0
                sent_to = held
                try:
                    while True:
                        video, sent_to = self._send_chunk(file, handle, sent_to)
                        if video:
                            return self._keep(handle, video)
                except (_BrokenError, NoAnswerError) as error:
                    # What was stored counts, not what was sent: the next round asks.
                    fruitless = 0 if sent_to > held else fruitless + 1
                    if fruitless > self.line.pace.retries:
                        raise PlatformError(f"the upload to YouTube broke: {error}", kind="transient") from error
                    self.line.pause(self.line.pace.retry_s * 2**fruitless)

    def _position(self, handle: dict[str, Any]) -> int | str | None:
        """How many bytes the session holds; the video's id when it holds all; None when there is no session.

        Raises:
            NeedsReview: the session is gone, the last byte may have been sent, and the video is not to be found.
        """
        must_ask = self.hold.claim.must_ask
        if not must_ask:
            return None
        session = str(handle.get("session", ""))
        if session:
            span = {"Content-Range": f"bytes */{handle['size']}"}
            answer = self.line.ask("PUT", session, headers=span)
            if answer.status == 308:
                self._follow(handle, answer.headers.get("location", session))
                return _stored(answer)
            if answer.status in (200, 201) and answer.tree().get("id"):
                return str(answer.tree()["id"])
            if answer.status not in _LOST:
                raise _refusal(answer)
        found = self._find_marker() if self.hold.claim.was_committing else None
        if found:
            return found
        if self.hold.claim.was_committing:
            raise NeedsReview(
                "YouTube's upload session is gone, its last bytes may have arrived, and no video of the channel has "
                f"the tag {self.job.marker}",
                fix="look at the channel in YouTube Studio, then `castad review`",
            )
        self.hold.nothing_happened()
        return None

    def _open_session(self, file: BinaryIO) -> dict[str, Any]:
        """A new session, its address kept before anything is sent to it."""
        self.line.heed(self.channel, "the channel takes no more videos for now")
        self.line.spend(
            "youtube.uploads",
            self.project,
            1,
            quotas.YOUTUBE_UPLOADS_A_DAY,
            quotas.PACIFIC_DAY,
            f"the project's {quotas.YOUTUBE_UPLOADS_A_DAY} uploads of today are used up",
        )
        request = self._insert(file)
        headers = {
            **request.headers,
            "X-Upload-Content-Type": request.resumable.mimetype(),
            "X-Upload-Content-Length": str(self.size),
        }
        try:
            answer = self.line.call(request.method, request.uri, headers=headers, body=request.body.encode())
        except NoAnswerError as error:
            raise PlatformError(f"YouTube opened no upload: {error}", kind="transient") from error
        if answer.status != 200 or "location" not in answer.headers:
            is_own = _reason(answer) == "uploadLimitExceeded"  # the channel's, not the project's
            raise self.line.close(self.channel if is_own else f"youtube.uploads {self.project}", _refusal(answer))
        handle = {"session": answer.headers["location"], "size": self.size}
        self.hold.save_handle(handle)
        return handle

    def _send_chunk(self, file: BinaryIO, handle: dict[str, Any], start: int) -> tuple[str, int]:
        """Send one chunk from ``start``: the video's id once it is whole, and how much is stored now.

        Raises:
            _BrokenError, NoAnswerError: what is stored must be asked.
        """
        from googleapiclient.errors import HttpError

        if start + CHUNK >= self.size:
            self.hold.commit_point()
        request = self._insert(file)
        request.resumable_uri, request.resumable_progress = handle["session"], start
        self.wire.watch = self.line.watch(self.size, start)
        try:
            _, video = request.next_chunk(num_retries=0)
        except HttpError as error:
            answer = Answer(error.resp.status, dict(error.resp), error.content)
            if answer.status >= 500 or answer.status in _LOST:
                raise _BrokenError(f"it answered {answer.status}") from error
            raise _refusal(answer) from error
        finally:
            self.wire.watch = None
        if video is None:
            self._follow(handle, request.resumable_uri)
        if video is not None and not (isinstance(video, Mapping) and video.get("id")):
            raise _BrokenError("its answer could not be read")
        return (str(video["id"]) if video else "", request.resumable_progress)

    def _follow(self, handle: dict[str, Any], session: str) -> None:
        """Keep where the session goes on, if it moved."""
        if session != handle["session"]:
            handle["session"] = session
            self.hold.save_handle(handle)

    def _insert(self, file: BinaryIO) -> Any:
        from googleapiclient.http import MediaIoBaseUpload

        sent = YouTube().outgoing(self.job.draft, self.job.credentials.facts, self.job.marker)
        body = {part: sent[part] for part in ("snippet", "status", "paidProductPlacementDetails")}
        media = MediaIoBaseUpload(file, "video/mp4", chunksize=CHUNK, resumable=True)
        return self.api.videos().insert(part=",".join(body), body=body, media_body=media)

    def _keep(self, handle: dict[str, Any], video: str) -> dict[str, Any]:
        whole = {**handle, "video": video, "uploaded_at": now().isoformat()}
        self.hold.save_handle(whole)
        self.hold.commit_point()
        return whole

    def _find_marker(self) -> str | None:
        """The id of the channel's video that carries the post's marker, however late the list shows it.

        None, too, when the account may not read its own list.
        """
        try:
            channels = self._read(self.api.channels().list(part="contentDetails", mine=True)).get("items")
        except PlatformError as error:
            if error.kind == "auth":
                return None
            raise
        if not channels:
            return None
        uploads = channels[0]["contentDetails"]["relatedPlaylists"]["uploads"]
        # Later looks are for what the list had not shown yet.
        pages = itertools.chain([MOST_PAGES], itertools.repeat(1))

        def glance() -> str | None:
            for ids in itertools.islice(self._listed(uploads), next(pages)):
                videos = self._read(self.api.videos().list(part="snippet", id=",".join(ids)))
                for video in videos.get("items", ()):
                    if self.job.marker in video.get("snippet", {}).get("tags", ()):
                        return str(video["id"])
            return None

        return self.line.look(glance)

    def _listed(self, playlist: str) -> Iterator[list[str]]:
        """The ids of a playlist's videos, page by page: of a channel's uploads, the latest first."""
        more: dict[str, str] = {}
        while True:
            items = self.api.playlistItems()
            page = self._read(items.list(part="contentDetails", playlistId=playlist, maxResults=50, **more))
            if ids := [str(item["contentDetails"]["videoId"]) for item in page.get("items", ())]:
                yield ids
            if not page.get("nextPageToken"):
                return
            more = {"pageToken": str(page["nextPageToken"])}

    # What follows: it may fail, and the video is out all the same.

    def finish(self, handle: Mapping[str, Any]) -> list[str]:
        """Wait for YouTube to process it, then thumbnail and playlist; what could not be done, in words.

        Raises:
            PutOff: it is still processing.
            PlatformError: (``rejected``) YouTube turned the video down, and says why.
        """
        video = str(handle["video"])
        self._waits_until = datetime.fromisoformat(str(handle["uploaded_at"])) + timedelta(seconds=LONGEST_PROCESSING_S)
        state = self.line.look(lambda: self._processed(video))
        warnings = []
        if state is None and now() < self._waits_until:
            raise self.line.come_back("YouTube is still processing the video")
        if state != "processed":
            warnings.append(state or "YouTube was still processing the video an hour later")
        extras = (self._set_thumbnail(video), self._add_to_playlist(video))
        return [*warnings, *filter(None, extras)]

    def _processed(self, video: str) -> str | None:
        """``processed``, why that cannot be known, or None while it goes on."""
        found = self._try(self.api.videos().list(part="status,processingDetails", id=video))
        if found is None:
            return "whether YouTube has processed the video could not be read"
        if not found.get("items"):
            return None
        status = found["items"][0].get("status", {})
        details = found["items"][0].get("processingDetails", {})
        reason = status.get("failureReason") or details.get("processingFailureReason") or ""
        if status.get("uploadStatus") == "rejected":
            reason = status.get("rejectionReason", "")
        if status.get("uploadStatus") in ("failed", "rejected", "deleted"):
            raise PlatformError(
                f"YouTube {status['uploadStatus']} the video {video}: {reason or 'no reason given'}",
                kind="rejected",
                fix="look at it in YouTube Studio",
            )
        if details.get("processingStatus") in ("failed", "terminated"):
            raise PlatformError(f"YouTube could not process the video {video}: {reason}", kind="rejected")
        is_over = status.get("uploadStatus") == "processed" or details.get("processingStatus") == "succeeded"
        return "processed" if is_over else None

    def _set_thumbnail(self, video: str) -> str:
        from googleapiclient.http import MediaIoBaseUpload

        cover = self.job.draft.files.cover
        media = MediaIoBaseUpload(io.BytesIO(cover.read_bytes()), "image/jpeg")
        done = self._try(self.api.thumbnails().set(videoId=video, media_body=media), quotas.YOUTUBE_UNITS["thumbnail"])
        return "" if done is not None else f"the thumbnail could not be set ({self._trouble})"

    def _add_to_playlist(self, video: str) -> str:
        """Unless it is there already: a second insert would list it twice, so none is made blindly."""
        playlist = self.job.draft.sent.get("playlist")
        if not playlist:
            return ""
        item = {"snippet": {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}}
        for delay_s in self.line.delays():
            there = self._try(self.api.playlistItems().list(part="id", playlistId=playlist, videoId=video))
            if there is None:
                break
            if there.get("items"):
                return ""
            insert = self.api.playlistItems().insert(part="snippet", body=item)
            try:
                if self._try(insert, quotas.YOUTUBE_UNITS["playlist"], once=True) is not None:
                    return ""
                break
            except _BrokenError as error:
                self._trouble = str(error)
            if delay_s is not None:
                self.line.pause(delay_s)
        return f"it could not be added to the playlist {playlist} ({self._trouble})"

    _trouble = ""
    """Why the last `_try` came to nothing."""

    def _try(
        self, request: Any, cost: int = quotas.YOUTUBE_UNITS["list"], *, once: bool = False
    ) -> dict[str, Any] | None:
        """`_read`, for what a post can go without: None when the quota is spent, or YouTube refuses or is silent."""
        try:
            return self._read(request, cost, once=once)
        except (PlatformError, PutOff) as error:
            if self.job.context.cancelled.is_set():
                raise
            soon = now() + SOON
            if error.until is not None and error.until <= soon and now() < self._waits_until:
                raise PutOff(error.message, until=error.until) from error
            self._trouble = error.message
            return None

    def _read(self, request: Any, cost: int = quotas.YOUTUBE_UNITS["list"], *, once: bool = False) -> dict[str, Any]:
        """The answer to a call out of the general quota, made again while it breaks; or ``once``.

        Raises:
            _BrokenError: the one call broke, and may have taken effect.
        """
        self.line.spend(
            "youtube.units",
            self.project,
            cost,
            quotas.YOUTUBE_UNITS_A_DAY,
            quotas.PACIFIC_DAY,
            "the project's quota of today is used up",
        )
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        try:
            make = self.line.call if once else self.line.ask
            answer = make(request.method, request.uri, headers=headers, body=body)
        except NoAnswerError as error:
            raise _BrokenError(str(error)) from error
        if once and answer.status >= 500:
            raise _BrokenError(f"it answered {answer.status}")
        if answer.status < 300:
            return dict(answer.tree())
        raise self.line.close(f"youtube.units {self.project}", _refusal(answer))


class _BrokenError(Exception):
    """A call was interrupted: what it came to must be asked."""


class _Transport:
    """What Google's client sends by: the line, each request once. ``watch`` is called between blocks of a chunk."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.watch: Any = None

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[Any, bytes]:
        import httplib2

        data = body if isinstance(body, bytes) else body.read() if hasattr(body, "read") else (body or "").encode()
        part: bytes | Part = Part(io.BytesIO(data), 0, len(data), self.watch) if self.watch else data
        answer = self.line.call(method, uri, headers=headers, body=part)
        response = httplib2.Response({**answer.headers, "status": str(answer.status)})
        response.reason = http.client.responses.get(answer.status, "")
        return response, answer.body


@cache
def _document() -> dict[str, Any]:
    """YouTube's API as Google's client carries it; nothing is fetched."""
    from googleapiclient.discovery_cache import get_static_doc

    return dict(json.loads(get_static_doc("youtube", "v3")))


def _build(root: str, transport: _Transport) -> Any:
    """The client, for the API at ``root``: ``api_endpoint`` would leave uploads on https."""
    from googleapiclient.discovery import build_from_document

    document = _document()
    moved = {"rootUrl": f"{root}/", "baseUrl": f"{root}/{document['servicePath']}"}
    return build_from_document({**document, **moved}, http=transport)


def _stored(answer: Answer) -> int:
    """How many bytes a 308 says are stored: none without a Range."""
    match = re.fullmatch(r"bytes=0-(\d+)", answer.headers.get("range", ""))
    return int(match[1]) + 1 if match else 0


def _result(draft: Draft, video: str, warnings: list[str]) -> Mapping[str, Any]:
    is_short = draft.sent["short"]
    publish_at = draft.sent["status"].get("publishAt")
    result: dict[str, Any] = {
        "id": video,
        "url": f"https://www.youtube.com/shorts/{video}" if is_short else f"https://youtu.be/{video}",
        "state": "scheduled" if publish_at and datetime.fromisoformat(publish_at) > now() else "posted",
    }
    return result | ({"publish_at": publish_at} if publish_at else {}) | ({"warnings": warnings} if warnings else {})


def _refusal(answer: Answer) -> PlatformError:
    """YouTube's refusal as an error: by HTTP status and the first reason, never by its words."""
    error, reason = _error(answer), _reason(answer)
    said = f"YouTube: {str(error.get('message') or '')[:200]} ({reason})"
    if answer.status >= 500 or not error:
        # An answer in no words of YouTube's own is some gateway's.
        return PlatformError(said, kind="transient")
    if answer.status == 401:
        fix = "make a channel for the account first" if reason == "youtubeSignupRequired" else FIX_LOGIN
        return PlatformError(said, kind="auth", fix=fix)
    if reason in ("quotaExceeded", "dailyLimitExceeded") or (answer.status == 429 and reason == "rateLimitExceeded"):
        return PlatformError(said, kind="quota", until=quotas.next_pacific_midnight(now()))
    if reason == "uploadLimitExceeded":
        return PlatformError(said, kind="quota", until=now() + timedelta(hours=24))
    if answer.status in (403, 429) and "ateLimitExceeded" in reason:
        return PlatformError(said, kind="quota", until=now() + timedelta(minutes=2))
    if reason in ("insufficientPermissions", "accessNotConfigured"):
        return PlatformError(said, kind="auth", fix=FIX_LOGIN)
    return PlatformError(said, kind="rejected")


def _error(answer: Answer) -> Mapping[str, Any]:
    error = answer.tree().get("error")
    return error if isinstance(error, Mapping) else {}


def _reason(answer: Answer) -> str:
    first = (_error(answer).get("errors") or [{}])[0]
    return str(first.get("reason") or _error(answer).get("status") or answer.status)
