"""Templates behind a URL: brought, found, pinned, and refused where they are not what they should be."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from castad_cli.errors import UserError
from castad_cli.run.far_templates import bring_templates
from castad_cli.settings import Settings
from castad_cli.templates import load_template, template_names, use_folders

Serve = Callable[[str, dict[str, str | bytes]], str]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's own word)
        """Says nothing."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """A ZIP file of the given files on a server of this machine: its address."""
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    versions: list[str] = []

    def put(name: str, files: dict[str, str | bytes]) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        (folder / name).write_bytes(packed.getvalue())
        versions.append(name)
        os.utime(folder / name, (1_700_000_000 + len(versions),) * 2)  # HTTP's dates are of whole seconds
        return f"http://127.0.0.1:{server.server_address[1]}/{name}"

    yield put
    server.shutdown()
    server.server_close()
    use_folders(())


def bakery(folder: str = "bakery") -> dict[str, str | bytes]:
    menu = load_template("menu").folder
    files: dict[str, str | bytes] = {
        f"{folder}/{file}": (menu / file).read_bytes() for file in ("template.html", "style.css")
    }
    description = (menu / "template.yaml").read_text(encoding="utf-8")
    return {**files, f"{folder}/template.yaml": description.replace("name: menu", f"name: {folder}", 1)}


def settings(tmp_path: Path, urls: str) -> Settings:
    return Settings(cache_folder=tmp_path / "cache", template_urls=urls)


def test_a_template_from_a_url_is_found_and_stays_without_a_network(serve: Serve, tmp_path: Path) -> None:
    url = serve("templates.zip", bakery())
    bring_templates(settings(tmp_path, url))
    assert "bakery" in template_names()
    assert load_template("bakery").spec.name == "bakery"
    use_folders(())
    assert "bakery" not in template_names()
    bring_templates(settings(tmp_path, url), network=False)
    assert "bakery" in template_names()


def test_a_changed_archive_brings_the_changed_template(serve: Serve, tmp_path: Path) -> None:
    url = serve("templates.zip", bakery())
    bring_templates(settings(tmp_path, url))
    before = load_template("bakery").fingerprint
    files = bakery()
    files["bakery/style.css"] = bytes(files["bakery/style.css"]) + b"\n.paper { opacity: 1; }\n"
    serve("templates.zip", files)
    bring_templates(settings(tmp_path, url))
    assert load_template("bakery").fingerprint != before


def test_other_bytes_than_those_pinned_are_refused(serve: Serve, tmp_path: Path) -> None:
    url = serve("templates.zip", bakery())
    right = hashlib.sha256((tmp_path / "served" / "templates.zip").read_bytes()).hexdigest()
    bring_templates(settings(tmp_path, f"{url}#sha256={right}"))
    with pytest.raises(UserError, match="is not the archive that is wanted"):
        bring_templates(settings(tmp_path, f"{url}#sha256={'0' * 64}"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("../bakery/template.yaml", "does not lie in a template's folder"),
        ("bakery/../../x.css", "does not lie in a template's folder"),
        ("template.yaml", "does not lie in a template's folder"),
        ("bakery/run.exe", "is no file of a template"),
        ("bakery/style.css", "no folder in it has a template.yaml"),
    ],
)
def test_an_archive_that_is_not_of_templates_is_refused(serve: Serve, tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        bring_templates(settings(tmp_path, serve("templates.zip", {path: "x"})))
    assert not list((tmp_path / "cache").rglob("*.exe"))


def test_what_is_no_archive_and_what_is_not_there_say_so(serve: Serve, tmp_path: Path) -> None:
    url = serve("templates.zip", bakery())
    (tmp_path / "served" / "templates.zip").write_bytes(b"not a zip")
    with pytest.raises(UserError, match="is no ZIP file that can be read"):
        bring_templates(settings(tmp_path, url))
    with pytest.raises(UserError, match=r"none\.zip"):
        bring_templates(settings(tmp_path, url.replace("templates.zip", "none.zip")))
