"""Random tokens that people carry, and the hashes we keep of them."""

import hashlib
import secrets


def new_token() -> str:
    """A token of 256 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token. It is random and long, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
