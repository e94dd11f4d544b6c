"""Where things are. ORDAIN_BUILD: the build folder (default build). ORDAIN_SHARED: the worked cases (default ../shared)."""
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ORDAIN_BUILD", ROOT / "build")).resolve()
SHARED = Path(os.environ.get("ORDAIN_SHARED", ROOT.parent / "shared"))


def run(*arguments, cwd=ROOT, **more):
    return subprocess.run([str(a) for a in arguments], cwd=cwd, capture_output=True, text=True, **more)


@pytest.fixture(scope="session")
def ordain():
    command = BUILD / "ordain"
    assert command.exists(), f"{command} is not built: run scripts/build"
    return command
