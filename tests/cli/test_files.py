"""Files that commands are told to read: what is said when they cannot be."""

import pytest

from hubpost.cli.main import main


@pytest.mark.parametrize("name", ["none.txt", "folder"])
def test_a_file_that_cannot_be_opened_is_named_with_what_was_found(name, tmp_path, capsys):
    (tmp_path / "folder").mkdir()
    assert main(["solve", "p-median", str(tmp_path / name), "--p", "3"]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path / name) in said
    assert "expected a file that can be used" in said
    assert "Errno" not in said
