"""What a run is told from outside: flag, environment, ``castad.toml``, user config, default, in that order.

Nothing is opened or probed here. Every key stands once in `KEYS`, with its names in all those places.
"""

from castad_cli.settings.file import FILE_NAME, user_config_file
from castad_cli.settings.keys import KEYS, Key
from castad_cli.settings.loading import load_settings
from castad_cli.settings.values import Settings, without_password

__all__ = ["FILE_NAME", "KEYS", "Key", "Settings", "load_settings", "user_config_file", "without_password"]
