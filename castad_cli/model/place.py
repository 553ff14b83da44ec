"""Where in a file something was written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a text file a person wrote.

    ``line`` and ``column`` count from 1 (0 when only the file is known); ``path`` names the key, as in
    ``media[2].src``; ``text`` is the whole line, for showing it above a caret; ``length`` is how many
    characters the caret underlines.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    text: str = ""
    length: int = 1

    def __str__(self) -> str:
        where = self.file if not self.line else f"{self.file}:{self.line}:{self.column}"
        return f"{where}  {self.path}" if self.path else where
