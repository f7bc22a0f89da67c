"""An authenticator in software: makes keys and signs challenges as a browser with a security key would (WebAuthn)."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One key for one house. `origin` and `count` may be falsified."""

    origin: str
    credential: bytes = b"credential-0001"
    count: int = 0
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """The answer to what is asked when a passkey is made."""
        asked = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + encode_cbor(public)
        data = self._data(asked["rp"]["id"], ATTESTED) + attested
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": attestation})

    def prove(self, options: str, *, counts: bool = True) -> str:
        """The answer to what is asked at signing in."""
        asked = json.loads(options)
        self.count += counts
        data = self._data(asked["rpId"], 0)
        client = self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, party: str, more: int) -> bytes:
        return hashlib.sha256(party.encode()).digest() + bytes([self.flags | more]) + struct.pack(">I", self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        # Taken from the text of the options, so that it is the challenge of the house and no other.
        assert base64url_to_bytes(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        id_ = bytes_to_base64url(self.credential)
        said: dict[str, Any] = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": said})
