"""The rule sets against models.py, on random histories: every policy, every setting."""
import json

import pytest

from conftest import run
from models import cases


@pytest.mark.parametrize("seed", range(1, 6))
def test_policies_agree_with_their_models(ordain, tmp_path, seed):
    files = cases(seed)
    assert len(files) >= 26
    for policy, listed in files.items():
        (tmp_path / f"{policy}.json").write_text(json.dumps({"policy": policy, "cases": listed}), encoding="utf-8")
    result = run(ordain, "test", tmp_path)
    assert result.returncode == 0, f"seed {seed}\n" + result.stdout[:4000]
    assert result.stdout.splitlines()[-1] == f"{sum(map(len, files.values()))} passed, 0 failed"
