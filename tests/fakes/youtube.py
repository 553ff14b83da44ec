"""A fake of the YouTube Data API v3: resumable uploads, processing, thumbnails, playlists, two quota buckets.

Faithful to the facts of Google's reference and discovery document (revision 20261104). Public is what is uploaded
whole: each session makes one video, when its last byte is stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fake_service import FakeService, Reply, Request, Stop

UPLOAD, READ, ALL = "youtube.upload", "youtube.readonly", "youtube"
CHUNK_UNIT = 262_144
CATEGORIES = {"1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29"}
CHANNEL, UPLOADS = "UCfake", "UUfake"


def refuse(status: int, reason: str, message: str = "…", domain: str = "youtube.video") -> Reply:
    error = {"message": message, "domain": domain, "reason": reason}
    return Reply(status, {"error": {"code": status, "message": message, "errors": [error]}})


class YouTubeFake(FakeService):
    """``polls`` is how often a video is seen processing; ``final_status`` is 201 or 200: the client must take both.

    ``accept_at_most``: bytes of a chunk that are stored, the rest is left for the client to send again.
    ``moves_session``: each 308 names another address for the session, and the one before is gone.
    ``page``: how many items a page of a list has at most.
    """

    def __init__(self, folder: Path) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.videos: dict[str, dict[str, Any]] = {}
        self.playlists: dict[str, list[str]] = {"PLads": []}
        self.polls = 1
        self.final_status = 201
        self.accept_at_most: int | None = None
        self.moves_session = False
        self.upload_cap, self.unit_cap = 100, 10_000
        self.used: dict[tuple[str, str], int] = {}
        self.outcome: dict[str, Any] = {}
        """Laid over the status of videos once processed: a failure, a rejection."""
        self.processing: dict[str, Any] = {}
        """Laid over the details of their processing then."""
        self.listed = True
        self.page = 50
        self.moves = 0
        super().__init__(folder, "youtube")

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        path, method = request.path, request.method
        if path == "/upload/youtube/v3/videos" and "upload_id" in request.query:
            if request.headers.get("content-range", "").startswith("bytes */"):
                return "query", self.ask
            return "chunk", self.chunk
        table = {
            ("POST", "/upload/youtube/v3/videos"): ("open", self.open),
            ("GET", "/youtube/v3/videos"): ("videos.list", self.list_videos),
            ("GET", "/youtube/v3/channels"): ("channels.list", self.list_channels),
            ("GET", "/youtube/v3/playlistItems"): ("playlistItems.list", self.list_items),
            ("POST", "/youtube/v3/playlistItems"): ("playlistItems.insert", self.insert_item),
            ("POST", "/upload/youtube/v3/thumbnails/set"): ("thumbnails.set", self.set_thumbnail),
        }
        if (method, path) in table:
            return table[method, path]
        known = any(where == path for _, where in table)
        return "unknown", lambda _: refuse(405 if known else 404, "notFound")

    # Leave.

    def authorise(self, request: Request, *scopes: str) -> None:
        state = self.tokens.get(request.token)
        if state != "valid":
            error = {"message": "…", "domain": "global", "reason": "authError", "location": "Authorization"}
            body = {"code": 401, "message": state or "unknown", "errors": [error], "status": "UNAUTHENTICATED"}
            raise Stop(Reply(401, {"error": body}))
        if not self.scopes[request.token] & {ALL, *scopes}:
            raise Stop(refuse(403, "insufficientPermissions", domain="global"))

    def charge(self, bucket: str, cost: int) -> None:
        day = datetime.fromtimestamp(self.now(), ZoneInfo("America/Los_Angeles")).date().isoformat()
        cap = self.upload_cap if bucket == "uploads" else self.unit_cap
        used = self.used.get((bucket, day), 0) + cost
        if used > cap and bucket == "uploads":
            words = "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day'"
            raise Stop(refuse(429, "rateLimitExceeded", words, "global"))
        if used > cap:
            raise Stop(refuse(403, "quotaExceeded", domain="youtube.quota"))
        self.used[bucket, day] = used

    # Uploading.

    def open(self, request: Request) -> Reply:
        self.authorise(request, UPLOAD)
        self.charge("uploads", 1)
        parts = set(filter(None, request.query.get("part", "").split(",")))
        if not parts or request.query.get("uploadType") != "resumable":
            return refuse(400, "missingRequiredParameter")
        sent = {part: value for part, value in request.tree.items() if part in parts}
        self.check(sent)
        length = request.headers.get("x-upload-content-length", "")
        if not length.isdigit() or not request.headers.get("x-upload-content-type"):
            return refuse(400, "mediaBodyRequired")
        name = f"AEn{len(self.sessions):05d}"
        self.sessions[name] = {"total": int(length), "data": bytearray(), "sent": sent, "video": "", "born": self.now()}
        return Reply(200, headers={"Location": f"{self.url}{request.path}?uploadType=resumable&upload_id={name}"})

    def check(self, sent: dict[str, Any]) -> None:
        snippet, status = sent.get("snippet", {}), sent.get("status", {})
        title, description = snippet.get("title", ""), snippet.get("description", "")
        if not title or len(title) > 100 or re.search("[<>]", title):
            raise Stop(refuse(400, "invalidTitle"))
        if len(description.encode()) > 5000 or re.search("[<>]", description):
            raise Stop(refuse(400, "invalidDescription"))
        tags = snippet.get("tags", [])
        if sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(len(tags) - 1, 0) > 500:
            raise Stop(refuse(400, "invalidTags"))
        if snippet.get("categoryId", "22") not in CATEGORIES:
            raise Stop(refuse(400, "invalidCategoryId"))
        if "publishAt" in status and status.get("privacyStatus") != "private":
            raise Stop(refuse(400, "invalidPublishAt"))

    def session(self, request: Request) -> dict[str, Any]:
        found = self.sessions.get(request.query["upload_id"])
        if found is None:
            raise Stop(Reply(404))
        self.authorise(request, UPLOAD)
        return found

    def add_others(self, number: int) -> None:
        """So many videos of the channel's own, uploaded meanwhile by other means."""
        for _ in range(number):
            name = f"vid{len(self.videos):08d}"
            status = {"privacyStatus": "public", "uploadStatus": "processed"}
            own = {"snippet": {"title": "…"}, "status": status, "polls": 9, "sha256": name, "twice": False}
            self.videos[name] = {**own, "thumbnail": 0}

    def forget_sessions(self) -> None:
        """Every session expires; a whole video stays."""
        self.sessions.clear()

    def ask(self, request: Request) -> Reply:
        session = self.session(request)
        if request.body or request.headers["content-range"] != f"bytes */{session['total']}":
            return refuse(400, "badRequest", domain="global")
        return self.progress(session, request)

    def progress(self, session: dict[str, Any], request: Request) -> Reply:
        if session["video"]:
            return Reply(self.final_status, self.resource(session["video"], *session["sent"], "status"))
        stored = len(session["data"])
        headers = {"Range": f"bytes=0-{stored - 1}"} if stored else {}
        if self.moves_session:
            self.moves += 1
            name = f"{request.query['upload_id'].partition('.')[0]}.{self.moves}"
            self.sessions[name] = self.sessions.pop(request.query["upload_id"])
            headers["Location"] = f"{self.url}{request.path}?uploadType=resumable&upload_id={name}"
        return Reply(308, headers=headers)

    def chunk(self, request: Request) -> Reply:
        session = self.session(request)
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers.get("content-range", ""))
        if not match:
            return refuse(400, "badRequest", domain="global")
        first, last, total = map(int, match.groups())
        if session["video"]:
            return self.progress(session, request)
        is_last = last + 1 == total
        if total != session["total"] or last - first + 1 != len(request.body) or last >= total:
            return refuse(400, "badContent", domain="global")
        if first != len(session["data"]) or (not is_last and len(request.body) % CHUNK_UNIT):
            return self.progress(session, request)
        self.store(session, request.body)
        return self.progress(session, request)

    def cut_short(self, route: str, request: Request) -> Reply:
        """Of a chunk that broke off, whole units of 256 KiB are kept."""
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers.get("content-range", ""))
        session = self.sessions.get(request.query.get("upload_id", ""))
        if route == "chunk" and match and session and not session["video"] and int(match[1]) == len(session["data"]):
            whole = len(request.body) // CHUNK_UNIT * CHUNK_UNIT
            session["data"] += request.body[:whole]
        return Reply(400)

    def store(self, session: dict[str, Any], data: bytes) -> None:
        if self.accept_at_most is not None and len(data) > self.accept_at_most:
            data = data[: self.accept_at_most]
        session["data"] += data
        if len(session["data"]) == session["total"]:
            self.commit(session)

    def commit(self, session: dict[str, Any]) -> None:
        sent = session["sent"]
        name = f"vid{len(self.videos):08d}"
        status = {"privacyStatus": "public", **sent.get("status", {}), "uploadStatus": "uploaded"}
        digest = hashlib.sha256(session["data"]).hexdigest()
        is_twice = any(video["sha256"] == digest for video in self.videos.values())
        self.videos[name] = {**sent, "status": status, "polls": 0, "sha256": digest, "twice": is_twice, "thumbnail": 0}
        session["video"] = name
        tags = sent.get("snippet", {}).get("tags", [])
        self.publish(id=name, title=sent.get("snippet", {}).get("title"), tags=tags, sha256=digest)

    # Looking.

    def resource(self, name: str, *parts: str) -> dict[str, Any]:
        video = self.videos[name]
        status = dict(video["status"])
        at = status.get("publishAt")
        if at and datetime.fromisoformat(at).astimezone(UTC).timestamp() <= self.now():
            status = {key: value for key, value in status.items() if key != "publishAt"} | {"privacyStatus": "public"}
        is_over = video["polls"] > self.polls
        details = {"processingStatus": "succeeded" if is_over else "processing"}
        if is_over:
            status["uploadStatus"] = "processed"
            if video["twice"]:
                status |= {"uploadStatus": "rejected", "rejectionReason": "duplicate"}
            status |= self.outcome
            details |= self.processing
        whole = {**video, "status": status, "processingDetails": details}
        return {"kind": "youtube#video", "id": name, **{part: whole[part] for part in parts if part in whole}}

    def list_videos(self, request: Request) -> Reply:
        self.authorise(request, READ)
        self.charge("units", 1)
        ids = [name for name in request.query.get("id", "").split(",") if name in self.videos]
        parts = request.query.get("part", "").split(",")
        if "status" in parts:
            for name in ids:
                self.videos[name]["polls"] += 1
        return Reply(200, {"items": [self.resource(name, *parts) for name in ids]})

    def list_channels(self, request: Request) -> Reply:
        self.authorise(request, READ)
        self.charge("units", 1)
        return Reply(200, {"items": [{"id": CHANNEL, "contentDetails": {"relatedPlaylists": {"uploads": UPLOADS}}}]})

    def list_items(self, request: Request) -> Reply:
        self.authorise(request, READ)
        self.charge("units", 1)
        which, most = request.query.get("playlistId", ""), min(int(request.query.get("maxResults", "5")), self.page)
        start = request.query.get("pageToken", "P0")
        if not re.fullmatch(r"P\d+", start):
            return refuse(400, "invalidPageToken", domain="youtube.parameter")
        if which == UPLOADS:
            ids = list(reversed(self.videos)) if self.listed else []
        elif which in self.playlists:
            ids = [name for name in self.playlists[which] if request.query.get("videoId") in (None, name)]
        else:
            return refuse(404, "playlistNotFound", domain="youtube.playlistItem")
        first = int(start[1:])
        items = [{"id": f"PLI{name}", "contentDetails": {"videoId": name}} for name in ids[first : first + most]]
        more = {"nextPageToken": f"P{first + most}"} if first + most < len(ids) else {}
        return Reply(200, {"items": items, **more})

    def insert_item(self, request: Request) -> Reply:
        self.authorise(request)
        self.charge("units", 50)
        snippet = request.tree.get("snippet", {})
        which, video = snippet.get("playlistId", ""), snippet.get("resourceId", {}).get("videoId", "")
        if which not in self.playlists or video not in self.videos:
            return refuse(404, "playlistNotFound" if which not in self.playlists else "videoNotFound")
        self.playlists[which].append(video)
        return Reply(200, {"id": f"PLI{video}", "snippet": snippet})

    def set_thumbnail(self, request: Request) -> Reply:
        self.authorise(request, UPLOAD)
        self.charge("units", 50)
        video = self.videos.get(request.query.get("videoId", ""))
        if video is None:
            return refuse(404, "videoNotFound", domain="youtube.thumbnail")
        if not request.body:
            return refuse(400, "mediaBodyRequired", domain="youtube.thumbnail")
        if len(request.body) > 52_428_800 or request.body[:2] != b"\xff\xd8":
            return refuse(400, "invalidImage", domain="youtube.thumbnail")
        if video["polls"] <= self.polls:
            return refuse(403, "forbidden", domain="youtube.thumbnail")
        video["thumbnail"] += 1
        return Reply(200, {"kind": "youtube#thumbnailSetResponse", "items": [{}]})
