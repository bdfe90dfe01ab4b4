"""Databases that cannot be used: one line saying so, exit 2, no traceback, nothing made."""

import pytest

from hubpost.cli.main import main

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.mark.parametrize(
    "command", [["serve", "--port", "0"], ["verify-log"], ["backup"], ["user", "list"]]
)
def test_a_server_that_does_not_answer_is_named_without_a_traceback(command, tmp_path, capsys):
    assert main([*command, "--db", NOWHERE, "--data", str(tmp_path)]) == 2
    shown = capsys.readouterr().err
    assert "The database cannot be used" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["verify-log"], ["backup"]])
def test_a_file_that_is_no_database_is_left_as_it_was(command, tmp_path, capsys):
    file = tmp_path / "hubpost.sqlite"
    file.write_text("no database, only text that is long enough to be read as one " * 20)
    before = file.read_bytes()
    assert main([*command, "--data", str(tmp_path)]) == 2
    assert "The database cannot be used" in capsys.readouterr().err
    assert file.read_bytes() == before


@pytest.mark.parametrize("command", ["verify-log", "backup"])
def test_a_command_that_only_reads_makes_no_database(command, tmp_path, capsys):
    missing = tmp_path / "none"
    assert main([command, "--data", str(missing)]) == 2
    assert "there is none" in capsys.readouterr().err
    assert not missing.exists()


def test_a_fault_of_our_own_is_not_hidden_as_one_of_the_database(monkeypatch):
    """Only what the database said is reworded; a bug must still show itself."""
    monkeypatch.setattr("hubpost.cli.verify_log.find_existing", lambda args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["verify-log"])
