"""The cluster of `examples/cluster`: the compose file says what this program understands; the local one makes an ad."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Literal

import psutil
import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from castad_cli.settings import KEYS, load_settings

FOLDER = Path(__file__).resolve().parent.parent.parent / "examples" / "cluster"
ROLES = {"generate", "render", "upload"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
    return document


def ours(compose: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The services that are CaStAD itself, with its own entry point."""
    for name, service in compose["services"].items():
        if service.get("image") == "castad" and "entrypoint" not in service:
            yield name, service


def test_every_part_of_the_cluster_is_there_with_a_worker_for_each_role(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"scheduler", "primary", "standby", "s3", *ROLES} <= services.keys()
    for role in ROLES:
        assert services[role]["command"] == ["worker", "--role", role]
        grace = re.fullmatch(r"(\d+)s", services[role]["stop_grace_period"])
        assert grace
        assert int(grace[1]) > 120, "a worker drains for two minutes"


def test_its_commands_are_commands_of_this_program(compose: dict[str, Any]) -> None:
    import typer

    from castad_cli.cli.program import app

    group = typer.main.get_command(app)
    for name, service in ours(compose):
        found: Any = group
        words = [word for word in service.get("command", []) if not word.startswith("-")]
        while words and hasattr(found, "commands"):
            assert words[0] in found.commands, f"{name}: castad {words[0]}"
            found = found.commands[words.pop(0)]
        options = {option for param in getattr(found, "params", []) for option in param.opts}
        for word in service.get("command", []):
            if word.startswith("--"):
                assert word in options, f"{name}: {word}"


def test_its_settings_are_settings_of_this_program(compose: dict[str, Any]) -> None:
    known = {key.variable for key in KEYS}
    for name, service in ours(compose):
        assert service["environment"].keys() <= known, name
        assert service["environment"]["CASTAD_SCHEDULER"].startswith("tls://")


def test_every_secret_it_wants_stands_in_the_example_empty_and_every_file_is_there(compose: dict[str, Any]) -> None:
    text = (FOLDER / "compose.yaml").read_text("utf-8")
    wanted = set(re.findall(r"\$\{(\w+)", text))
    lines = (FOLDER / "cluster.env.example").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert wanted == given.keys()
    assert {name for name, value in given.items() if value} == {"S3_KEY"}
    volumes = compose["volumes"].keys()
    for name, service in compose["services"].items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in volumes or (FOLDER / source).exists(), f"{name}: {source}"
        for needed in service.get("depends_on", {}):
            assert needed in compose["services"], name
        build = service.get("build")
        if build:
            assert (FOLDER / build["context"] / build["dockerfile"]).is_file()


class Strict(BaseModel):
    """A part of the file; a key that Compose does not know, or that stands in the wrong part, is refused."""

    model_config = ConfigDict(extra="forbid")


Seconds = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*s$")]


class Build(Strict):
    context: str
    dockerfile: str


class Dependency(Strict):
    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]


class Healthcheck(Strict):
    test: Annotated[list[str], Field(min_length=2)]
    interval: Seconds
    timeout: Seconds
    retries: int


class Service(Strict):
    image: str
    build: Build | None = None
    init: bool = False
    restart: Literal["no", "unless-stopped"]
    user: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = Field(default_factory=dict)
    volumes: tuple[Annotated[str, StringConstraints(pattern=r"^[\w./-]+:/[\w./-]+(:ro)?$")], ...] = ()
    depends_on: Mapping[str, Dependency] = Field(default_factory=dict)
    healthcheck: Healthcheck | None = None
    stop_grace_period: Seconds = "10s"
    shm_size: str = ""
    cpus: int | float = 0
    profiles: tuple[str, ...] = ()
    working_dir: str = ""


class Compose(BaseModel):
    """The file; what begins with ``x-`` is only there to be referred to."""

    services: dict[str, Service]
    volumes: dict[str, None]


SECRETS = {
    "POSTGRES_PASSWORD": "p1", "REPLICATION_PASSWORD": "p2", "S3_KEY": "castad", "S3_SECRET": "s3cret",
    "CASTAD_SECRET_KEY": "k" * 44, "GEMINI_API_KEY": "g", "SUNO_API_KEY": "s",
}  # fmt: skip


@pytest.fixture(scope="module")
def filled() -> Compose:
    """The file as Compose reads it with a filled ``cluster.env``."""

    def fill(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else SECRETS[match[1]]

    text = re.sub(r"\$\$|\$\{(\w+)(?::[?-][^}]*)?\}", fill, (FOLDER / "compose.yaml").read_text("utf-8"))
    return Compose.model_validate(yaml.safe_load(text))


def test_every_key_is_one_of_compose_s_and_in_its_place(filled: Compose) -> None:
    assert len(filled.services) >= 10


def test_what_is_waited_for_can_come_to_be_and_nothing_waits_for_itself(filled: Compose) -> None:
    order = TopologicalSorter({name: set(service.depends_on) for name, service in filled.services.items()})
    assert set(order.static_order()) == filled.services.keys()
    for name, service in filled.services.items():
        for needed, how in service.depends_on.items():
            other = filled.services[needed]
            if how.condition == "service_healthy":
                assert other.healthcheck is not None, f"{name} waits for {needed}, whose health nobody asks for"
            if how.condition == "service_completed_successfully":
                assert other.restart == "no", f"{name} waits for the end of {needed}, which is always begun anew"
            else:
                assert other.restart != "no", f"{name} needs {needed}, which ends"
            assert not other.profiles, f"{name} needs {needed}, which is not started"


def test_its_settings_are_read_and_lead_to_its_own_services(filled: Compose, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [key.variable for key in KEYS]:
        monkeypatch.delenv(variable, raising=False)
    for name in ("scheduler", "migrate", "client", *ROLES):
        for variable, value in filled.services[name].environment.items():
            monkeypatch.setenv(variable, value)
        settings = load_settings(None, {})
        hosts = [
            settings.scheduler,
            settings.database_url,
            settings.database_replica_url,
            settings.storage_endpoint_url,
        ]
        named = set(re.findall(r"[/@,](\w+):\d+", " ".join(hosts)))
        assert named == {"scheduler", "primary", "standby", "s3"}, name
        assert named <= filled.services.keys()
        certificates = [str(path) for path in (settings.tls_ca, settings.tls_cert, settings.tls_key)]
        mounted = [mount.split(":")[1] for mount in filled.services[name].volumes]
        assert all(any(path.startswith(place + "/") for place in mounted) for path in certificates)


def test_its_lines_of_shell_are_shell_and_the_bucket_s_keys_are_json(filled: Compose, tmp_path: Path) -> None:
    for name, service in filled.services.items():
        if service.entrypoint == ("sh", "-c"):
            (script,) = service.command
            done = subprocess.run(["sh", "-n", "-c", script], capture_output=True, text=True)
            assert done.returncode == 0, f"{name}: {done.stderr}"
    (script,) = filled.services["s3"].command
    writes = script.partition("exec ")[0].replace("/tmp/s3.json", str(tmp_path / "s3.json"))
    subprocess.run(["sh", "-c", writes], env=filled.services["s3"].environment, check=True)
    (identity,) = json.loads((tmp_path / "s3.json").read_text())["identities"]
    assert identity["credentials"] == [{"accessKey": "castad", "secretKey": "s3cret"}]


def test_the_image_is_made_of_what_is_here_and_starts_this_program() -> None:
    lines = (FOLDER / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    steps = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    assert {step for step, _ in steps} <= {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "ENTRYPOINT", "CMD"}
    assert steps[0][0] == "FROM"
    root = FOLDER.parent.parent
    for step, rest in steps:
        if step == "COPY":
            *sources, _ = rest.split()
            assert all((root / source).exists() for source in sources), rest
        if step == "RUN":
            assert subprocess.run(["sh", "-n", "-c", rest]).returncode == 0, rest
        if step == "ENV":
            assert rest.split("=")[0] in {key.variable for key in KEYS}
    last = dict(steps)
    assert json.loads(last["ENTRYPOINT"]) == ["castad"]
    assert last["USER"] == "castad"
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert "castad" in project["scripts"]
    version = re.search(r"python:3\.(\d+)", last["FROM"])
    assert version
    assert int(version[1]) >= int(re.sub(r"\D+3\.", "", project["requires-python"]))


@pytest.mark.parametrize("script", ["replication.sh", "standby.sh"])
def test_its_scripts_are_shell(script: str) -> None:
    done = subprocess.run(["bash", "-n", FOLDER / script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


RECIPE = """\
castad: 1
name: inn
duration: 6s
formats: [square]
languages: [en]
brand: {name: Sea Inn}
brief: {kind: guesthouse, place: Aewol, highlights: [Ocean view, Terrace]}
media: [one.png, two.png]
music: {provider: house, mood: calm}
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_local_cluster_makes_an_ad_reports_on_it_and_leaves_nothing(
    tmp_path: Path, isolated_environment: dict[str, str]
) -> None:
    from PIL import Image

    for name, color in (("one", "#204060"), ("two", "#a05030")):
        noise = Image.effect_noise((900, 900), 60).convert("RGB")
        Image.blend(noise, Image.new("RGB", noise.size, color), 0.8).save(tmp_path / f"{name}.png")
    (tmp_path / "inn.yaml").write_text(RECIPE)
    castad = f"{shlex.quote(sys.executable)} -m castad_cli"
    script = f"{castad} batch inn.yaml --quality draft --json && {castad} report --json -o report.html"
    done = subprocess.run(
        [sys.executable, FOLDER / "local.py", "--render", "1", "--", "sh", "-c", script],
        cwd=tmp_path,
        env=isolated_environment,
        capture_output=True,
        text=True,
        timeout=580,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    records = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    (summary,) = (record for record in records if record["event"] == "summary")
    assert (summary["done"], summary["failed"]) == (1, 0)
    assert records[-1]["event"] == "report"
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "data:image/webp" in page
    assert "X-Amz-Signature" in page, "the video is reached by a signed address"
    marks = " ".join(" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"]))
    assert "castad-cluster-" not in marks
    assert str(tmp_path) not in marks
