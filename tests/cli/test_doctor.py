"""``doctor`` at the terminal: a table or JSON, and an exit code to act on."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run, document


def test_healthy_damaged_and_repaired(call: Run, copied: Path) -> None:
    done = call("doctor", cwd=copied)
    assert (done.returncode, done.stderr) == (0, "healthy\n")
    assert all(line.startswith("good") for line in done.stdout.splitlines())
    [generation] = (copied / "shop" / "generations").glob("0*")
    (generation / "vectors.npy").write_bytes(b"")
    (copied / "shop" / "generations" / ".draft-12").mkdir()
    found = call("doctor", cwd=copied)
    assert found.returncode == 1
    assert found.stdout.count("bad ") == 3
    assert found.stderr.splitlines()[-1] == "not healthy; next: similis doctor --repair"
    told = document(call("doctor", "--repair", "--json", cwd=copied))
    assert told["healthy"] is True
    assert {check["state"] for check in told["checks"]} == {"good", "repaired"}
    assert call("doctor", "--quiet", cwd=copied).stderr == ""
    assert call("similar", "--text", "瑜伽裤", "--json", cwd=copied).returncode == 0


def test_no_shop(call: Run, tmp_path: Path) -> None:
    done = call("doctor", "--repair", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
