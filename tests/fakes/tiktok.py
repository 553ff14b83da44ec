"""A fake of TikTok's Content Posting API v2: creator info, init, chunks, status, the inbox.

Faithful to TikTok's reference pages. Public (or in the inbox) is what was uploaded whole: a publish id posts once.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fake_service import FakeService, Reply, Request, Stop

MB = 1_000_000
LEAST_CHUNK, MOST_CHUNK, MOST_LAST = 5 * MB, 64 * 1024 * 1024, 128 * 1024 * 1024
RATES = {"creator_info": 20, "init": 6, "inbox.init": 6, "status": 30, "cancel": 30, "video.list": 600}


def envelope(data: dict[str, Any], code: str = "ok", status: int = 200) -> Reply:
    message = "" if code == "ok" else code.replace("_", " ")
    return Reply(status, {"data": data, "error": {"code": code, "message": message, "log_id": "2026fake"}})


def refuse(status: int, code: str) -> Reply:
    return envelope({}, code, status)


class TikTokFake(FakeService):
    """``polls``: how often a whole post is seen processing. ``fail_reason``: how posts end instead. ``stalls``: never.

    ``creator_code``: creator info's code at HTTP 200. ``unaudited``: the app may post to private accounts alone.
    ``repeats``: a chunk sent again is taken as sent, rather than refused. ``user_cap``: how many users may post through
    the app in a day. ``prefixes``: of addresses that are verified to be the app's, to pull videos from.
    ``users``: whose a token is; all are one user's unless told otherwise.
    """

    def __init__(self, folder: Path) -> None:
        self.posts: dict[str, dict[str, Any]] = {}
        self.polls = 1
        self.fail_reason = ""
        self.stalls = False
        self.creator_code = "ok"
        self.unaudited = False
        self.repeats = False
        self.moderated = True
        self.post_cap, self.pending_cap = 15, 5
        self.creator: dict[str, Any] = {
            "creator_username": "haneul",
            "creator_nickname": "Haneul",
            "privacy_level_options": ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
            "comment_disabled": False,
            "duet_disabled": False,
            "stitch_disabled": True,
            "max_video_post_duration_sec": 600,
        }
        self.users: dict[str, str] = {}
        self.user_cap = 1000
        self.prefixes: tuple[str, ...] = ()
        self.times: dict[tuple[str, str], list[float]] = {}
        self.rated = True
        super().__init__(folder, "tiktok")

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        if request.path == "/upload/" and request.method == "PUT":
            return "chunk", self.chunk
        base = "/v2/post/publish/"
        table = {
            f"{base}creator_info/query/": ("creator_info", self.creator_info),
            f"{base}video/init/": ("init", self.init),
            f"{base}inbox/video/init/": ("inbox.init", self.inbox_init),
            f"{base}status/fetch/": ("status", self.status),
            f"{base}cancel/": ("cancel", self.cancel),
            "/v2/video/list/": ("video.list", self.list_videos),
        }
        if request.path in table and request.method == "POST":
            return table[request.path]
        return "unknown", lambda _: refuse(405 if request.path in table else 404, "invalid_param")

    def authorise(self, request: Request, scope: str, route: str) -> None:
        if self.tokens.get(request.token) != "valid":
            raise Stop(refuse(401, "access_token_invalid"))
        if scope not in self.scopes[request.token]:
            raise Stop(refuse(401, "scope_not_authorized"))
        times = self.times.setdefault((request.token, route), [])
        times[:] = [at for at in times if self.now() - at < 60]
        if self.rated and len(times) >= RATES[route]:
            raise Stop(refuse(429, "rate_limit_exceeded"))
        times.append(self.now())

    def user(self, request: Request) -> str:
        return self.users.get(request.token, "one")

    def is_one_too_many(self, request: Request) -> bool:
        """Whether the app has as many users in the last day as it may, and this is another."""
        active = {post["user"] for post in self.posts.values() if self.now() - post["born"] < 86_400}
        return self.user(request) not in active and len(active) >= self.user_cap

    def creator_info(self, request: Request) -> Reply:
        self.authorise(request, "video.publish", "creator_info")
        if self.is_one_too_many(request):
            return envelope({}, "reached_active_user_cap")
        return envelope(self.creator if self.creator_code == "ok" else {}, self.creator_code)

    def init(self, request: Request) -> Reply:
        self.authorise(request, "video.publish", "init")
        info = request.tree.get("post_info", {})
        level = info.get("privacy_level")
        if not level:
            return refuse(400, "invalid_param")
        is_public = "PUBLIC_TO_EVERYONE" in self.creator["privacy_level_options"]
        if self.unaudited and (level != "SELF_ONLY" or is_public):
            return refuse(403, "unaudited_client_can_only_post_to_private_accounts")
        if level not in self.creator["privacy_level_options"]:
            return refuse(403, "privacy_level_option_mismatch")
        if len(info.get("title", "").encode("utf-16-le")) // 2 > 2200:
            return refuse(400, "invalid_param")
        if "brand_content_toggle" not in info or "brand_organic_toggle" not in info:
            return refuse(400, "invalid_param")
        if info["brand_content_toggle"] and level == "SELF_ONLY":
            return refuse(400, "invalid_param")
        if self.is_one_too_many(request):
            return refuse(403, "reached_active_user_cap")
        mine = [post for post in self.posts.values() if post["user"] == self.user(request)]
        if sum(self.now() - post["born"] < 86_400 for post in mine if post["out"]) >= self.post_cap:
            return refuse(403, "spam_risk_too_many_posts")
        return self.begin(request, info, "direct")

    def inbox_init(self, request: Request) -> Reply:
        self.authorise(request, "video.upload", "inbox.init")
        if "post_info" in request.tree:
            return refuse(400, "invalid_param")
        pending = (p for p in self.posts.values() if p["mode"] == "inbox" and self.now() - p["born"] < 86_400)
        if sum(1 for _ in pending) >= self.pending_cap:
            return refuse(403, "spam_risk_too_many_pending_share")
        return self.begin(request, {}, "inbox")

    def begin(self, request: Request, info: dict[str, Any], mode: str) -> Reply:
        source = request.tree.get("source_info", {})
        if source.get("source") == "PULL_FROM_URL":
            return self.pull(request, str(source.get("video_url", "")), info, mode)
        if source.get("source") != "FILE_UPLOAD":
            return refuse(400, "invalid_param")
        size, chunk, count = (int(source.get(k, 0)) for k in ("video_size", "chunk_size", "total_chunk_count"))
        is_whole = count == 1 and chunk == size and size <= 64 * MB
        if not 0 < size <= 4 * 1024 * MB or not 1 <= count <= 1000 or (not is_whole and count != size // chunk):
            return refuse(400, "invalid_param")
        if not is_whole and not LEAST_CHUNK <= chunk <= MOST_CHUNK:
            return refuse(400, "invalid_param")
        name = f"v_pub_file~v2-1.{len(self.posts):019d}"
        found = {"size": size, "chunk": chunk, "count": count, "stored": 0, "index": 0, "born": self.now()}
        found |= {"info": info, "source": source, "mode": mode, "polls": 0, "out": False}
        self.posts[name] = found | {"user": self.user(request)}
        return envelope({"publish_id": name, "upload_url": f"{self.url}/upload/?upload_id={len(self.posts) - 1}&t=x"})

    def pull(self, request: Request, url: str, info: dict[str, Any], mode: str) -> Reply:
        """TikTok fetches the video: this call itself begins the post. Loopback stands for https here."""
        if not url.startswith(self.prefixes or ("none",)):
            return refuse(403, "url_ownership_unverified")
        name = f"v_pub_url~v2-1.{len(self.posts):019d}"
        post = {"size": 0, "chunk": 0, "count": 0, "stored": 0, "index": 0, "born": self.now(), "pulled": True}
        post |= {"info": info, "mode": mode, "polls": 0, "out": False, "user": self.user(request)}
        self.posts[name] = post
        try:
            if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
                raise OSError("only loopback is fetched")
            with urllib.request.build_opener(_NoRedirect).open(url, timeout=20) as answer:
                post["size"] = post["stored"] = len(answer.read())
            self.release(name, post)
        except (urllib.error.URLError, OSError):
            post["failed"] = "video_pull_failed"
        return envelope({"publish_id": name})

    def cancel(self, request: Request) -> Reply:
        self.authorise(request, "video.publish", "cancel")
        post = self.post_of(request)
        if post["out"] or post.get("failed"):
            return refuse(400, "publish_not_cancellable")
        post["failed"] = "publish_cancelled"
        return envelope({})

    def post_of(self, request: Request) -> dict[str, Any]:
        post = self.posts.get(str(request.tree.get("publish_id", "")))
        if post is None:
            raise Stop(refuse(400, "invalid_publish_id"))
        if post["user"] != self.user(request):
            raise Stop(refuse(400, "token_not_authorized_for_specified_publish_id"))
        return post

    def chunk(self, request: Request) -> Reply:
        names = list(self.posts)
        which = request.query.get("upload_id", "")
        if not which.isdigit() or int(which) >= len(names):
            return Reply(404)
        post = self.posts[names[int(which)]]
        if self.now() - post["born"] > 3600:
            return Reply(403)
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers.get("content-range", ""))
        kinds = ("video/mp4", "video/quicktime", "video/webm")
        if not match or request.headers.get("content-type") not in kinds:
            return Reply(400)
        first, last, total = map(int, match.groups())
        if total != post["size"] or last - first + 1 != len(request.body):
            return Reply(400)
        progress = {"Content-Range": f"bytes 0-{max(post['stored'] - 1, 0)}/{post['size']}"}
        if first != post["stored"]:
            return Reply(201 if self.repeats and last < post["stored"] else 416, headers=progress)
        is_last = post["index"] == post["count"] - 1
        if not is_last and len(request.body) != post["chunk"]:
            return Reply(416, headers=progress)
        if is_last and last + 1 != total:
            return Reply(416, headers=progress)
        post["stored"] += len(request.body)
        post["index"] += 1
        if is_last:
            self.release(names[int(which)], post)
        return Reply(201 if is_last else 206, headers={"Content-Range": f"bytes 0-{post['stored'] - 1}/{total}"})

    def release(self, name: str, post: dict[str, Any]) -> None:
        """All bytes are here: the post is made, unless it is to fail."""
        if not self.fail_reason:
            post["out"] = True
            self.publish(id=name, mode=post["mode"], title=post["info"].get("title", ""), info=post["info"])

    def status(self, request: Request) -> Reply:
        self.authorise(request, "video.publish", "status")
        post = self.post_of(request)
        data: dict[str, Any] = {"uploaded_bytes": post["stored"], "publicaly_available_post_id": []}
        if post.get("failed"):
            return envelope({"status": "FAILED", "fail_reason": post["failed"], **data})
        if post.get("pulled"):
            data["downloaded_bytes"] = data.pop("uploaded_bytes")
            post["polls"] += 1
            done = post["polls"] > self.polls and not self.stalls
            return envelope({"status": "PUBLISH_COMPLETE" if done else "PROCESSING_DOWNLOAD", **data})
        if post["stored"] < post["size"]:
            return envelope({"status": "PROCESSING_UPLOAD", **data})
        post["polls"] += 1
        if self.stalls or post["polls"] <= self.polls:
            return envelope({"status": "PROCESSING_UPLOAD", **data})
        if not post["out"]:
            return envelope({"status": "FAILED", "fail_reason": self.fail_reason or "internal", **data})
        if post["mode"] == "inbox":
            return envelope({"status": "SEND_TO_USER_INBOX", **data})
        if self.is_public(post):
            data["publicaly_available_post_id"] = [self.number(post)]
        return envelope({"status": "PUBLISH_COMPLETE", **data})

    def is_public(self, post: dict[str, Any]) -> bool:
        return bool(post["out"] and self.moderated and post["info"].get("privacy_level") == "PUBLIC_TO_EVERYONE")

    def number(self, post: dict[str, Any]) -> int:
        """The public video's id: an integer, as TikTok sends it."""
        return 7_300_000_000_000_000_000 + list(map(id, self.posts.values())).index(id(post))

    def forget(self) -> None:
        """No publish id is known any more; what is out stays out, and in the account's list."""
        self.posts = {f"gone {name}": post for name, post in self.posts.items()}

    def list_videos(self, request: Request) -> Reply:
        """Public videos alone, the latest first; the cursor is a time in milliseconds."""
        self.authorise(request, "video.list", "video.list")
        most, cursor = int(request.tree.get("max_count", 10)), int(request.tree.get("cursor") or 0)
        if not request.query.get("fields") or not 1 <= most <= 20:
            return refuse(400, "invalid_params")
        mine = [post for post in self.posts.values() if self.is_public(post) and post["user"] == self.user(request)]
        mine = sorted((p for p in mine if not cursor or p["born"] * 1000 < cursor), key=lambda p: -p["born"])
        shown = []
        for post in mine[:most]:
            name, title = str(self.number(post)), post["info"].get("title", "")
            video = {"id": name, "create_time": int(post["born"]), "title": title, "video_description": title}
            shown.append(video | {"share_url": f"https://www.tiktok.com/@haneul/video/{name}"})
        last = int(mine[:most][-1]["born"] * 1000) if shown else 0
        return envelope({"videos": shown, "cursor": last, "has_more": len(mine) > most})

    def add_others(self, number: int, title: str = "…") -> None:
        """So many public videos of the account, made in the app since."""
        for _ in range(number):
            post = {"size": 0, "stored": 0, "born": self.now() + len(self.posts) / 1000, "mode": "direct", "out": True}
            post |= {"user": "one", "info": {"privacy_level": "PUBLIC_TO_EVERYONE", "title": title}}
            self.posts[f"app {len(self.posts)}"] = post


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None
