"""Dask as CaStAD has it, in a process of its own."""

import os
import subprocess
import sys

ASK = """
import sys
started = []
sys.addaudithook(lambda event, found: started.append(found[1]) if event == "subprocess.Popen" else None)
from castad_cli.run.cluster.configuration import configure
configure()
from distributed.versions import get_versions
get_versions()
print(started)
"""


def test_a_process_tells_dask_of_itself_without_a_child_that_would_show_its_keys() -> None:
    environment = {**os.environ, "GEMINI_API_KEY": "a key"}
    told = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"
