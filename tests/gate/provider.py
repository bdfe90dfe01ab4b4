"""A small OpenID provider on a loopback port, honest or not as a test wishes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey


@dataclass
class Provider:
    """claims: what the token says beside the usual; key: what it is signed with."""

    issuer: str = ""
    claims: dict = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signing_key: RSAKey | None = None
    algorithm: str = "RS256"
    asked: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)

    def authorize(self, url: str) -> str:
        """What a browser that signs in there is sent back with: the query of the way back."""
        query = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
        self.asked = query
        self.codes["code-1"] = query
        return f"code=code-1&state={query['state']}"

    def token(self, form: dict[str, str]) -> dict | None:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None:
            return None
        if create_s256_code_challenge(form.get("code_verifier", "")) != asked["code_challenge"]:
            return None
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "sub": "subject-7",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        claims = {**usual, **self.claims}
        header = {"alg": self.algorithm, "kid": "1"}
        key = self.signing_key or self.key
        signed = jwt.encode(header, claims, key, algorithms=[self.algorithm])
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}

    def answer(self, path: str, form: dict[str, str]) -> dict | None:
        if path.endswith("/.well-known/openid-configuration"):
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        if path.endswith("/keys"):
            return {"keys": [self.key.as_dict(private=False)]}
        return self.token(form) if path.endswith("/token") else None


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._send({k: v[0] for k, v in parse_qs(body).items()})

        def _send(self, form: dict[str, str]) -> None:
            found = provider.answer(urlsplit(self.path).path, form)
            self.send_response(200 if found is not None else 400)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(dumps(found or {"error": "invalid_grant"}).encode())

        def log_message(self, *args: object) -> None:
            """Tests need no access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
