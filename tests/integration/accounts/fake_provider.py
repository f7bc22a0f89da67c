"""An OpenID Connect provider on the loopback: as small as it can be, and as wrong as a test wishes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET, CODE = "homeward", "client-secret", "the-code"


@cache
def key_of(name: str, number: int = 1) -> RSAKey:
    """A key of this name; made once, since making one takes a while."""
    assert number
    return RSAKey.generate_key(2048, {"kid": name})


@dataclass
class Said:
    """What the provider says; a test changes it."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)  # in its description
    key: RSAKey = field(default_factory=lambda: key_of("one"))
    published: list[RSAKey] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    raw: bytes | None = None

    def answer(self, path: str, form: dict[str, str]) -> bytes:
        """The answer of one path."""
        if self.raw is not None:
            return self.raw
        if path == "/.well-known/openid-configuration":
            described = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            return json.dumps(described | self.more).encode()
        if path == "/keys":
            return json.dumps({"keys": [key.as_dict(private=False) for key in self.published or [self.key]]}).encode()
        self.asked.append(form)
        token = jwt.encode(self.header, self.claims, self.key, algorithms=["RS256", "HS256"])
        return json.dumps({"access_token": "access", "token_type": "Bearer", "id_token": token}).encode()


@contextmanager
def provider() -> Iterator[Said]:
    """A provider that answers until the block is left."""
    said = Said()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer({**form, "authorization": self.headers.get("authorization", "")})

        def _answer(self, form: dict[str, str]) -> None:
            content = said.answer(urlsplit(self.path).path, form)
            self.send_response(said.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written into the output of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    said.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield said
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
