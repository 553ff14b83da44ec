"""A template in a bucket is found by the program itself, with the storage's own settings."""

from __future__ import annotations

import io
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

import fsspec
from s3_server import ACCESS_KEY, SECRET, S3Server

from castad_cli.templates import load_template


def test_a_template_in_a_bucket_is_listed(
    s3_server: S3Server, isolated_environment: dict[str, str], tmp_path: Path
) -> None:
    menu = load_template("menu").folder
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in ("template.html", "style.css"):
            archive.write(menu / file, f"bakery/{file}")
        text = (menu / "template.yaml").read_text(encoding="utf-8")
        archive.writestr("bakery/template.yaml", text.replace("name: menu", "name: bakery", 1))
    key = f"{s3_server.bucket}/{uuid.uuid4().hex}/templates.zip"
    fsspec.filesystem("s3", **s3_server.options).pipe_file(key, packed.getvalue())
    environment = {
        **isolated_environment,
        "CASTAD_TEMPLATE_URLS": f"s3://{key}",
        "CASTAD_STORAGE_ENDPOINT_URL": s3_server.url,
        "CASTAD_STORAGE_KEY": ACCESS_KEY,
        "CASTAD_STORAGE_SECRET": SECRET,
    }
    for wanted, code in ((f"s3://{key}", 0), (f"s3://{key}.not", 2)):
        done = subprocess.run(
            [sys.executable, "-m", "castad_cli", "template", "list"],
            env={**environment, "CASTAD_TEMPLATE_URLS": wanted},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, done.stderr
        assert ("bakery" in done.stdout) == (code == 0)
        assert "Traceback" not in done.stderr
