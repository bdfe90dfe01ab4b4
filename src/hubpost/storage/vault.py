"""What seals the personal columns of one database, and opens them; it goes with the connection.

A sealed text is `s1.KEY.BASE64`, KEY the id of its key. It opens only in its own place: table,
column and row are bound to it, so that nobody with a hand in the database can show one person's
value as another's.
"""

import os
import time
import zlib
from base64 import b64decode, b64encode
from pathlib import Path

import sqlalchemy as sa

from hubpost.storage.sealing import HEAD, KEYS_VARIABLE, MARK, KeyMissing, Keyring

#: Under this name the vault goes with engines and connections.
OPTION = "hubpost_vault"
#: Where the keys lie when nothing else is said; the same as the commands' data folder.
_USUAL = Path("var/hubpost/keys")
#: How often the file is looked at for a key that another process added, in seconds.
_LOOK_S = 1.0
_MOST_TERMS = 200_000
#: Bytes from which a text is worth compressing.
_LONG = 512
_BYTES_MARK = MARK.encode()


class Vault:
    """The keys of one database, read when first needed and again when the file has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ring: Keyring | None = None
        self._stamp: tuple[int, int] | None = None
        self._looked_at = 0.0
        self._terms: dict[str, str] = {}

    @property
    def ring(self) -> Keyring:
        """The keys as the file has them, at most a second old. Raises KeyMissing."""
        now = time.monotonic()
        if self._ring is None or now - self._looked_at > _LOOK_S:
            self._look()
            self._looked_at = now
        assert self._ring is not None  # noqa: S101 - _look raises otherwise
        return self._ring

    def make_keys(self) -> None:
        """See to it that there is a key file; only for a database in which nothing is sealed."""
        self._ring = Keyring(self.path)

    def seal(self, text: str, place: str) -> str:
        """A text for its place; a blank one tells nothing and stays blank."""
        if not text:
            return text
        ring = self.ring
        sealed = ring.seal_bytes(_packed(text.encode()), place)
        return ring.field_keys[0].head + b64encode(sealed).decode()

    def open(self, value: str, place: str) -> str:
        """The text of a place. Raises KeyMissing when it is not sealed, or cannot be opened."""
        if not value:
            return value
        if not value.startswith(MARK):
            raise KeyMissing(f"Expected a sealed value in {place}, it is not. Restore a backup.")
        opened = self._opened(value[len(MARK) : HEAD - 1], b64decode(value[HEAD:]), place)
        return _unpacked(opened).decode()

    def open_lenient(self, value: str, place: str) -> str:
        """As open; a text that was written unsealed, by an older version, is given as it is."""
        return self.open(value, place) if value.startswith(MARK) else value

    def seal_bytes(self, data: bytes, place: str) -> bytes:
        """Bytes for their place, such as a picture's."""
        ring = self.ring
        return ring.field_keys[0].head.encode() + ring.seal_bytes(data, place)

    def open_bytes(self, value: bytes, place: str) -> bytes:
        """The bytes of a place. Raises KeyMissing as open does."""
        if not value.startswith(_BYTES_MARK):
            raise KeyMissing(f"Expected a sealed value in {place}, it is not. Restore a backup.")
        return self._opened(value[len(MARK) : HEAD - 1].decode(), bytes(value[HEAD:]), place)

    def blind(self, purpose: str, text: str) -> str:
        """What is kept beside a sealed value so that an equal one is found; blank stays blank."""
        return self.ring.blind(purpose, text)[:32] if text else ""

    def term(self, pair: str) -> str:
        """What stands in the search index for a pair of characters."""
        found = self._terms.get(pair)
        if found is None:
            if len(self._terms) >= _MOST_TERMS:
                self._terms.clear()
            found = self._terms[pair] = self.ring.blind("text", pair)[:8]
        return found

    def _opened(self, key_id: str, sealed: bytes, place: str) -> bytes:
        ring = self.ring
        if key_id not in ring.ids:
            self._look()  # another process may have added it within the second
            ring = self.ring
        return ring.open_bytes(key_id, sealed, place)

    def _look(self) -> None:
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
        except OSError:
            stamp = None
        if self._ring is None or (stamp is not None and stamp != self._stamp):
            self._ring = Keyring(self.path, make=False)
            self._stamp = stamp


def _packed(data: bytes) -> bytes:
    """A long text is compressed first: sealed, nothing makes it smaller, in table or backup.

    The two decisions of a call are 12 kB; a text never begins with the mark, a zero byte.
    """
    return data if len(data) < _LONG else b"\0" + zlib.compress(data, 1)


def _unpacked(data: bytes) -> bytes:
    return zlib.decompress(data[1:]) if data[:1] == b"\0" else data


def keys_file(data: Path | None) -> Path:
    """Where the keys of a data folder lie: in it, unless HUBPOST_KEYS names another file."""
    named = os.environ.get(KEYS_VARIABLE)
    return Path(named) if named else (data / "keys" if data is not None else _USUAL)


def usual_keys(url: sa.URL) -> Path:
    """Where the keys of a database lie: beside a SQLite file, else in the usual data folder."""
    file = url.database if url.get_backend_name() == "sqlite" else None
    return keys_file(Path(file).parent if file and file != ":memory:" else None)


def vault_of(conn: sa.Connection) -> Vault:
    """The vault that goes with a connection."""
    vault: Vault = conn.get_execution_options()[OPTION]
    return vault
