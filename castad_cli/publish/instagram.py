"""Instagram Reels: a container, its bytes, its processing, and the one call that publishes it.

The point of no return is ``media_publish``. A container is published once at most, so its id is kept as soon as it is
known, and every worker goes on with the same one. Once published, it does not tell the media's id: that is found
in the account's list, by caption and time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from castad_cli.errors import NeedsReview, PlatformError, PutOff
from castad_cli.publish import quotas
from castad_cli.publish.line import Line, now
from castad_cli.publish.media_limits import check_media, cover_problem
from castad_cli.publish.metadata import instagram_caption, made_by_ai
from castad_cli.publish.publisher import Draft, Job, PostFiles
from castad_cli.publish.wire import Answer, NoAnswerError, Part, without_queries

ROOTS = {"facebook": "https://graph.facebook.com", "instagram": "https://graph.instagram.com"}
"""By how the account logged in."""
VERSION = "v25.0"

FIX_LOGIN = "run `castad auth login instagram` again"

_TOKEN, _THROTTLED, _PERMISSION = 190, frozenset({4, 17, 32, 613, 80001}), frozenset({3, 10, *range(200, 300)})
_UNKNOWN_CONTAINER = frozenset({(24, 2207008), (24, 2207006), (100, 33)})
_REBUILD = frozenset(
    {2207001, 2207003, 2207006, 2207008, 2207020, 2207032, 2207052, 2207053, 2207076, 2207077, 2207082}
)
"""Failures of a container that a new one may not have: Instagram's servers, or its fetching of the video."""
_CLOCKS_DIFFER = timedelta(minutes=5)
MOST_PAGES = 10
"""Of fifty media each, among which a published Reel is looked for."""


class Instagram:
    """Reels on a professional account."""

    name = "instagram"
    title = "Instagram"

    def compose(self, account: str, fields: Mapping[str, Any], files: PostFiles) -> Draft:
        media = check_media(files.video, self.name, self.title)
        at = fields.get("at")
        sent: dict[str, Any] = {
            "media_type": "REELS",
            "caption": instagram_caption(fields, files.facts),
            "share_to_feed": bool(fields.get("share_to_feed", True)),
            "is_ai_generated": made_by_ai(fields, files.facts),
        }
        cover_s = min(float(files.facts.get("cover_s") or 0.0), max(0.0, media.duration_s - 0.1))
        wrong = cover_problem(files.cover) if files.cover_url else ""
        takes_cover = files.cover_url and not wrong
        sent |= {"cover_url": files.cover_url} if takes_cover else {"thumb_offset": round(cover_s * 1000)}
        warnings = (f"the cover ({wrong}): the video's own picture at {cover_s:g} s stands for it",) if wrong else ()
        if collaborators := [str(name).lstrip("@") for name in fields.get("collaborators") or ()]:
            sent["collaborators"] = collaborators
        sponsors = [str(user) for user in fields.get("sponsors") or ()]
        if fields.get("paid_partnership") or sponsors:
            sent["is_paid_partnership"] = True
        if sponsors:
            sent["branded_content_sponsor_ids"] = sponsors
        starts = datetime.fromisoformat(str(at)).astimezone(UTC) if at else None
        return Draft(self.name, account, sent, files, at=starts, warnings=warnings)

    def outgoing(self, draft: Draft, facts: Mapping[str, Any], marker: str) -> Mapping[str, Any]:
        """By way of Facebook the file is sent from here; else Instagram fetches it from its public address."""
        fields, login = dict(draft.sent), facts.get("login") or "facebook"
        if fields.get("is_paid_partnership") and login != "facebook":
            raise PlatformError(
                "Instagram takes paid partnerships from accounts that log in with Facebook only",
                kind="rejected",
                fix="run `castad auth login instagram --via facebook`, or set `paid_partnership: false`",
            )
        if login == "facebook":
            return fields | {"upload_type": "resumable"}
        if draft.files.video_url:
            return fields | {"video_url": draft.files.video_url}
        raise PlatformError(
            "Instagram takes a file from this machine only for accounts that log in with Facebook",
            kind="rejected",
            fix="set CASTAD_STORAGE_URL to an S3 bucket, which Instagram can fetch from, or log in with Facebook",
        )

    def post(self, job: Job) -> Mapping[str, Any]:
        return _Reel(job).run()


class _Reel:
    """One Reel's way to Instagram."""

    def __init__(self, job: Job) -> None:
        self.job, self.hold = job, job.hold
        self.line = Line(job, Instagram.title, lambda answer: _codes(answer)[0] == _TOKEN)
        facts, settings = job.credentials.facts, job.context.settings
        self.login = str(facts.get("login") or "facebook")
        self.user = str(facts.get("user_id") or "")
        self.root = f"{settings.instagram_url or ROOTS[self.login]}/{settings.instagram_version or VERSION}"
        self._account = f"instagram {self.user}"
        self.handle: dict[str, Any] = dict(self.hold.claim.handle or {})
        self._tries = 0

    def run(self) -> Mapping[str, Any]:
        """Go on from where the container stands until it is published."""
        rebuilt = 0
        while True:
            if self.handle.get("media"):
                return self._result(str(self.handle["media"]))
            if not self.handle.get("container"):
                self._wait_for_its_time()
                if rebuilt > 2:
                    raise PlatformError("Instagram lost three containers in a row", kind="transient")
                self._build()
                rebuilt += 1
            state = self.line.look(self._ready)
            if state == "PUBLISHED":
                return self._published()
            if state in ("EXPIRED", "UNKNOWN"):
                self._start_over(state)
            elif state is None:
                self._give_up_or_come_back()
            else:
                self._publish()

    # The container.

    def _wait_for_its_time(self) -> None:
        """Instagram schedules nothing, and a container lives for a day: the post itself waits."""
        at = self.job.draft.at
        if at is not None and now() < at:
            raise PutOff(f"to be posted at {at:%Y-%m-%d %H:%M} UTC", until=at)

    def _build(self) -> None:
        """A new container, its id kept. An answer lost here costs one of 400 a day, and shows nobody anything."""
        self.line.heed(self._account, "no more posts for now")
        self._read_limit()
        fields = Instagram().outgoing(self.job.draft, self.job.credentials.facts, self.job.marker)
        rate = quotas.INSTAGRAM_CONTAINERS_A_DAY
        self.line.take(f"instagram containers {self.user}", rate / 2 / 86400, rate // 2, "containers")
        answer = self.line.insist(lambda: self._call("POST", f"{self.user}/media", fields))
        tree = answer.tree()
        if not tree.get("id"):
            raise self._closing(_refusal(answer))
        self.handle = {"container": str(tree["id"]), "since": now().isoformat()}
        if tree.get("uri"):
            self.handle["uri"] = str(tree["uri"])
        self.hold.save_handle(self.handle)

    def _read_limit(self) -> None:
        """Instagram's own word on how many posts are left in the last day; its pages disagree on the figure."""
        answer = self._ask(f"{self.user}/content_publishing_limit", fields="quota_usage,config")
        if answer.status >= 300:
            raise self._closing(_refusal(answer))
        found = (answer.tree().get("data") or [{}])[0]
        total, used = found.get("config", {}).get("quota_total"), int(found.get("quota_usage") or 0)
        if total is not None:
            told = {"limit": {"total": int(total), "used": used, "at": now().isoformat()}}
            self.job.context.records.accounts.note(Instagram.name, self.job.draft.account, told)
        if total is not None and used >= total:
            raise PutOff(f"Instagram takes {total} posts a day, and that many are out", until=_in(hours=1))

    def _ready(self) -> str | None:
        """``FINISHED``, ``PUBLISHED``, ``EXPIRED``, ``UNKNOWN`` (Instagram knows no such container), or None while it
        is processed. Sends what bytes are missing.
        """
        answer = self._ask(self.handle["container"], fields="id,status,status_code,video_status")
        if _codes(answer) in _UNKNOWN_CONTAINER or (answer.status == 404 and answer.tree().get("error")):
            return "UNKNOWN"
        if answer.status >= 300:
            raise self._closing(_refusal(answer))
        tree = answer.tree()
        state = str(tree.get("status_code", ""))
        if state == "ERROR":
            self._failed(str(tree.get("status", "")))
        phase = (tree.get("video_status") or {}).get("uploading_phase") or {}
        if state not in ("FINISHED", "PUBLISHED", "EXPIRED"):
            sent = int(phase.get("bytes_transferred") or 0)
            if self.handle.get("uri") and phase.get("status") != "complete" and sent < self._size():
                self._send(sent)
            return None
        return state

    def _failed(self, status: str) -> None:
        """The container failed: nothing was published, and nothing will be by it."""
        found = re.search(r"2207\d{3}", status)
        self.hold.nothing_happened()
        self.handle = {}
        message = f"Instagram could not process the video: {without_queries(status) or 'no reason given'}"
        is_passing = found is not None and int(found[0]) in _REBUILD
        raise PlatformError(message, kind="transient" if is_passing else "rejected")

    def _send(self, offset: int) -> None:
        """The bytes from ``offset`` on, to the address that the container came with. Broken, it is asked again."""
        size = self._size()
        with self.job.draft.files.video.open("rb") as file:
            part = Part(file, offset, size, self.line.watch(size))
            headers = {"offset": str(offset), "file_size": str(size), "Content-Type": "application/octet-stream"}
            try:
                answer = self.line.call("POST", self._upload_url(), headers=headers, body=part, scheme="OAuth")
            except NoAnswerError:
                return
        if answer.status < 300 or answer.status >= 500:
            return
        told = answer.tree().get("debug_info")
        if isinstance(told, Mapping):
            if told.get("retriable"):
                self._tries += 1
                if self._tries > self.line.pace.retries:
                    raise PlatformError("Instagram took no bytes, and says that it may later", kind="transient")
                return
            message = f"Instagram took no bytes: {str(told.get('message', ''))[:200]}"
            raise PlatformError(message, kind="rejected")
        raise _refusal(answer)

    def _give_up_or_come_back(self) -> None:
        """Still processing: later again, until the container's life is over."""
        since = datetime.fromisoformat(str(self.handle["since"]))
        if (now() - since).total_seconds() > quotas.INSTAGRAM_CONTAINER_LIFE_S:
            reason = (
                f"Instagram processed the container {self.handle['container']} for a day and did not say how it ended"
            )
            raise NeedsReview(reason, fix="look at the account, then `castad review`")
        raise self.line.come_back("Instagram is still processing the video")

    def _start_over(self, state: str) -> None:
        """The container is gone. Unless the account's list has its Reel, or nobody can tell, nothing happened.

        Raises:
            NeedsReview: it may have been published, and that it was not cannot be known.
        """
        if self.hold.claim.was_committing:
            if media := self.line.look(self._find_media):
                self._keep(media)
                return
            # An expired container was never published, by Instagram's definition; of an unknown one nothing is said.
            if state == "UNKNOWN":
                raise NeedsReview(
                    f"Instagram no longer knows container {self.handle['container']}, which may have been published",
                    fix="look at the account, then `castad review`",
                )
        self.hold.nothing_happened()
        self.handle = {}

    # Publishing.

    def _publish(self) -> None:
        """The call that cannot be taken back. Unless it answers an id, the container is asked what became of it."""
        self.handle["publishing_at"] = now().isoformat()
        self.hold.save_handle(self.handle)
        self.hold.commit_point()
        answer: Answer | None = None
        try:
            answer = self._call("POST", f"{self.user}/media_publish", {"creation_id": self.handle["container"]})
            trouble = f"it answered {answer.status}"
        except NoAnswerError as error:
            trouble = str(error)
        if answer is not None and answer.tree().get("id"):
            self._keep(str(answer.tree()["id"]))
            return
        is_unready = answer is not None and _codes(answer) == (9007, 2207027)
        if answer is not None and not is_unready and 300 <= answer.status < 500 and self._ready() != "PUBLISHED":
            refusal = _refusal(answer)
            if refusal.kind != "transient":
                # Instagram's word that nothing happened; the container itself is as good as before.
                self.hold.nothing_happened()
                self.hold.save_handle(self.handle)
                raise self._closing(refusal)
        self._tries += 1
        if self._tries > self.line.pace.retries:
            if is_unready:
                raise self.line.come_back("Instagram is not ready to publish the video")
            raise PlatformError(f"Instagram published nothing that we know of: {trouble}", kind="transient")
        self.line.pause(self.line.pace.retry_s * 2**self._tries)

    def _keep(self, media: str) -> None:
        self.handle["media"] = media
        self.hold.save_handle(self.handle)

    def _published(self) -> Mapping[str, Any]:
        """The container is out already, and its media's id was lost with the answer."""
        try:
            media = self.line.look(self._find_media)
        except PlatformError:
            media = None  # that it is out is known; its address is not worth a person's time
        if media:
            self._keep(media)
            return self._result(media)
        warnings = [*self.job.draft.warnings, _ID_UNKNOWN]
        return {"id": "", "url": "", "container": self.handle["container"], "warnings": warnings}

    def _find_media(self) -> str | None:
        """The Reel of this caption that came out since publishing began and is no other post's; None: none, or many."""
        begun = datetime.fromisoformat(str(self.handle.get("publishing_at") or self.handle["since"]))
        others = {post.remote_id for post in self.job.context.records.effects.posts() if post.platform == "instagram"}
        found = [
            str(media["id"])
            for media in self._media_since(begun - _CLOCKS_DIFFER)
            if str(media.get("caption", "")).strip() == self.job.draft.sent["caption"].strip()
            and str(media["id"]) not in others
        ]
        return found[0] if len(found) == 1 else None

    def _media_since(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The account's media from then on, the latest first, from however many pages; none where it is not told."""
        query = {"fields": "id,caption,permalink,timestamp,media_product_type", "limit": "50"}
        for _ in range(MOST_PAGES):
            answer = self._ask(f"{self.user}/media", **query)
            tree = answer.tree() if answer.status < 300 else {}
            for media in tree.get("data") or ():
                if _time(media.get("timestamp")) < since:
                    return
                yield media
            paging = tree.get("paging") or {}
            if not paging.get("next"):
                return
            query = {**query, "after": str(paging["cursors"]["after"])}

    def _result(self, media: str) -> Mapping[str, Any]:
        try:
            permalink = str(self._ask(media, fields="id,permalink,timestamp").tree().get("permalink") or "")
        except PlatformError:
            permalink = ""
        warnings = [*self.job.draft.warnings, *([] if permalink else ["its address could not be read"])]
        return {"id": media, "url": permalink} | ({"warnings": warnings} if warnings else {})

    # Calls.

    def _closing(self, refusal: PlatformError) -> PlatformError:
        return self.line.close(self._account, refusal)

    def _size(self) -> int:
        return self.job.draft.files.video.stat().st_size

    def _call(self, method: str, path: str, fields: Mapping[str, Any]) -> Answer:
        body = json.dumps(fields, ensure_ascii=False).encode()
        return self.line.call(method, f"{self.root}/{path}", headers={"Content-Type": "application/json"}, body=body)

    def _ask(self, path: str, **query: str) -> Answer:
        return self.line.ask("GET", f"{self.root}/{path}?{urlencode(query)}")

    def _upload_url(self) -> str:
        """The container's own address; on another host where the settings name one."""
        uri, other = str(self.handle["uri"]), self.job.context.settings.instagram_upload_url
        if not other:
            return uri
        here = urlsplit(other)
        return urlunsplit(urlsplit(uri)._replace(scheme=here.scheme, netloc=here.netloc))


_ID_UNKNOWN = "it is out, but which of the account's media it is could not be told"


def _in(**delta: float) -> datetime:
    return now() + timedelta(**delta)


def _time(text: Any) -> datetime:
    """Instagram's time stamps: 2026-11-25T09:00:00+0000."""
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _codes(answer: Answer) -> tuple[int, int]:
    """Code and subcode of an error; (0, 0) of anything else."""
    error = answer.tree().get("error")
    if not isinstance(error, Mapping):
        return 0, 0
    return int(error.get("code") or 0), int(error.get("error_subcode") or 0)


def _refusal(answer: Answer) -> PlatformError:
    """Instagram's refusal as an error: by code and subcode; ``is_transient`` is not to be trusted."""
    code, subcode = _codes(answer)
    error = answer.tree().get("error")
    error = error if isinstance(error, Mapping) else {}
    words = without_queries(str(error.get("error_user_msg") or error.get("message") or ""))
    said = f"Instagram: {words[:200]} ({code}/{subcode}, trace {error.get('fbtrace_id', 'none')})"
    if code == _TOKEN:
        return PlatformError(said, kind="auth", fix=FIX_LOGIN)
    if code in _PERMISSION:
        return PlatformError(said, kind="auth", fix=f"{FIX_LOGIN}, and leave every permission ticked")
    if (code, subcode) == (9, 2207042):
        return PlatformError(said, kind="quota", until=_in(hours=1))
    if code in _THROTTLED and not subcode:
        return PlatformError(said, kind="quota", until=_in(minutes=_regain_minutes(answer)))
    if answer.status >= 500 or not code or code in (-1, -2, 1, 2, 341, 368) or subcode in _REBUILD:
        return PlatformError(said, kind="rejected" if subcode == 2207057 else "transient")
    return PlatformError(said, kind="rejected")


def _regain_minutes(answer: Answer) -> float:
    """How long until access comes back, as the usage header says; a minute where it does not."""
    try:
        usage = json.loads(answer.headers.get("x-business-use-case-usage", "{}"))
        times = [entry.get("estimated_time_to_regain_access", 0) for entries in usage.values() for entry in entries]
    except (ValueError, AttributeError, TypeError):
        times = []
    return max([1.0, *map(float, times)])
