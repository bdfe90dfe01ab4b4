"""Passwords: argon2id, which is slow on purpose; never run it inside a transaction."""

import argon2

from hubpost.model.apply import Refused

MIN_LENGTH = 12
MAX_LENGTH = 200

_hasher = argon2.PasswordHasher()
#: Checked when there is no account, so that an unknown name takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str, name: str) -> str:
    """The stored form of a new password. Raises Refused when it is too short or tells the name."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Refused(
            "password_length",
            f"Expected {MIN_LENGTH} to {MAX_LENGTH} characters, came {len(password)}. "
            "A few words in a row are easy to remember.",
        )
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        raise Refused(
            "password_guessable",
            "Expected a password that does not repeat itself or hold the name.",
        )
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one; takes the same time when there is none."""
    try:
        _hasher.verify(stored or _NOBODY, password[: MAX_LENGTH + 1])
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None
