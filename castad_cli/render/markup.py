"""Templates' markup, compiled once: for this process, and in the cache folder for later ones, as modules are."""

from __future__ import annotations

import contextlib
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.render.machine.cached import cache_folder
from castad_cli.whole import put_whole

if TYPE_CHECKING:
    import jinja2

_MOST_KEPT = 50
"""Files of some 40 kB: one for each state that a template which is being written was in, too."""


@lru_cache(maxsize=16)
def compile_markup(markup: str) -> jinja2.Template:
    """A template ready to be filled, in a sandbox; a name that it is not given is an error.

    Why kept: compiling one takes a tenth of a second, of which reading what was compiled takes a hundredth.
    """
    import jinja2.sandbox

    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FunctionLoader(lambda name: markup),
    )
    environment.bytecode_cache = _compiled_in(cache_folder() / "markup")
    return environment.get_template(hashlib.sha256(f"{jinja2.__version__}\n{markup}".encode()).hexdigest())


def _compiled_in(folder: Path) -> jinja2.BytecodeCache:
    """What was compiled, in files of a folder; one that cannot be read or written only costs the time.

    What another Python or Jinja compiled, or what was compiled of other markup, or is broken, is not taken.
    """
    import jinja2
    from jinja2.bccache import Bucket

    class _Compiled(jinja2.BytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            with contextlib.suppress(OSError), (folder / bucket.key).open("rb") as file:
                bucket.load_bytecode(file)

        def dump_bytecode(self, bucket: Bucket) -> None:
            with contextlib.suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                put_whole(folder / bucket.key, lambda part: part.write_bytes(bucket.bytecode_to_string()))
                for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[:-_MOST_KEPT]:
                    old.unlink()

    return _Compiled()
