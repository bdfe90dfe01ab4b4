"""Signed messages between two servers: made, checked, and never taken twice. Pure but for keys.

A message is one JSON object with a signature (Ed25519) over its canonical form: keys sorted, no
spaces, UTF-8. It names sender and receiver, so that one meant for another server is refused.
"""

import base64
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from hubpost.model.apply import Refused

VERSION = 1
#: A message may be this old or this far ahead; beyond it, one of the two clocks is wrong.
CLOCKS_APART = timedelta(minutes=10)
KINDS = ("request", "offer", "commit", "release", "decline")
MAX_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class AidMessage:
    """One message; id is unique for the sender, body is as its kind says."""

    id: str
    sender: str
    receiver: str
    kind: str
    aid_id: str
    sent_at: datetime
    body: dict[str, Any]
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Signed:
    """A message as it travels: `message` is the canonical text that was signed."""

    message: str
    signature: str


def load_key(path: Path) -> Ed25519PrivateKey:
    """This server's key; made on first use, readable by its owner only."""
    if path.is_file():
        key = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path}: expected an Ed25519 key. Remove the file to make a new one.")
        return key
    made = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def public_key_text(key: Ed25519PrivateKey) -> str:
    """The public half as text to be exchanged when an agreement is made."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def sign(message: AidMessage, key: Ed25519PrivateKey) -> str:
    """The message as it travels: JSON with the canonical text and its signature."""
    text = msgspec.json.encode(message, order="sorted").decode()
    signature = base64.b64encode(key.sign(text.encode())).decode()
    return msgspec.json.encode(Signed(text, signature)).decode()


def renew(raw: bytes | str, key: Ed25519PrivateKey, now: datetime) -> str:
    """A message of ours with the time it really leaves; its id, by which it counts once, stays.

    One that waited for a partner's server would else be refused as stale.
    """
    message: AidMessage = _read(_read(raw, Signed).message, AidMessage)
    return sign(replace(message, sent_at=now), key)


def verify(raw: bytes | str, *, public_key: str, me: str, now: datetime) -> AidMessage:
    """The message, once it is sure who sent it, to whom, and that it is fresh.

    Raises Refused: `message_unreadable`, `signature_wrong`, `message_for_another`,
    `message_stale`, `message_version`. Whether it came before is for the caller to check.
    """
    signed = _read(raw, Signed)
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signed.signature, validate=True), signed.message.encode())
    except (InvalidSignature, ValueError) as error:
        raise Refused("signature_wrong", "The message was not signed by this partner.") from error
    message: AidMessage = _read(signed.message, AidMessage)
    if message.version != VERSION or message.kind not in KINDS:
        raise Refused("message_version", f"Expected version {VERSION} and one of {KINDS}.")
    if message.receiver != me:
        raise Refused("message_for_another", f"The message is for {message.receiver!r}, not us.")
    if message.sent_at.tzinfo is None or abs(message.sent_at - now) > CLOCKS_APART:
        raise Refused("message_stale", "The message is too old, or one of the clocks is wrong.")
    return message


def sender_of(raw: bytes | str) -> str:
    """Who a message says it is from; believed only after `verify`. Raises Refused."""
    message: AidMessage = _read(_read(raw, Signed).message, AidMessage)
    return message.sender


def _read(raw: bytes | str, kind: type) -> Any:
    if len(raw) > MAX_BYTES:
        raise Refused("message_unreadable", f"Expected at most {MAX_BYTES} bytes.")
    try:
        return msgspec.json.decode(raw, type=kind, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("message_unreadable", f"Expected a signed message: {error}.") from error
