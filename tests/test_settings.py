"""Settings come from the highest place that gives them, and say where a wrong one stands."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from castad_cli.errors import UserError
from castad_cli.settings import KEYS, Settings, load_settings, user_config_file, without_password


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, so that the tester's settings play no part."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", *(key.variable for key in KEYS)):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path / "home"


@pytest.fixture
def project(home: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "recipes"
    folder.mkdir(parents=True)
    return folder


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_defaults_need_nothing_and_stay_in_the_home_folder(home: Path, project: Path) -> None:
    settings = load_settings(project, {}, environment={})
    assert settings.scheduler == ""
    assert settings.workers is None
    assert settings.database_url.startswith("sqlite:///")
    assert str(home) in settings.database_url
    assert home in Path(settings.storage_url).parents
    assert home in settings.assets_folder.parents
    assert settings.sources == {}
    assert not home.exists(), "loading settings writes nothing"


def test_flag_beats_environment_beats_project_file_beats_user_file_beats_default(home: Path, project: Path) -> None:
    write(user_config_file(), 'scheduler = "tcp://user:1"\n')
    assert load_settings(project, {}, environment={}).scheduler == "tcp://user:1"
    write(project.parent / "castad.toml", 'scheduler = "tcp://project:1"\n')
    assert load_settings(project, {}, environment={}).scheduler == "tcp://project:1"
    environment = {"CASTAD_SCHEDULER": "tcp://environment:1"}
    settings = load_settings(project, {}, environment=environment)
    assert (settings.scheduler, settings.sources["scheduler"]) == ("tcp://environment:1", "CASTAD_SCHEDULER")
    settings = load_settings(project, {"scheduler": "tcp://flag:1"}, environment=environment)
    assert (settings.scheduler, settings.sources["scheduler"]) == ("tcp://flag:1", "flag")
    assert load_settings(project, {"scheduler": None}, environment=environment).scheduler == "tcp://environment:1"


def test_the_nearest_project_file_counts(project: Path) -> None:
    write(project.parent / "castad.toml", "workers = 2\n")
    write(project / "castad.toml", "workers = 3\n")
    recipe = write(project / "spring.yaml", "castad: 1\n")
    assert load_settings(recipe, {}, environment={}).workers == 3
    assert load_settings(project.parent, {}, environment={}).workers == 2


def test_every_key_can_be_set_in_the_file_and_in_the_environment(project: Path) -> None:
    samples = {
        "text": "ap-northeast-2",
        "url": "http://127.0.0.1:8080",
        "scheduler": "tls://scheduler:8786",
        "database": "postgresql+psycopg://castad@db/castad",
        "storage": "s3://bucket/prefix",
        "folder": "/var/castad",
        "program": "/opt/program",
        "count": 5,
        "amount": 0.04,
        "flag": True,
        "secret": "s3cr3t",
    }
    tables: dict[str, list[str]] = {}
    for key in KEYS:
        table, _, leaf = key.toml.rpartition(".")
        value = samples[key.kind]
        written = f'"{value}"' if isinstance(value, str) else str(value).lower()
        tables.setdefault(table, []).append(f"{leaf} = {written}")
    text = "".join((f"[{table}]\n" if table else "") + "\n".join(lines) + "\n" for table, lines in tables.items())
    write(project / "castad.toml", text)
    from_file = load_settings(project, {}, environment={})
    from_environment = load_settings(None, {}, environment={key.variable: str(samples[key.kind]) for key in KEYS})
    assert from_file == from_environment
    assert set(from_file.sources) == {key.field for key in KEYS}
    assert from_file.storage_options == {
        "endpoint_url": "http://127.0.0.1:8080",
        "key": "s3cr3t",
        "secret": "s3cr3t",
        "token": "s3cr3t",
        "client_kwargs": {"region_name": "ap-northeast-2"},
        "anon": True,
    }


def test_paths_in_a_file_start_from_that_file(project: Path) -> None:
    write(
        project.parent / "castad.toml",
        'ffmpeg = "bin/ffmpeg"\nbrowser = "chromium"\n[storage]\nurl = "store"\n[database]\nurl = "sqlite:///runs.db"\n',
    )
    settings = load_settings(project, {}, environment={})
    assert settings.ffmpeg == str(project.parent / "bin/ffmpeg")
    assert settings.browser == "chromium"
    assert settings.storage_url == str(project.parent / "store")
    assert settings.database_url == f"sqlite:///{project.parent / 'runs.db'}"


def test_an_empty_environment_variable_is_as_good_as_none(project: Path) -> None:
    assert load_settings(project, {}, environment={"CASTAD_STORAGE_URL": ""}).sources == {}


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_postgres_is_always_spoken_to_through_psycopg(project: Path, url: str) -> None:
    assert load_settings(project, {"database_url": url}, environment={}).database_url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize(
    ("text", "line", "column", "path", "fix"),
    [
        ('schedular = "tcp://a:1"\n', 1, 1, "schedular", "did you mean `scheduler`?"),
        ('\n[storage]\n  ulr = "s3://b"\n', 3, 3, "storage.ulr", "did you mean `storage.url`?"),
        ('[storge]\nurl = "s3://b"\n', 1, 2, "storge", "did you mean `storage`?"),
        ('storage_url = "s3://b"\n', 1, 1, "storage_url", "did you mean `storage.url`?"),
        ('storage.ulr = "s3://b"\n', 1, 1, "storage.ulr", "did you mean `storage.url`?"),
        ('"CASTAD_FFMPEG" = "x"\n', 1, 2, "CASTAD_FFMPEG", "did you mean `ffmpeg`?"),
        ("zzzzqq = 1\n", 1, 1, "zzzzqq", "known keys: scheduler"),
    ],
)
def test_an_unknown_key_is_named_with_its_place_and_the_nearest_known_one(
    project: Path, text: str, line: int, column: int, path: str, fix: str
) -> None:
    file = write(project / "castad.toml", text)
    with pytest.raises(UserError) as caught:
        load_settings(project, {}, environment={})
    place = caught.value.place
    assert place is not None
    assert (place.file, place.line, place.column, place.path) == (str(file), line, column, path)
    assert caught.value.fix.startswith(fix)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("workers = 0\n", "whole number"),
        ("workers = true\n", "whole number"),
        ('workers = "many"\n', "whole number"),
        ("scheduler = 8786\n", "text is wanted"),
        ('scheduler = "localhost:8786"\n', "Dask scheduler"),
        ('[storage]\nanonymous = "perhaps"\n', "true nor false"),
        ('[gemini]\nurl = "file:///etc"\n', "http"),
        ('[database]\nurl = "mysql://root:hunter2@h/d"\n', "database"),
        ("[gemini]\napi_key = 5\n", "text is wanted"),
        ("gemini = 5\n", "unknown key `gemini`"),
    ],
)
def test_a_wrong_value_is_told_with_its_line(project: Path, text: str, says: str) -> None:
    write(project / "castad.toml", text)
    with pytest.raises(UserError, match=says) as caught:
        load_settings(project, {}, environment={})
    assert caught.value.place is not None
    assert caught.value.place.line == text.rstrip().count("\n") + 1
    assert caught.value.fix
    assert "hunter2" not in str(caught.value) + repr(caught.value.place)


def test_a_wrong_environment_variable_is_named(project: Path) -> None:
    with pytest.raises(UserError, match="CASTAD_WORKERS"):
        load_settings(project, {}, environment={"CASTAD_WORKERS": "lots"})


def test_a_wrong_flag_is_named_as_it_is_typed(project: Path) -> None:
    with pytest.raises(UserError, match="--database"):
        load_settings(project, {"database_url": "oracle://x"}, environment={})


def test_broken_toml_is_told_with_line_and_column(project: Path) -> None:
    write(project / "castad.toml", 'workers = 1\nscheduler = "open\n')
    with pytest.raises(UserError, match="not valid TOML") as caught:
        load_settings(project, {}, environment={})
    assert caught.value.place is not None
    assert caught.value.place.line == 2


def test_a_file_that_is_not_utf8_is_told(project: Path) -> None:
    (project / "castad.toml").write_bytes(b'scheduler = "\xff\xfe"')
    with pytest.raises(UserError, match="UTF-8"):
        load_settings(project, {}, environment={})


def test_a_folder_named_like_the_file_is_passed_over(project: Path) -> None:
    (project / "castad.toml").mkdir()
    assert load_settings(project, {}, environment={}).sources == {}


def test_no_secret_shows_in_repr_shown_or_errors(project: Path) -> None:
    write(
        project / "castad.toml",
        'secret_key = "hush-1"\n[storage]\nkey = "hush-2"\nsecret = "hush-3"\n[gemini]\napi_key = "hush-4"\n',
    )
    settings = load_settings(
        project, {"database_url": "postgresql://castad:hush-5@db/castad?password=hush-6"}, environment={}
    )
    assert settings.gemini_api_key.get_secret_value() == "hush-4"
    assert "hush-5@db" in settings.database_url
    assert "hush" not in repr(settings) + str(settings) + str(settings.shown())
    assert settings.shown()["gemini_api_key"] == "set"
    write(project / "castad.toml", '[gemini]\napi_kye = "hush-7"\n')
    with pytest.raises(UserError) as caught:
        load_settings(project, {}, environment={})
    assert "hush" not in repr(caught.value.place) + str(caught.value)
    write(project / "castad.toml", 'secret_key = "hush-8\n')
    with pytest.raises(UserError) as caught:
        load_settings(project, {}, environment={})
    assert "hush" not in repr(caught.value.place) + str(caught.value)


def test_settings_travel_to_workers(project: Path) -> None:
    settings = load_settings(project, {"workers": 3}, environment={"GEMINI_API_KEY": "hush"})
    copy: Settings = pickle.loads(pickle.dumps(settings))
    assert copy == settings
    assert copy.gemini_api_key.get_secret_value() == "hush"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p:w@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u:p/w@h/d", "postgresql://u:***@h/d"),
        ("postgresql://h/d?user=u&password=pw&x=1", "postgresql://h/d?user=u&password=***&x=1"),
        ("postgresql://u@h:5432/d", "postgresql://u@h:5432/d"),
        ("sqlite:////home/u/castad.db", "sqlite:////home/u/castad.db"),
    ],
)
def test_passwords_in_urls_are_starred(url: str, shown: str) -> None:
    assert without_password(url) == shown
