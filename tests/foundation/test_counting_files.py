"""What web processes count together lies in memory for as long as they run."""

import subprocess
import sys
from pathlib import Path

from portal.foundation.config import ROOT


def test_a_start_that_comes_to_nothing_leaves_no_folder_behind():
    program = "import os, portal.serving; print(os.environ['PROMETHEUS_MULTIPROC_DIR'])"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "portal-counted-" in run.stdout and not Path(run.stdout.strip()).exists()


def test_the_next_start_clears_away_what_a_killed_process_left():
    program = "import os, portal.serving; print(os.environ['PROMETHEUS_MULTIPROC_DIR'], flush=True); input()"
    start = [sys.executable, "-c", program]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(start, cwd=ROOT, **pipes) as killed, subprocess.Popen(start, cwd=ROOT, **pipes) as alive:
        left, kept = (Path(each.stdout.readline().strip()) for each in (killed, alive))
        killed.kill()
        killed.wait()
        assert left.exists()
        subprocess.run(start, cwd=ROOT, input="\n", text=True, capture_output=True, check=True)
        assert not left.exists() and kept.exists()
        alive.communicate("\n")
