"""A disk without room: half a file never stands under a name, and it is said what is wrong."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from hubpost.actions.records import uploads
from hubpost.cli.main import main
from hubpost.model.access import Role
from hubpost.storage.store import Store
from hubpost.tables.records_book import write_record_template
from tests.boards import founding_events
from tests.gate.conftest import county
from tests.rooms import fill
from tests.soak.crash import ROOT

SMALL = 64 * 1024


def run_short_of_room(*args: str) -> subprocess.CompletedProcess[str]:
    """A command that may write no file beyond 64 kB."""
    return subprocess.run(
        [sys.executable, "-m", "hubpost.cli.main", *args], cwd=ROOT, text=True,
        capture_output=True, timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL)),
    )  # fmt: skip


@pytest.fixture
def data(sqlite_schema: Path, tmp_path: Path) -> Path:
    path = tmp_path / "hubpost.sqlite"
    path.write_bytes(sqlite_schema.read_bytes())
    store = Store(f"sqlite:///{path}")
    fill(store, founding_events())
    store.close()
    return tmp_path


def test_a_backup_without_room_leaves_nothing_behind_and_those_before_it_alone(data, capsys):
    backups = data / "backups"
    assert main(["backup", "--data", str(data), "--out", str(backups / "whole.age")]) == 0
    before = (backups / "whole.age").read_bytes()
    done = run_short_of_room("backup", "--data", str(data), "--out", str(backups / "half.age"))
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in backups.iterdir()] == ["whole.age"]
    assert (backups / "whole.age").read_bytes() == before
    assert main(["restore", str(backups / "whole.age"), "--drill", "--data", str(data)]) == 0


def test_a_restore_without_room_leaves_nothing_behind(data, tmp_path):
    assert main(["backup", "--data", str(data), "--out", str(tmp_path / "b.age")]) == 0
    target = tmp_path / "new" / "hubpost.sqlite"
    target.parent.mkdir()
    identity = str(data / "backup.identity")
    done = run_short_of_room(
        "restore", str(tmp_path / "b.age"), "--db", f"sqlite:///{target}", "--identity", identity
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    left = [p.name for p in target.parent.iterdir() if p.stat().st_size > 0]
    assert left == [], "a later restore would find a database that is not empty"
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".restore")]


def test_an_upload_without_room_is_503_in_words_and_leaves_nothing(as_role, tmp_path, monkeypatch):
    """The disk of the waiting workbooks is full; the database still has room."""

    class Full:
        name = str(tmp_path / "x.new")

        def __enter__(self):
            Path(self.name).touch()
            return self

        def __exit__(self, *_of_error):
            return None

        def tell(self):
            return 0

        def write(self, _piece):
            raise OSError(28, "No space left on device")

    browser = as_role(county(Role.STATION_CHIEF))
    monkeypatch.setattr(uploads, "upload_folder", lambda: tmp_path)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda **_of: Full())
    files = {"book": ("d.xlsx", write_record_template("dispute"))}
    answer = browser.post("/records/books/upload?kind=dispute&station=Z", files=files)
    assert (answer.status_code, "disk is full" in answer.text) == (503, True), answer.text[:300]
    assert not Path(Full.name).exists()
