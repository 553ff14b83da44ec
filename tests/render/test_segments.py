"""How a timeline is cut into segments, and how several are encoded at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from queue import Empty, Queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castad_cli.render.segments import Encoders, Segment, encode_all, plan_segments
from castad_cli.render.timeline import Scene, Timeline


def timeline(*lengths: int) -> Timeline:
    edges = [sum(lengths[:i]) for i in range(len(lengths) + 1)]
    scenes = [Scene(i, "point", i, a, b, "cut", 0) for i, (a, b) in enumerate(pairwise(edges))]
    return Timeline(tuple(scenes), edges[-1])


@given(st.lists(st.integers(1, 400), min_size=1, max_size=12))
def test_segments_follow_one_another_and_stay_inside_their_scenes(lengths: list[int]) -> None:
    line = timeline(*lengths)
    segments = plan_segments(line)
    assert [frame for segment in segments for frame in segment.frames] == list(range(line.frames))
    assert [segment.index for segment in segments] == list(range(len(segments)))
    for segment in segments:
        scene = line.scenes[segment.scene]
        assert scene.start <= segment.start < segment.end <= scene.end
        assert len(segment.frames) <= 60


def test_a_scene_is_cut_into_equal_parts() -> None:
    assert [len(s.frames) for s in plan_segments(timeline(95, 60, 61))] == [47, 48, 60, 30, 31]


def test_a_transition_that_takes_a_while_is_a_part_of_its_own() -> None:
    line = Timeline(
        (
            Scene(0, "opening", 0, 0, 99, "cut", 0),
            Scene(1, "point", 1, 99, 158, "dissolve", 15),
            Scene(2, "closing", 2, 158, 237, "wipe", 9),
        ),
        237,
    )
    assert [s.frames for s in plan_segments(line)] == [
        *(range(49), range(49, 99)),
        *(range(99, 114), range(114, 158)),
        *(range(158, 197), range(197, 237)),
    ]
    assert [s.is_transition for s in plan_segments(line)] == [False, False, True, False, False, False]


def test_two_encoders_have_half_each_of_a_scene_with_a_transition() -> None:
    scene = Scene(0, "point", 0, 0, 99, "dissolve", 15)
    parts = plan_segments(Timeline((scene,), 99))
    assert [s.frames for s in parts] == [range(15), range(15, 42), range(42, 99)]
    assert parts[0].effort + parts[1].effort == parts[2].effort


@given(st.integers(10, 60), st.integers(1, 400))
def test_a_scene_with_a_transition_has_no_more_key_frames_than_its_length_needs(apart: int, rest: int) -> None:
    parts = plan_segments(Timeline((Scene(0, "point", 0, 0, apart + rest, "dissolve", apart),), apart + rest))
    assert [frame for part in parts for frame in part.frames] == list(range(apart + rest))
    assert len(parts) == 1 + -(-rest // 60)
    assert all(1 <= len(part.frames) <= 60 for part in parts)


def test_every_frame_is_counted_and_the_longest_segment_begins_first() -> None:
    begun, told = [], []

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        begun.append(segment.index)
        for _ in segment.frames:
            on_frame()

    encode_all(plan_segments(timeline(10, 52, 30)), encode, lambda done, total: told.append((done, total)), at_once=1)
    assert begun == [1, 2, 0]
    assert told[-1] == (92, 92)


def test_one_encoder_is_held_back_until_all_scenes_can_be_drawn() -> None:
    begun, going_on = Queue[int](), threading.Event()

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        begun.put(segment.index)
        going_on.wait(60)

    with Encoders(plan_segments(timeline(120, 60)), encode, lambda done, total: None, at_once=2) as encoders:
        encoders.allow(0)
        assert begun.get(timeout=60) == 0
        with pytest.raises(Empty):
            begun.get(timeout=0.2)
        encoders.allow(1)
        assert begun.get(timeout=60) == 1
        going_on.set()
        encoders.finish()
    assert begun.get(timeout=60) == 2


def test_who_has_none_left_to_encode_is_told_what_is_encoded_and_the_last_while_others_go_on() -> None:
    told: list[int] = []
    all_told, going_on = threading.Event(), threading.Event()

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        if segment.index == 1:  # the longest, which begins first and ends last
            assert all_told.wait(60)

    def look(segment: Segment) -> None:
        if len(told) == 2:
            assert going_on.wait(60)
        told.append(segment.index)
        if len(told) == 2:
            all_told.set()

    segments = plan_segments(timeline(10, 52, 30))
    with Encoders(segments, encode, lambda done, total: None, at_once=2, meanwhile=look) as encoders:
        encoders.allow(2)
        encoders.finish()
        assert told == [2, 0]
        going_on.set()
    assert told == [2, 0, 1]


def test_each_segment_is_told_when_it_is_encoded_and_none_while_scenes_are_to_come() -> None:
    seen: list[str] = []
    first = threading.Event()

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        seen.append(f"encode {segment.index}")
        first.set()

    segments = plan_segments(timeline(30, 20, 10))
    with Encoders(
        segments, encode, lambda done, total: None, at_once=1, meanwhile=lambda s: seen.append(f"look {s.index}")
    ) as encoders:
        encoders.allow(0)
        assert first.wait(60)
        time.sleep(0.05)
        assert seen == ["encode 0"]
        encoders.allow(2)
        encoders.finish()
    assert seen == ["encode 0", "encode 1", "look 0", "encode 2", "look 1", "look 2"]


def test_what_goes_wrong_with_the_last_is_told_at_the_end() -> None:
    going_on = threading.Event()

    def look(segment: Segment) -> None:
        assert going_on.wait(60)
        raise ValueError("cannot look")

    encoders = Encoders(
        plan_segments(timeline(10)), lambda segment, on_frame: None, lambda done, total: None, at_once=1, meanwhile=look
    )
    encoders.__enter__()
    encoders.allow(0)
    encoders.finish()
    going_on.set()
    with pytest.raises(ValueError, match="cannot look"):
        encoders.__exit__(None, None, None)


def test_what_goes_wrong_meanwhile_stops_the_work() -> None:
    failed = threading.Event()

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        if segment.index == 1:
            assert failed.wait(60)
            for _ in segment.frames:
                on_frame()

    def look(segment: Segment) -> None:
        failed.set()
        raise ValueError("cannot look")

    segments = plan_segments(timeline(10, 52))
    with Encoders(segments, encode, lambda done, total: None, at_once=2, meanwhile=look) as encoders:
        encoders.allow(1)
        with pytest.raises(ValueError, match="cannot look"):
            encoders.finish()


def test_the_first_failure_stops_the_others_and_is_the_one_told() -> None:
    running, counted = threading.Event(), [0]

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        if segment.index == 1:
            running.wait(60)
            raise ValueError("no more paint")
        for _ in range(10**9):
            on_frame()
            counted[0] += 1
            running.set()

    with pytest.raises(ValueError, match="no more paint"):
        encode_all(plan_segments(timeline(60, 50, 40)), encode, lambda done, total: None, at_once=2)
    assert counted[0] < 10**9


def test_what_an_observer_raises_stops_the_work() -> None:
    class StopNowError(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        raise StopNowError

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        for _ in range(10**9):
            on_frame()

    with pytest.raises(StopNowError):
        encode_all(plan_segments(timeline(60, 50, 40)), encode, stop, at_once=2)


def test_an_observer_can_stop_the_work_after_any_frame() -> None:
    told: list[int] = []

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        for _ in segment.frames:
            on_frame()

    encode_all(plan_segments(timeline(10, 7)), encode, lambda done, total: told.append(done), at_once=2)
    assert told == list(range(1, 18))


def test_no_segment_begins_before_its_scene_can_be_drawn() -> None:
    begun: list[int] = []
    allowed = [0]

    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        assert segment.scene <= allowed[0]
        begun.append(segment.scene)
        for _ in segment.frames:
            on_frame()

    with Encoders(plan_segments(timeline(10, 20, 30)), encode, lambda done, total: None, at_once=2) as encoders:
        for scene in range(3):
            allowed[0] = scene
            encoders.allow(scene)
            while scene not in begun:
                encoders.check()
                time.sleep(0.001)
        encoders.finish()
    assert begun == [0, 1, 2]


def test_a_failure_is_told_while_later_scenes_are_not_known_yet() -> None:
    def encode(segment: Segment, on_frame: Callable[[], None]) -> None:
        raise ValueError("no more paint")

    def lay_out_for_long(encoders: Encoders) -> None:
        encoders.allow(0)
        while True:
            encoders.check()
            time.sleep(0.001)

    with (
        pytest.raises(ValueError, match="no more paint"),
        Encoders(plan_segments(timeline(10, 20)), encode, lambda done, total: None, at_once=2) as encoders,
    ):
        lay_out_for_long(encoders)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("castad-encode")]


def test_giving_up_ends_encoders_that_wait_for_a_scene() -> None:
    class LayoutFailedError(Exception):
        pass

    with (
        pytest.raises(LayoutFailedError),
        Encoders(plan_segments(timeline(10)), lambda segment, on_frame: None, lambda *_: None, at_once=2),
    ):
        raise LayoutFailedError
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("castad-encode")]
