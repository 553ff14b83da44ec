"""``python -m castad_cli`` is ``castad``."""

from castad_cli.cli.main import run

if __name__ == "__main__":
    run()
