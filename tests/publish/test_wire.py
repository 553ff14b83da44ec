"""One call is made once, and what came of it is told as it was."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_service import FakeService, Reply, Request

from castad_cli.publish.wire import NoAnswerError, Part, send, without_queries


class Echo(FakeService):
    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        if request.path == "/moved":
            return "moved", lambda _: Reply(302, headers={"Location": f"{self.url}/echo"})
        return "echo", lambda asked: Reply(200, {"size": len(asked.body), "stated": asked.stated})


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[Echo]:
    service = Echo(tmp_path, "echo")
    yield service
    service.stop()


def test_who_is_not_ready_when_the_connection_stands_sends_nothing(echo: Echo) -> None:
    def too_late() -> None:
        raise LookupError("overtaken meanwhile")

    with pytest.raises(LookupError):
        send("POST", f"{echo.url}/echo", body=b"{}", ready=too_late)
    assert send("POST", f"{echo.url}/echo", body=b"{}").status == 200
    assert echo.calls["echo"] == 1


def test_a_part_of_a_file_is_sent_with_its_length(echo: Echo) -> None:
    seen: list[int] = []
    part = Part(io.BytesIO(bytes(300_000)), 100_000, 300_000, seen.append)
    assert send("PUT", f"{echo.url}/echo", body=part).tree() == {"size": 200_000, "stated": 200_000}
    assert seen[0] == 100_000
    assert seen[-1] == 300_000


def test_a_part_can_be_stopped_between_two_blocks(echo: Echo) -> None:
    def stop(position: int) -> None:
        if position > 200_000:
            raise InterruptedError

    part = Part(io.BytesIO(bytes(1_000_000)), 0, 1_000_000, stop)
    with pytest.raises(NoAnswerError):
        send("PUT", f"{echo.url}/echo", body=part)


def test_a_redirect_is_not_followed(echo: Echo) -> None:
    assert send("POST", f"{echo.url}/moved", body=b"{}").status == 302
    assert echo.calls["echo"] == 0


@pytest.mark.parametrize("how", ["drop", "drop_after", "hang"])
def test_a_broken_call_is_made_once(echo: Echo, how: str) -> None:
    echo.fault("echo", how, times=9)
    with pytest.raises(NoAnswerError) as broken:
        send("POST", f"{echo.url}/echo?key=secret", body=b"{}", answer_s=0.2)
    assert broken.value.began
    assert "secret" not in str(broken.value)
    assert echo.calls["echo"] == 1


def test_an_answer_that_drips_is_given_up_though_each_byte_comes_in_time(echo: Echo) -> None:
    echo.fault("echo", "drip", every_s=0.05, reply=Reply(200, {"said": "x" * 4000}))
    with pytest.raises(NoAnswerError, match="no answer in time"):
        send("POST", f"{echo.url}/echo", body=b"{}", answer_s=0.3)
    assert echo.calls["echo"] == 1


def test_an_answer_that_comes_slowly_is_read_to_its_end(echo: Echo) -> None:
    echo.fault("echo", "drip", every_s=0.01)
    assert send("POST", f"{echo.url}/echo", body=b"{}", answer_s=30).tree() == {"size": 2, "stated": 2}


def test_the_journal_tells_what_was_asked_and_no_secret(echo: Echo) -> None:
    query = "access_token=abc&fields=id&client_secret=def"
    send("GET", f"{echo.url}/echo?{query}", headers={"Authorization": "Bearer ghi", "X-Part": "1"})
    (entry,) = echo.journal
    assert (entry.query["fields"], entry.headers["x-part"], entry.method) == ("id", "1", "GET")
    assert not [secret for secret in ("abc", "def", "ghi") if secret in str(echo.journal)]


def test_a_signed_address_in_somebody_s_words_is_told_without_its_query() -> None:
    said = "cannot be fetched from https://s3.example/a.mp4?X-Amz-Signature=abc&x=1 now? no"
    assert without_queries(said) == "cannot be fetched from https://s3.example/a.mp4?… now? no"


def test_a_host_that_is_not_there_was_never_reached(echo: Echo) -> None:
    url = echo.url
    echo.stop()
    with pytest.raises(NoAnswerError) as broken:
        send("GET", url, answer_s=1)
    assert not broken.value.began


def test_a_refusal_that_comes_before_the_body_is_read_is_still_read(echo: Echo) -> None:
    echo.fault("echo", "instead", reply=Reply(413, {"error": "too large"}))
    assert send("PUT", f"{echo.url}/echo", body=bytes(2_000_000)).tree() == {"error": "too large"}
