"""Long texts are compressed before they are sealed; what was sealed without that still opens."""

from base64 import b64encode

import pytest

from hubpost.storage.vault import Vault


@pytest.fixture
def vault(tmp_path):
    made = Vault(tmp_path / "keys")
    made.make_keys()
    return made


@pytest.mark.parametrize("text", ["短", "x" * 511, "x" * 512, "警情" * 3_000])
def test_a_text_of_any_length_comes_back(vault, text):
    assert vault.open(vault.seal(text, "t.c:1"), "t.c:1") == text


def test_a_long_text_takes_less_room_than_it_would_unsealed(vault):
    advice = '{"unit_id":"u1","travel_s":300.25,"barred":null,"reserve":false},' * 90
    assert len(vault.seal(advice, "decision.body:c1|7")) < len(advice) / 4


def test_a_long_text_sealed_by_a_version_that_did_not_compress_is_read(vault):
    text, place = "说明" * 400, "call.note:c1"
    sealed = (
        vault.ring.field_keys[0].head
        + b64encode(vault.ring.seal_bytes(text.encode(), place)).decode()
    )
    assert vault.open(sealed, place) == text
