"""The test settings leave nothing behind."""

import os
import subprocess
import sys

from deploy.processes import ROOT


def test_the_folder_of_a_test_run_goes_with_its_process(tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", "from enamad_portal.settings.test import VAR_DIR as v; print(v, v.is_dir())"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert said[0].startswith(str(tmp_path))
    assert said[1] == "True"
    assert list(tmp_path.iterdir()) == []
