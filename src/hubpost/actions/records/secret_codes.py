"""Codes that citizens hold: receipts and rating links. The database keeps only their hashes."""

import hashlib
import hmac
import secrets

import msgspec

from hubpost.actions.counties import find_setting
from hubpost.storage import schema
from hubpost.storage.sealed import seal_value
from hubpost.storage.transaction import Tx

#: Without letters and digits that are taken for each other.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 12
_KEY = "records.secret"


def new_code() -> str:
    """A code nobody can guess: 31^12, about 59 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def hash_code(purpose: str, code: str) -> str:
    """What is kept of a code; spaces, dashes and small letters do not matter."""
    plain = "".join(c for c in code.upper() if c in _ALPHABET)
    return hashlib.sha256(f"{purpose}:{plain}".encode()).hexdigest()[:32]


def sign(tx: Tx, message: str) -> str:
    """A seal over a message by this database's own key."""
    return hmac.new(_key(tx), message.encode(), hashlib.sha256).hexdigest()[:24]


def is_signed(tx: Tx, message: str, seal: str) -> bool:
    """Whether a seal is this database's own."""
    return hmac.compare_digest(sign(tx, message).encode(), seal.encode("utf-8", "replace"))


def _key(tx: Tx) -> bytes:
    held = find_setting(tx.conn, _KEY)
    if held is None:
        held = {"key": secrets.token_hex(32)}
        text = msgspec.json.encode(held).decode()
        body = seal_value(tx.conn, "setting", "value", text, _KEY)
        tx.conn.execute(schema.setting.insert().values(key=_KEY, value=body))
    return bytes.fromhex(held["key"])
