"""TikTok: what the creator may post, a publish id, the bytes in order, and its status until it is out.

The point of no return is the last chunk. The publish id and its upload address are kept before the first; the status
tells how much arrived, so whoever finds an id goes on with it. A new one is asked for only once TikTok says that the
old one failed, or its address has expired with bytes missing: nothing can come of it then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, BinaryIO

from castad_cli.errors import NeedsReview, PlatformError, PutOff
from castad_cli.model.effects import Window
from castad_cli.publish import quotas
from castad_cli.publish.line import Line, now
from castad_cli.publish.media_limits import check_media
from castad_cli.publish.metadata import made_by_ai, tiktok_caption
from castad_cli.publish.publisher import Draft, Job, PostFiles
from castad_cli.publish.wire import Answer, NoAnswerError, Part

ROOT = "https://open.tiktokapis.com"
CHUNK = 8 * 1024 * 1024
"""Bytes a chunk: TikTok takes 5 to 64 MB, and does not say which MB."""
SETTLED_S = 2 * 3600.0
"""An upload address lives an hour. That long after, what the status says to be missing has not arrived late."""
LONGEST_S = 24 * 3600.0
"""Of a post that is still processing after this long a person must find out."""

MOST_PAGES = 10
"""Of twenty videos each, among which a lost post is looked for."""

FIX_LOGIN = "run `castad auth login tiktok` again"
_VIDEO_FIELDS = "id,create_time,title,video_description,share_url"
_CLOCKS_DIFFER = timedelta(minutes=5)

_BROKEN_FILE = frozenset(
    {"file_format_check_failed", "duration_check_failed", "frame_rate_check_failed", "picture_size_check_failed"}
)
_PASSING = frozenset({"internal", "video_pull_failed", "internal_error"})
_TOMORROW = frozenset({"spam_risk_too_many_posts", "reached_active_user_cap", "spam_risk_too_many_pending_share"})
_LOGIN = frozenset({"access_token_invalid", "scope_not_authorized", "scope_permission_missed", "auth_removed"})
_FIXES = {
    "unaudited_client_can_only_post_to_private_accounts": "TikTok has not audited this app: make the account private "
    "and write `privacy: SELF_ONLY`",
    "privacy_level_option_mismatch": "choose a privacy that the account offers",
    "url_ownership_unverified": "verify the domain in TikTok's developer portal",
}


@dataclass(frozen=True)
class Chunks:
    """How a file of ``size`` bytes is cut: ``count`` chunks of ``chunk`` bytes, the last one with the remainder."""

    size: int
    chunk: int
    count: int

    def span(self, index: int) -> tuple[int, int]:
        """Where a chunk starts (inclusive) and ends (exclusive)."""
        return index * self.chunk, self.size if index == self.count - 1 else (index + 1) * self.chunk

    def index_at(self, stored: int) -> int:
        """The chunk to send when so many bytes are stored; a chunk is stored whole or not at all."""
        return min(stored // self.chunk, self.count - 1)


def cut(size: int) -> Chunks:
    """The chunks of a file: one below twice `CHUNK`, else as many whole ones as there are (TikTok rounds down)."""
    if size < 2 * CHUNK:
        return Chunks(size, size, 1)
    return Chunks(size, CHUNK, size // CHUNK)


class TikTok:
    """Videos on an account, or drafts in its app's inbox."""

    name = "tiktok"
    title = "TikTok"

    def compose(self, account: str, fields: Mapping[str, Any], files: PostFiles) -> Draft:
        check_media(files.video, self.name, self.title)
        at = fields.get("at")
        chunks = cut(files.video.stat().st_size)
        source = {
            "source": "FILE_UPLOAD",
            "video_size": chunks.size,
            "chunk_size": chunks.chunk,
            "total_chunk_count": chunks.count,
        }
        sent: dict[str, Any] = {"mode": str(fields.get("mode") or "direct"), "source_info": source}
        if sent["mode"] == "direct":
            sent["post_info"] = {
                "title": tiktok_caption(fields, files.facts),
                "privacy_level": str(fields.get("privacy") or "SELF_ONLY"),
                "disable_comment": not fields.get("comments", True),
                "disable_duet": not fields.get("duet", False),
                "disable_stitch": not fields.get("stitch", False),
                "video_cover_timestamp_ms": round(float(files.facts.get("cover_s") or 0.0) * 1000),
                "brand_organic_toggle": bool(fields.get("brand_organic", True)),
                "brand_content_toggle": bool(fields.get("brand_content", False)),
                "is_aigc": made_by_ai(fields, files.facts),
            }
            if sent["post_info"]["brand_content_toggle"] and sent["post_info"]["privacy_level"] == "SELF_ONLY":
                raise PlatformError(
                    "TikTok keeps no paid partnership private", kind="rejected", fix="choose another privacy"
                )
        starts = datetime.fromisoformat(str(at)).astimezone(UTC) if at else None
        return Draft(self.name, account, sent, files, at=starts)

    def outgoing(self, draft: Draft, facts: Mapping[str, Any], marker: str) -> Mapping[str, Any]:
        """As composed. What the creator has switched off meanwhile stays off: TikTok tells it before each post."""
        return draft.sent

    def post(self, job: Job) -> Mapping[str, Any]:
        return _Video(job).run()


class _Video:
    """One video's way to TikTok."""

    def __init__(self, job: Job) -> None:
        self.job, self.hold = job, job.hold
        self.line = Line(job, TikTok.title, lambda answer: _code(answer) == "access_token_invalid")
        self.root = job.context.settings.tiktok_url or ROOT
        self.account = str(job.credentials.facts.get("open_id") or job.draft.account)
        self.handle: dict[str, Any] = dict(self.hold.claim.handle or {})
        source = job.draft.sent["source_info"]
        self.chunks = Chunks(source["video_size"], source["chunk_size"], source["total_chunk_count"])

    def run(self) -> Mapping[str, Any]:
        """Go on from where the publish id stands until the video is out."""
        begun = 0
        while True:
            if not self.handle.get("publish_id"):
                self._wait_for_its_time()
                if begun > 2:
                    raise PlatformError("TikTok took no bytes, three times in a row", kind="transient")
                self._begin()
                begun += 1
            data = self.line.look(self._ended)
            if data is None:
                self._come_back()
            elif data["status"] == "FAILED":
                self._failed(str(data.get("fail_reason", "")))
            elif data["status"] == "GONE":
                self.handle = {}
            else:
                return self._result(data)

    # Before the bytes.

    def _wait_for_its_time(self) -> None:
        at = self.job.draft.at
        if at is not None and now() < at:
            raise PutOff(f"to be posted at {at:%Y-%m-%d %H:%M} UTC", until=at)

    def _begin(self) -> None:
        """A publish id and its upload address, kept before anything is sent. Alone it posts nothing."""
        sent = TikTok().outgoing(self.job.draft, self.job.credentials.facts, self.job.marker)
        is_direct = sent["mode"] == "direct"
        body: dict[str, Any] = {"source_info": dict(sent["source_info"])}
        day, cap = Window("day", "UTC"), quotas.TIKTOK_POSTS_A_DAY
        if is_direct:
            self.line.heed(f"tiktok.posts {self.account}", "no more posts for now")
            body["post_info"] = self._permitted(dict(sent["post_info"]))
        self.line.spend("tiktok.posts", self.account, 1, cap, day, f"about {cap} posts a day and account are out")
        self.line.take(f"tiktok init {self.account}", *quotas.TIKTOK_INIT, "new posts")
        path = "/v2/post/publish/video/init/" if is_direct else "/v2/post/publish/inbox/video/init/"
        try:
            answer = self._call(path, body)
        except NoAnswerError as error:
            raise PlatformError(f"TikTok began no post: {error}", kind="transient") from error
        data = _data(answer)
        if not data.get("publish_id") or not data.get("upload_url"):
            refusal = _refusal(_code(answer), answer)
            raise self.line.close(f"tiktok.posts {self.account}", refusal) if is_direct else refusal
        self.handle = {
            "publish_id": str(data["publish_id"]),
            "upload_url": str(data["upload_url"]),
            "size": self.chunks.size,
            "since": now().isoformat(),
        }
        self.hold.save_handle(self.handle)

    def _permitted(self, info: dict[str, Any]) -> dict[str, Any]:
        """The post's fields within what the creator may do now, as TikTok must be asked before every direct post."""
        self.line.take(f"tiktok creator {self.account}", *quotas.TIKTOK_CREATOR_INFO, "questions")
        answer = self.line.insist(lambda: self._call("/v2/post/publish/creator_info/query/", {}))
        if _code(answer) != "ok":
            raise self.line.close(f"tiktok.posts {self.account}", _refusal(_code(answer), answer))
        creator = _data(answer)
        options = creator.get("privacy_level_options") or []
        if info["privacy_level"] not in options:
            raise PlatformError(
                f"TikTok offers @{creator.get('creator_username', self.account)} no {info['privacy_level']}",
                kind="rejected",
                fix=f"write `privacy:` {' or '.join(map(str, options)) or 'after making the account ready to post'}",
            )
        longest_s = creator.get("max_video_post_duration_sec")
        duration_s = float(self.job.draft.files.facts.get("duration_s") or 0.0)
        if longest_s and duration_s > float(longest_s):
            message = f"TikTok takes {longest_s} s of this account; the video has {duration_s:g} s"
            raise PlatformError(message, kind="rejected", fix="write a shorter `duration:`")
        for what in ("comment", "duet", "stitch"):
            info[f"disable_{what}"] = bool(info[f"disable_{what}"] or creator.get(f"{what}_disabled"))
        return info

    # The bytes, and what became of them.

    def _ended(self) -> dict[str, Any] | None:
        """The status once it is final; None while TikTok is at work. Sends what bytes are missing."""
        self.line.take(f"tiktok status {self.account}", *quotas.TIKTOK_STATUS, "questions")
        body = {"publish_id": self.handle["publish_id"]}
        answer = self.line.insist(lambda: self._call("/v2/post/publish/status/fetch/", body))
        code, data = _code(answer), _data(answer)
        if code in ("invalid_publish_id", "token_not_authorized_for_specified_publish_id"):
            return self._unknown(code)
        if code != "ok":
            raise _refusal(code, answer)
        status = data.get("status")
        if status in ("PUBLISH_COMPLETE", "SEND_TO_USER_INBOX", "FAILED"):
            return data
        stored = int(data.get("uploaded_bytes") or 0)
        if status == "PROCESSING_UPLOAD" and stored < self.chunks.size:
            might_be_whole = self.hold.claim.was_committing and self._age_s() < SETTLED_S
            if not self._send(stored) and not might_be_whole:
                # The address has expired with bytes missing: the old id can never become a post.
                self.hold.nothing_happened()
                return {"status": "GONE"}
        return None

    def _age_s(self) -> float:
        """How long ago the publish id was given."""
        return (now() - datetime.fromisoformat(str(self.handle["since"]))).total_seconds()

    def _unknown(self, code: str) -> dict[str, Any]:
        """TikTok's word that it knows no such publish id: what its last bytes came to, the account's list may tell."""
        if self.hold.claim.was_committing:
            if video := self.line.look(self._find_public):
                return {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": [video]}
            raise NeedsReview(
                f"TikTok no longer knows {self.handle['publish_id']} ({code}), and its last bytes may have arrived",
                fix="look at the account, then `castad review`",
            )
        self.hold.nothing_happened()
        return {"status": "GONE"}

    def _find_public(self) -> str | None:
        """The account's public video of this caption that came out since the publish id was given and is no other
        post's; None: none, or many, or TikTok does not tell (the scope ``video.list``, a private post).
        """
        info = self.job.draft.sent.get("post_info") or {}
        caption = str(info.get("title") or "").strip()
        if not caption or info.get("privacy_level") != "PUBLIC_TO_EVERYONE":
            return None
        since = datetime.fromisoformat(str(self.handle["since"])) - _CLOCKS_DIFFER
        others = {post.remote_id for post in self.job.context.records.effects.posts() if post.platform == "tiktok"}
        found = [
            str(video["id"])
            for video in self._public_since(since.timestamp())
            if caption in (str(video.get("title") or "").strip(), str(video.get("video_description") or "").strip())
            and str(video["id"]) not in others
        ]
        return found[0] if len(found) == 1 else None

    def _public_since(self, since: float) -> Iterator[Mapping[str, Any]]:
        """The account's public videos from then on, the latest first."""
        body: dict[str, Any] = {"max_count": 20}
        for _ in range(MOST_PAGES):
            ask = partial(self._call, f"/v2/video/list/?fields={_VIDEO_FIELDS}", body)
            answer = self.line.insist(ask)
            data = _data(answer)
            for video in data.get("videos") or ():
                if float(video.get("create_time") or 0) < since:
                    return
                yield video
            if _code(answer) != "ok" or not data.get("has_more"):
                return
            body = {"max_count": 20, "cursor": data["cursor"]}

    def _send(self, stored: int) -> bool:
        """Send the chunks from ``stored`` on, as far as they go; False when the address takes none any more."""
        with self.job.draft.files.video.open("rb") as file:
            for index in range(self.chunks.index_at(stored), self.chunks.count):
                if index == self.chunks.count - 1:
                    self.hold.commit_point()
                try:
                    answer = self._put(file, index)
                except NoAnswerError:
                    return True
                if answer.status in (403, 404, 410):
                    return False
                if answer.status == 416 or answer.status >= 500:
                    return True
                if answer.status >= 300:
                    message = f"TikTok took no bytes: it answered {answer.status}"
                    raise PlatformError(message, kind="transient")
        return True

    def _put(self, file: BinaryIO, index: int) -> Answer:
        start, end = self.chunks.span(index)
        headers = {"Content-Type": "video/mp4", "Content-Range": f"bytes {start}-{end - 1}/{self.chunks.size}"}
        part = Part(file, start, end, self.line.watch(self.chunks.size))
        return self.line.call("PUT", str(self.handle["upload_url"]), headers=headers, body=part, scheme="")

    def _come_back(self) -> None:
        if self._age_s() > LONGEST_S:
            raise NeedsReview(
                f"TikTok has worked on {self.handle['publish_id']} for a day and not said how it ended",
                fix="look at the account, then `castad review`",
            )
        raise self.line.come_back("TikTok is still processing the video")

    def _failed(self, reason: str) -> None:
        """TikTok's word that nothing was posted by this id."""
        self.hold.nothing_happened()
        self.handle = {}
        raise _refusal(reason)

    def _result(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The public id comes after moderation, and never for a private post: the publish id stands for it."""
        publish_id = str(self.handle["publish_id"])
        user = str(self.job.credentials.facts.get("username") or "").lstrip("@")
        ids = [str(each) for each in data.get("publicaly_available_post_id") or ()]
        if data["status"] == "SEND_TO_USER_INBOX" or self.job.draft.sent["mode"] == "inbox":
            return {"id": publish_id, "url": "", "state": "inbox"}
        if ids and user:
            return {"id": ids[0], "url": f"https://www.tiktok.com/@{user}/video/{ids[0]}", "publish_id": publish_id}
        return {"id": ids[0] if ids else publish_id, "url": f"https://www.tiktok.com/@{user}" if user else ""}

    def _call(self, path: str, body: Mapping[str, Any]) -> Answer:
        text = json.dumps(body, ensure_ascii=False).encode() if body else b""
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        return self.line.call("POST", f"{self.root}{path}", headers=headers, body=text)


def _code(answer: Answer) -> str:
    """``error.code`` alone decides: TikTok refuses at HTTP 200 too."""
    error = answer.tree().get("error")
    return str(error.get("code", "")) if isinstance(error, Mapping) else ""


def _data(answer: Answer) -> dict[str, Any]:
    data = answer.tree().get("data")
    return dict(data) if isinstance(data, Mapping) else {}


def _refusal(code: str, answer: Answer | None = None) -> PlatformError:
    """TikTok's refusal, or a post's fail reason, as an error."""
    error = answer.tree().get("error") if answer else None
    error = error if isinstance(error, Mapping) else {}
    log = error.get("log_id") or error.get("logid")
    said = f"TikTok: {str(error.get('message') or '')[:200]}".rstrip(": ") + f" ({code or 'no code'}"
    said += f", log {log})" if log else ")"
    if code in _LOGIN:
        return PlatformError(said, kind="auth", fix=FIX_LOGIN)
    if code in _TOMORROW:
        return PlatformError(said, kind="quota", until=now() + timedelta(hours=24))
    if code == "rate_limit_exceeded":
        return PlatformError(said, kind="quota", until=now() + timedelta(seconds=60))
    if code in _PASSING or (answer is not None and (answer.status >= 500 or not code)):
        return PlatformError(said, kind="transient")
    if code in _BROKEN_FILE:
        return PlatformError(said, kind="rejected", fix="render the ad again")
    return PlatformError(said, kind="rejected", fix=_FIXES.get(code, ""))
