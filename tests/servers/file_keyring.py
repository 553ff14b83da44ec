"""A system keyring that stands in a file, registered the way keyring takes backends: ``PYTHON_KEYRING_BACKEND``.

``CASTAD_TEST_KEYRING`` names the file. While a file of the same name with ``.locked`` stands beside, it is locked.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

BACKEND = "file_keyring.FileKeyring"


class FileKeyring(KeyringBackend):
    """A backend as a desktop has one: it keeps a password by service and user name, for every process."""

    priority = 1
    name = "a file of the tests"

    @property
    def _file(self) -> Path:
        file = Path(os.environ["CASTAD_TEST_KEYRING"])
        if file.with_name(f"{file.name}.locked").exists():
            raise KeyringLocked("the collection is locked")
        return file

    def _all(self) -> dict[str, str]:
        return dict(json.loads(self._file.read_text())) if self._file.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps(self._all() | {f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        left = self._all()
        if left.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("no such password")
        self._file.write_text(json.dumps(left))
