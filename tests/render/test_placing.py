"""Photographs in their boxes: faces whole, clear of words, and a person's own focus above all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from castad_cli.model.formats import Box
from castad_cli.render.media.faces import Face
from castad_cli.render.media.motion import choose_move
from castad_cli.render.placing import Subject, covered, place

REEL = Box(0, 0, 1080, 1920)
WORDS = [Box(80, 1250, 1000, 1500)]
WIDE, TALL = (3000, 2000), (2000, 3000)


def test_a_picture_without_faces_or_words_moves_about_its_focus() -> None:
    subject = Subject(WIDE, (0.3, 0.5), given=False)
    assert place("zoom-in", 0, subject, REEL, []) == choose_move("zoom-in", 0, WIDE, REEL, (0.3, 0.5))


def test_a_face_under_the_words_is_moved_clear_of_them() -> None:
    face = Face(0.35, 0.62, 0.6, 0.79)
    subject = Subject(TALL, (0.475, 0.7), given=False, faces=(face,))
    usual = choose_move("zoom-in", 0, TALL, REEL, subject.focus)
    assert covered(subject, usual, REEL, [WORDS])[0] > 0.35
    moved = place("zoom-in", 0, subject, REEL, WORDS)
    assert covered(subject, moved, REEL, [WORDS])[0] < 0.15


def test_a_focus_that_a_person_gave_wins() -> None:
    subject = Subject(TALL, (0.475, 0.7), given=True, faces=(Face(0.35, 0.62, 0.6, 0.79),))
    assert place("zoom-in", 0, subject, REEL, WORDS) == choose_move("zoom-in", 0, TALL, REEL, subject.focus)


def test_a_subject_without_a_face_is_shifted_but_not_shown_closer() -> None:
    subject = Subject(WIDE, (0.5, 0.5), given=False)
    words = [Box(300, 700, 1000, 1200)]
    moved = place("still", 0, subject, REEL, words)
    assert moved.start.x > 0.5, "to the left of the words, where there is most room"
    assert moved.start.zoom == choose_move("still", 0, WIDE, REEL, (0.5, 0.5)).start.zoom


@given(
    st.floats(0.02, 0.7),
    st.floats(0.02, 0.7),
    st.floats(0.08, 0.22),
    st.sampled_from(["zoom-in", "pan-left", "pan-up"]),
)
def test_a_face_that_has_room_is_never_cut(left: float, top: float, side: float, motion: str) -> None:
    face = Face(left, top, left + side, top + side)
    subject = Subject(WIDE, (left + side / 2, top + side / 2), given=False, faces=(face,))
    box = Box(0, 0, 1080, 1080)
    move = place(motion, 1, subject, box, [])
    for view in (move.start, move.end):
        half_x = 1 / (2 * view.zoom * 1.5)
        half_y = 1 / (2 * view.zoom)
        assert view.x - half_x <= face.left + 0.03
        assert view.x + half_x >= face.right - 0.03
        assert view.y - half_y <= face.top + 0.035
        assert view.y + half_y >= face.bottom - 0.035
