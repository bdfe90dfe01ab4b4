"""Keys of an installation: what must be readable again is sealed with the newest of them."""

import base64
import fcntl
import hashlib
import hmac
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: What a sealed value begins with; the key's id and a full stop follow.
MARK = "s1."
#: Characters of a key's id, and of the whole head of a sealed value.
ID_LENGTH = 8
HEAD = len(MARK) + ID_LENGTH + 1
_INDEX = "index:"
_NONCE = 12
#: Where the key file lies when it is not in the data folder, as under systemd's credentials.
KEYS_VARIABLE = "HUBPOST_KEYS"


class KeyMissing(ValueError):
    """A sealed value that no key at hand opens, or no key file at all; says what to do."""


@dataclass(frozen=True, slots=True)
class FieldKey:
    """One key for values in columns: AES-256-GCM, its id (which tells nothing of it)."""

    id: str
    head: str
    cipher: AESGCM


class Keyring:
    """The keys in a file, newest first: the first seals, all open. One key a line, mode 0600.

    Whole texts by Fernet (AES-128-CBC with HMAC-SHA256), values in columns by AES-256-GCM with a
    key derived from the same line (HKDF), both of the cryptography library. The line `index:…` is
    the secret of blind indexes; it outlives rotations.
    """

    def __init__(self, path: Path, *, make: bool = True) -> None:
        self.path = path
        if make and not path.exists():
            make_key_file(path)
        self._load()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, newest first."""
        return tuple(k.id for k in self.field_keys)

    def seal(self, text: str) -> str:
        """The text, unreadable without a key."""
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """The text again. Raises KeyMissing when no key of the ring opens it."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise self._missing() from None

    def seal_bytes(self, data: bytes, place: str) -> bytes:
        """Data for one place of the database; elsewhere it does not open."""
        nonce = os.urandom(_NONCE)
        return nonce + self.field_keys[0].cipher.encrypt(nonce, data, place.encode())

    def open_bytes(self, key_id: str, sealed: bytes, place: str) -> bytes:
        """The data again. Raises KeyMissing for an unknown key, another place, or a change."""
        key = self._by_id.get(key_id)
        if key is None:
            raise self._missing(place)
        try:
            return key.cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except (InvalidTag, ValueError):
            raise KeyMissing(
                f"The sealed value in {place} was changed or comes from elsewhere; it is not "
                "shown. Restore it from a backup."
            ) from None

    def blind(self, purpose: str, text: str) -> str:
        """What stands for a text where equal texts must be found without being read."""
        return hmac.new(self._index_key, f"{purpose}\0{text}".encode(), "sha256").hexdigest()

    def add_key(self) -> None:
        """Begin a rotation: a new key seals from now on, the old ones still open."""
        self._change(lambda keys: [Fernet.generate_key().decode(), *keys])

    def reseal(self, sealed: str) -> str:
        """The same text under the newest key."""
        return self._fernet.rotate(sealed.encode()).decode()

    def drop_old_keys(self) -> None:
        """End a rotation, once everything has been resealed."""
        self._change(lambda keys: keys[:1])

    def retire(self, key_id: str) -> Path:
        """Move an old key into a file of its own, `retired-ID`, beside; where that is.

        Backups made before need it. Raises ValueError for the newest key or an unknown one.
        """
        if key_id not in self.ids[1:]:
            raise ValueError(
                f"Expected an old key, one of {', '.join(self.ids[1:]) or 'none'}; came {key_id}."
            )
        aside = self.path.with_name(f"retired-{key_id}")
        keys, index = _read(self.path)
        _write(aside, [*(k for k in keys if key_id_of(k) == key_id), _INDEX + index])
        self._change(lambda keys: [k for k in keys if key_id_of(k) != key_id])
        return aside

    def text_key_id(self, sealed: str) -> str:
        """The id of the key that a whole text was sealed with, "" for one that is not here."""
        for key, fernet in zip(self.field_keys, self._fernets, strict=True):
            try:
                fernet.decrypt(sealed.encode())
            except InvalidToken:
                continue
            return key.id
        return ""

    def _change(self, change: Callable[[list[str]], list[str]]) -> None:
        with _locked(self.path):
            keys, index = _read(self.path)
            _write_keys(self.path, [*change(keys), _INDEX + index])
        self._load()

    def _load(self) -> None:
        if not self.path.is_file():
            raise KeyMissing(
                f"Expected the key file {self.path}, there is none. Put back the one that belongs "
                f"to this database, or name it in {KEYS_VARIABLE}."
            )
        try:
            keys, index = _read(self.path)
            self._fernets = [Fernet(key) for key in keys]
        except ValueError as error:
            raise KeyMissing(
                f"{self.path} holds no keys ({error}). Put back the right file."
            ) from None
        self._fernet = MultiFernet(self._fernets)
        self.field_keys = tuple(_field_key(key) for key in keys)
        self._by_id = {key.id: key for key in self.field_keys}
        self._index_key = base64.urlsafe_b64decode(index)

    def _missing(self, place: str = "") -> KeyMissing:
        where = f" in {place}" if place else ""
        return KeyMissing(
            f"Expected a value{where} sealed with a key of {self.path}; none of them opens it. "
            "Restore the key file that belongs to this database."
        )


def key_id_of(key: str) -> str:
    """The id of a line of the key file."""
    return hashlib.sha256(b"hubpost key id\0" + key.encode()).hexdigest()[:ID_LENGTH]


def make_key_file(path: Path) -> None:
    """A file with a first key; of two who make it at once, one does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    index = base64.urlsafe_b64encode(os.urandom(32)).decode()
    aside = path.with_name(f"{path.name}.{os.getpid()}.new")
    _write(aside, [Fernet.generate_key().decode(), _INDEX + index])
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _field_key(key: str) -> FieldKey:
    derived = _derived(key, b"hubpost column values")
    key_id = key_id_of(key)
    return FieldKey(key_id, f"{MARK}{key_id}.", AESGCM(derived))


def _derived(key: str, purpose: bytes) -> bytes:
    secret = base64.urlsafe_b64decode(key)
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)


def _read(path: Path) -> tuple[list[str], str]:
    """The keys and the secret of the indexes; files of old have none, it comes of their key."""
    lines = path.read_text("ascii").split()
    keys = [line for line in lines if not line.startswith(_INDEX)]
    if not keys:
        raise ValueError("no key in it")
    index = next((line.removeprefix(_INDEX) for line in lines if line.startswith(_INDEX)), None)
    if index is None:
        index = base64.urlsafe_b64encode(_derived(keys[-1], b"hubpost blind index")).decode()
    return keys, index


def _write_keys(path: Path, keys: list[str]) -> None:
    """Beside and then over: a crash leaves the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".new")
    _write(aside, keys)
    aside.replace(path)


def _write(path: Path, lines: list[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two who change the file at once do so one after the other."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
