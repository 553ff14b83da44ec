"""A fake of Instagram's content publishing: containers, bytes, fetching by URL, status, publishing, reading back.

Faithful to the Graph API's pages on content publishing, the container and the media; both host roles on one port, the
upload role below ``/ig-api-upload``. Public is what ``media_publish`` made of a container: one media at most.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fake_service import FakeService, Reply, Request, Stop

USER = "17841400000000001"
VERSIONS = ("v22.0", "v23.0", "v24.0", "v25.0", "v26.0")


def refuse(code: int, subcode: int = 0, status: int = 400, **more: Any) -> Reply:
    error = {"message": "…", "type": "OAuthException", "code": code, "is_transient": False, "fbtrace_id": "Afake"}
    if subcode:
        error |= {"error_subcode": subcode, "error_user_title": "…", "error_user_msg": f"error {subcode}"}
    return Reply(status, {"error": error | more})


class InstagramFake(FakeService):
    """``polls``: how often a whole container is seen processing. ``stalls``: it never ends.

    ``second_publish``: what publishing a container again answers, ``error`` or the ``same`` id. ``login``: the role of
    the accounts, ``facebook`` or ``instagram``.
    """

    def __init__(self, folder: Path) -> None:
        self.containers: dict[str, dict[str, Any]] = {}
        self.media: dict[str, dict[str, Any]] = {}
        self.polls = 1
        self.stalls = False
        self.second_publish = "error"
        self.login = "facebook"
        self.quota_total, self.container_cap = 50, 400
        self.failure = ""
        """How containers fail, once processed: a sentence, or a bare number."""
        self.retriable: bool | None = None
        """Not None: the upload role takes no bytes, and says whether to try again."""
        self.usage_step, self.app_usage = 0.0, 0.0
        """How much of the app's calls, in percent, each one uses; at a hundred it is throttled for `regain_minutes`."""
        self.regain_minutes = 30
        self.fetch_s = 20.0
        """How long a host may take to give a video or a cover out."""
        self.page = 100
        self.unready = 0
        """How many calls of media_publish still find a finished container not ready."""
        super().__init__(folder, "instagram")

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        parts = request.path.strip("/").split("/")
        if parts[0] == "ig-api-upload":
            return "upload", self.upload
        if parts[0] not in VERSIONS:
            return "version", lambda _: refuse(2635, message="an unknown or retired version")
        rest = parts[1:]
        table = {
            ("POST", "media"): ("media.create", self.create),
            ("POST", "media_publish"): ("media_publish", self.publish_container),
            ("GET", "media"): ("media.list", self.list_media),
            ("GET", "content_publishing_limit"): ("limit", self.limit),
        }
        if len(rest) == 2 and rest[0] == USER and (request.method, rest[1]) in table:
            return table[request.method, rest[1]]
        if len(rest) == 1 and request.method == "GET":
            return ("container" if rest[0] not in self.media else "media.read"), self.read
        return "unknown", lambda _: refuse(100, 33)

    # Leave.

    def authorise(self, request: Request, scheme: str = "Bearer") -> None:
        given, _, token = request.headers.get("authorization", "").partition(" ")
        token = token or request.query.get("access_token", "")
        if scheme == "Bearer" and not token:
            token = str(self.fields(request).get("access_token", ""))
        if given and given != scheme:
            raise Stop(refuse(190, message="Invalid OAuth access token"))
        state = self.tokens.get(token)
        if state != "valid":
            subcode = {"expired": 463, "revoked": 458}.get(state or "", 0)
            raise Stop(refuse(190, subcode, 401 if state is None else 400))
        if "instagram_content_publish" not in self.scopes[token]:
            raise Stop(refuse(10, status=403))
        self.app_usage += self.usage_step
        if self.app_usage >= 100:
            business = {"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": self.regain_minutes}
            told = {"X-App-Usage": json.dumps({"call_count": int(self.app_usage), "total_cputime": 1, "total_time": 1})}
            told["X-Business-Use-Case-Usage"] = json.dumps({USER: [business]})
            raise Stop(replace(refuse(4), headers=told))

    def fields(self, request: Request) -> dict[str, Any]:
        if "json" in request.headers.get("content-type", ""):
            return {**request.query, **request.tree}
        return {**request.query, **dict(parse_qsl(request.body.decode()))}

    # Containers.

    def create(self, request: Request) -> Reply:
        self.authorise(request)
        sent = self.fields(request)
        if sent.get("media_type") != "REELS":
            return refuse(100, 2207023)
        is_resumable = sent.get("upload_type") == "resumable"
        if is_resumable == ("video_url" in sent) or (is_resumable and self.login != "facebook"):
            return refuse(100)
        caption = sent.get("caption", "")
        if len(caption) > 2200:
            return refuse(36004, 2207010)
        if len(re.findall(r"[#＃]\w", caption)) > 30 or len(re.findall(r"@\w", caption)) > 20:
            return refuse(100, 2207040)
        if sent.get("is_paid_partnership") and self.login != "facebook":
            return refuse(10, message="INSTAGRAM_PLATFORM_API__PERMISSION")
        if len(sent.get("collaborators", [])) > 3 or len(sent.get("branded_content_sponsor_ids", [])) > 2:
            return refuse(100)
        day = [c for c in self.containers.values() if self.now() - c["born"] < 86400]
        if len(day) >= self.container_cap:
            return refuse(9, 2207042)
        if int(sent.get("thumb_offset", 0)) > 60_000:
            return refuse(1, 2207057)
        if "cover_url" in sent and (problem := self.cover_problem(str(sent["cover_url"]))):
            return problem
        name = f"1790000{len(self.containers):06d}"
        found = {"sent": sent, "born": self.now(), "data": bytearray(), "total": None, "polls": 0, "media": ""}
        self.containers[name] = found | {"error": "", "whole": False}
        if not is_resumable:
            self.fetch(self.containers[name], sent["video_url"])
            return Reply(200, {"id": name})
        return Reply(200, {"id": name, "uri": f"{self.url}/ig-api-upload/v25.0/{name}"})

    def fetch(self, container: dict[str, Any], url: str) -> None:
        """Really fetch it, by ranges, from loopback alone; a host that ignores Range, redirects or refuses fails it."""
        if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
            container["error"] = "fetch failed: 2207052"
            return
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            beginning = urllib.request.Request(url, headers={"Range": "bytes=0-1023"})
            with opener.open(beginning, timeout=self.fetch_s) as answer:
                if answer.status != 206:
                    container["error"] = "Error: Media download has failed. 2207077"
                    return
                total = int(answer.headers["Content-Range"].rpartition("/")[2])
            with opener.open(
                urllib.request.Request(url, headers={"Range": f"bytes=0-{total - 1}"}), timeout=self.fetch_s
            ) as rest:
                container["data"] += rest.read()
        except TimeoutError:
            container["error"] = "Error: Timed out while downloading the media. 2207003"
            return
        except (urllib.error.URLError, OSError) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                container["error"] = "Error: Timed out while downloading the media. 2207003"
                return
            container["error"] = f"The media could not be fetched from this URI: {url} 2207052"
            return
        container |= {"total": total, "whole": True}

    def cover_problem(self, url: str) -> Reply | None:
        """What is wrong with a cover, which really is fetched, from loopback alone."""
        if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
            return refuse(9004, 2207052)
        try:
            with urllib.request.build_opener(_NoRedirect).open(url, timeout=self.fetch_s) as answer:
                picture = answer.read()
        except (urllib.error.URLError, OSError):
            return refuse(9004, 2207052)
        if len(picture) > 8_000_000:
            return refuse(36000, 2207004)
        return None if picture[:3] == b"\xff\xd8\xff" else refuse(36001, 2207005)

    def upload(self, request: Request) -> Reply:
        self.authorise(request, "OAuth")
        container = self.containers.get(request.path.rpartition("/")[2])
        if container is None:
            return self.no_bytes("unknown", retriable=False)
        if self.retriable is not None:
            return self.no_bytes("ProcessingFailed", retriable=self.retriable)
        if url := request.headers.get("file_url"):
            self.fetch(container, url)
            if container["error"]:
                return self.no_bytes("the file_url could not be fetched", retriable=True)
            return Reply(200, {"success": True, "message": "Upload successful."})
        offset, size = request.headers.get("offset", ""), request.headers.get("file_size", "")
        if not offset.isdigit() or not size.isdigit():
            return self.no_bytes("missing offset or file_size", retriable=False)
        if container["whole"]:
            return Reply(200, {"success": True, "message": "Upload successful."})
        if int(offset) != len(container["data"]) or int(offset) + len(request.body) != int(size):
            return self.no_bytes("Offset mismatch", retriable=False)
        container["data"] += request.body
        container |= {"total": int(size), "whole": True}
        return Reply(200, {"success": True, "message": "Upload successful."})

    def cut_short(self, route: str, request: Request) -> Reply:
        container = self.containers.get(request.path.rpartition("/")[2])
        if route == "upload" and container and int(request.headers.get("offset", -1)) == len(container["data"]):
            container["data"] += request.body
            container["total"] = int(request.headers["file_size"])
        return Reply(400)

    @staticmethod
    def no_bytes(message: str, *, retriable: bool) -> Reply:
        told = {"retriable": retriable, "type": "ProcessingFailedError", "message": message}
        return Reply(400, {"debug_info": told})

    def expire(self) -> None:
        """A day goes by."""
        self.ahead_s += 86_401

    def state(self, container: dict[str, Any]) -> tuple[str, str]:
        if container["media"]:
            return "PUBLISHED", "Published: Media has already been published."
        if self.now() - container["born"] > 86_400:
            return "EXPIRED", "Expired"
        if container["error"]:
            return "ERROR", container["error"]
        if not container["whole"] or self.stalls or container["polls"] <= self.polls:
            return "IN_PROGRESS", "In Progress: Media is still being processed."
        if self.failure:
            return "ERROR", self.failure
        return "FINISHED", "Finished: Media has been uploaded and it is ready to be published."

    def read(self, request: Request) -> Reply:
        self.authorise(request)
        name = request.path.rpartition("/")[2]
        if name in self.media:
            return Reply(200, self.shown(name))
        container = self.containers.get(name)
        if container is None:
            return refuse(100, 33)
        if container["whole"]:
            container["polls"] += 1
        code, words = self.state(container)
        uploading = {"status": "complete" if container["whole"] else "in_progress"}
        if not container["whole"]:
            uploading["bytes_transferred"] = len(container["data"])  # type: ignore[assignment]
        status = {"uploading_phase": uploading, "processing_phase": {"status": "not_started"}}
        return Reply(200, {"id": name, "status_code": code, "status": words, "video_status": status})

    # Publishing.

    def publish_container(self, request: Request) -> Reply:
        self.authorise(request)
        container = self.containers.get(str(self.fields(request).get("creation_id", "")))
        if container is None:
            return refuse(24, 2207008)
        code, _ = self.state(container)
        if code == "PUBLISHED":
            return Reply(200, {"id": container["media"]}) if self.second_publish == "same" else refuse(100, 2207089)
        if code == "EXPIRED":
            return refuse(24, 2207008)
        if code != "FINISHED" or self.unready > 0:
            self.unready -= code == "FINISHED"
            return refuse(9007, 2207027)
        if self.usage() >= self.quota_total:
            return refuse(9, 2207042)
        name = f"1800000{len(self.media):06d}"
        container["media"] = name
        caption = container["sent"].get("caption", "")
        self.media[name] = {"caption": caption, "born": self.now(), "sent": container["sent"]}
        self.publish(id=name, container=str(self.fields(request)["creation_id"]), caption=caption)
        return Reply(200, {"id": name})

    def usage(self) -> int:
        return sum(self.now() - media["born"] < 86_400 for media in self.media.values())

    def limit(self, request: Request) -> Reply:
        self.authorise(request)
        config = {"quota_total": self.quota_total, "quota_duration": 86_400}
        return Reply(200, {"data": [{"quota_usage": self.usage(), "config": config}]})

    def shown(self, name: str) -> dict[str, Any]:
        media = self.media[name]
        return {
            "id": name,
            "caption": media["caption"],
            "permalink": f"https://www.instagram.com/reel/C{name}/",
            "timestamp": datetime.fromtimestamp(media["born"], UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "media_type": "VIDEO",
            "media_product_type": "REELS",
            "is_ai_generated": bool(media["sent"].get("is_ai_generated")),
        }

    def list_media(self, request: Request) -> Reply:
        self.authorise(request)
        most, start = min(int(request.query.get("limit", "25")), self.page), int(request.query.get("after", "0"))
        names = list(reversed(self.media))
        after = {"cursors": {"before": str(start), "after": str(start + most)}}
        more = {"next": f"{self.url}{request.path}?after={start + most}"} if start + most < len(names) else {}
        return Reply(200, {"data": [self.shown(name) for name in names[start : start + most]], "paging": after | more})

    def add_others(self, number: int, caption: str = "…") -> None:
        """So many Reels of the account, made in the app since."""
        for _ in range(number):
            self.media[f"1800000{len(self.media):06d}"] = {"caption": caption, "born": self.now(), "sent": {}}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None
