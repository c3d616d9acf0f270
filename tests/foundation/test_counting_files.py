"""What web processes count together lies in memory for as long as they run."""

import subprocess
import sys
from pathlib import Path

from portal.foundation.config import ROOT


def test_a_start_that_comes_to_nothing_leaves_no_folder_behind():
    program = "import os, portal.serving; print(os.environ['PROMETHEUS_MULTIPROC_DIR'])"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "portal-counted-" in run.stdout and not Path(run.stdout.strip()).exists()
