"""Keys of an installation: what must be readable again is sealed with the newest of them."""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Keyring:
    """The keys in a file, newest first: the first seals, all open. One key a line, mode 0600.

    Fernet (AES-128-CBC with HMAC-SHA256) of the cryptography library.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            _write_keys(path, [Fernet.generate_key().decode()])
        self._load()

    def seal(self, text: str) -> str:
        """The text, unreadable without a key."""
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """The text again. Raises ValueError when no key of the ring opens it."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise ValueError(
                f"Expected a text sealed with a key of {self.path}; none of them opens it. "
                "Restore the key file that belongs to this database."
            ) from None

    def add_key(self) -> None:
        """Begin a rotation: a new key seals from now on, the old ones still open."""
        _write_keys(self.path, [Fernet.generate_key().decode(), *self._read()])
        self._load()

    def reseal(self, sealed: str) -> str:
        """The same text under the newest key."""
        return self._fernet.rotate(sealed.encode()).decode()

    def drop_old_keys(self) -> None:
        """End a rotation, once everything has been resealed."""
        _write_keys(self.path, self._read()[:1])
        self._load()

    def _read(self) -> list[str]:
        return self.path.read_text("ascii").split()

    def _load(self) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in self._read()])


def _write_keys(path: Path, keys: list[str]) -> None:
    """Beside and then over: a crash leaves the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
