"""The key of the accounts in a real Secret Service: ``make keyring``, where gnome-keyring and D-Bus are installed.

Not one of the suite's tests: no wheel brings a keyring's daemon.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

UNLOCK = "printf 'a login password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null; "
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null; "
SEAL = """
from pathlib import Path
from castad_cli.publish.keys import key_file, sealer_for
from castad_cli.settings import load_settings
Path("sealed").write_bytes(sealer_for(load_settings(None, {})).seal(b"a token", "youtube/main"))
assert not key_file().exists()
"""
OPEN = """
from pathlib import Path
from castad_cli.publish.keys import sealer_for
from castad_cli.settings import load_settings
print(sealer_for(load_settings(None, {})).open(Path("sealed").read_bytes(), "youtube/main"))
"""


def test_a_secret_service_keeps_the_key_and_a_locked_one_gives_none(
    isolated_environment: dict[str, str], tmp_path: Path
) -> None:
    environment = isolated_environment | {"DISPLAY": ""}
    environment.pop("PYTHON_KEYRING_BACKEND", None)

    def session(prepare: str, *programs: str) -> str:
        """Each program in turn, in a session of its own; what they say."""
        command = f"set -e; {prepare}" + "; ".join(f'"{sys.executable}" -c "$P{n}"' for n in range(len(programs)))
        variables = environment | {f"P{n}": program for n, program in enumerate(programs)}
        started = ["dbus-run-session", "--", "sh", "-c", command]
        done = subprocess.run(started, env=variables, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        return done.stdout + done.stderr

    def castad(words: str) -> str:
        return f"import sys; sys.argv[1:] = {words.split()!r}; from castad_cli.cli.main import run; run()"

    session(UNLOCK, SEAL)
    assert "(b'a token', True)" in session(UNLOCK, OPEN), "another session opens what the first one sealed"
    assert "secret.key" in session(UNLOCK, castad("auth rekey --key-in file"))
    assert "SecretService" in session(UNLOCK, castad("auth rekey --key-in keyring"))
    assert "(b'a token', True)" in session(UNLOCK, OPEN), "it is the same key, moved out and back"
    assert "the system keyring cannot be read: KeyringLocked" in session(LOCKED, castad("auth rekey"))
    done = subprocess.run(
        [sys.executable, "-c", castad("auth rekey")], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert "is not to be had from there now" in done.stderr, "no bus at all: refused, no second key is made"
