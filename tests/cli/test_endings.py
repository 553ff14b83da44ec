"""Every way out of a command becomes an exit code."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from castad_cli.cli.endings import BAD_USAGE, FAILED, end
from castad_cli.cli.shell import Shell
from castad_cli.errors import CastadError, UserError


def interrupted_while_tidying(error: Exception) -> Callable[[], int]:
    def command() -> int:
        try:
            raise KeyboardInterrupt
        finally:
            raise error

    return command


def failing(error: Exception) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


@pytest.mark.parametrize("error", [CastadError("the database has gone"), ValueError("a bug"), BrokenPipeError()])
def test_what_fails_while_an_interrupt_is_tidied_up_does_not_hide_it(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    assert end(interrupted_while_tidying(error), Shell()) == 130
    assert capsys.readouterr().err == "interrupted; the same command goes on from here\n"


def test_other_errors_keep_their_own_exit_codes() -> None:
    assert end(failing(UserError("no such file")), Shell()) == BAD_USAGE
    assert end(failing(CastadError("no")), Shell()) == FAILED
    assert end(lambda: None, Shell()) == 0
