"""The cluster of `examples/cluster`: the compose file says what this program understands; the local one makes an ad."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from castad_cli.settings import KEYS

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
