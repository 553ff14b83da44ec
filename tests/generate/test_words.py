import subprocess
import sys
import types
from dataclasses import replace

import pytest

from castad_cli.errors import PlatformError, UserError
from castad_cli.generate import providers
from castad_cli.generate.words import write_script
from castad_cli.model.place import Place
from castad_cli.model.plan import Facts, SceneSlots, ScriptTask
from castad_cli.model.script import SceneWords, Script, SlotLimit

HEAD, LINE = SlotLimit(14), SlotLimit(22)
TASK = ScriptTask(
    fingerprint="f",
    language="ko",
    provider="offline",
    seed=0,
    facts=Facts("하늘마루 펜션", "pension", "제주 애월", offer="평일 20% 할인", highlights=("오션뷰 객실",)),
    scenes=(SceneSlots("opening", 0, HEAD, LINE), SceneSlots("point", 1, HEAD), SceneSlots("closing", 2, HEAD, LINE)),
    call_to_action=SlotLimit(12, 1),
    place=Place("spring.yaml", 12, 3, "copy"),
)
GIVEN = (
    SceneWords("opening", "바다를 베고 눕다", "애월의 첫 햇살"),
    SceneWords("point", "파도 소리"),
    SceneWords("closing", "평일이 더 좋아요"),
)


def test_offline_writes_a_script_for_every_scene() -> None:
    script = write_script(TASK)
    assert [scene.role for scene in script.scenes] == ["opening", "point", "closing"]
    assert script.generated
    assert script.provider == "offline"


def test_an_unknown_provider_is_named_with_those_there_are() -> None:
    with pytest.raises(UserError, match="'nobody'") as caught:
        write_script(replace(TASK, provider="nobody"))
    assert "offline" in caught.value.fix
    assert caught.value.place == TASK.place


def test_given_words_are_taken_as_they_are() -> None:
    script = write_script(replace(TASK, given=GIVEN, given_call_to_action="지금 예약하기"))
    assert script.scenes == GIVEN
    assert script.call_to_action == "지금 예약하기"
    assert script.offer == "평일 20% 할인"
    assert "바다를 베고 눕다" in script.caption
    assert not script.generated


def test_given_words_get_a_call_to_action_when_they_have_none() -> None:
    assert "평일" in write_script(replace(TASK, given=GIVEN)).call_to_action


def test_given_words_too_long_for_their_slot_name_slot_width_and_limit() -> None:
    given = (GIVEN[0], replace(GIVEN[1], headline="파도 소리에 잠들고 파도 소리에 눈을 떠요"), GIVEN[2])
    with pytest.raises(UserError, match=r"scene 2's headline is 20 em long and its place holds 14 em") as caught:
        write_script(replace(TASK, given=given))
    assert caught.value.place == TASK.place
    assert "shorten" in caught.value.fix


def test_a_given_call_to_action_too_long_is_refused() -> None:
    with pytest.raises(UserError, match="the call to action is"):
        write_script(replace(TASK, given_call_to_action="지금 바로 전화 걸어서 객실 예약하기"))


def test_a_given_line_without_a_place_is_noted_not_lost_silently() -> None:
    given = (GIVEN[0], replace(GIVEN[1], line="밤새 들려요"), GIVEN[2])
    script = write_script(replace(TASK, given=given))
    assert script.scenes[1].line == ""
    assert "scene 2's line is not shown" in script.notes[0]


def test_the_number_of_given_scenes_must_match() -> None:
    with pytest.raises(UserError, match="2 scenes of words for 3 scenes"):
        write_script(replace(TASK, given=GIVEN[:2]))


@pytest.fixture
def failing_provider(monkeypatch: pytest.MonkeyPatch) -> str:
    module = types.ModuleType("failing_provider")

    def write(task: ScriptTask, outside: object) -> Script:
        raise PlatformError("over quota", kind="quota")

    module.__dict__["write"] = write
    monkeypatch.setitem(sys.modules, "failing_provider", module)
    monkeypatch.setitem(providers.BUILT_IN, "failing", "failing_provider")
    return "failing"


def test_a_failing_provider_falls_back_and_says_so(failing_provider: str) -> None:
    script = write_script(replace(TASK, provider=failing_provider, fallback="offline"))
    assert script.provider == "offline"
    assert "over quota" in script.notes[-1]


def test_a_failing_provider_without_fallback_fails(failing_provider: str) -> None:
    with pytest.raises(PlatformError, match="over quota"):
        write_script(replace(TASK, provider=failing_provider))


def test_writing_words_imports_nothing_heavy() -> None:
    code = (
        "import sys, castad_cli.generate.words, castad_cli.generate.offline.copywriter;"
        "print(sorted({'numpy', 'cv2', 'av', 'PIL', 'playwright', 'sqlalchemy', 'dask'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
