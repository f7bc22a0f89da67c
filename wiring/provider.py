"""An OpenID Connect provider as it describes itself (OpenID Connect Discovery 1.0), asked over HTTP.

Only signatures with public keys are taken. Where the provider says that its endpoints lie is trusted as far as its own
description, which must name the issuer of the settings and nothing else than https (http on this machine).
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from access.identities import Claims, NotVouched

SECONDS = 10.0
LARGEST = 1_000_000
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY = 60
"""Seconds by which the provider's clock may be off."""
SCOPE = "openid email"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
WELL_KNOWN = "/.well-known/openid-configuration"


class DiscoveredProvider:
    """The provider of this issuer, to which this house is `client`. Threads may share it.

    `back` is the address to which it sends the browser back. Its description is asked for when it is first needed, its
    keys again where a signature names an unknown one.
    """

    def __init__(self, issuer: str, client: str, secret: str | None, back: str) -> None:
        self._issuer = issuer
        self._client = client
        self._secret = secret
        self._back = back
        self._asking = threading.Lock()
        self._described: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    def address(self, state: str, nonce: str, challenge: str) -> str:
        """Where the browser is sent. Raises NotVouched where the provider does not describe itself."""
        return str(
            prepare_grant_uri(
                self._endpoint("authorization_endpoint"),
                client_id=self._client,
                response_type="code",
                redirect_uri=self._back,
                scope=SCOPE,
                state=state,
                nonce=nonce,
                code_challenge=challenge,
                code_challenge_method="S256",
            )
        )

    def redeemed(self, code: str, verifier: str, now: dt.datetime) -> Claims:
        """What the provider says for a code. Raises NotVouched."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": self._client,
            "code_verifier": verifier,
        }
        answer = self._asked("POST", self._endpoint("token_endpoint"), form)
        claims = self._checked(str(answer.get("id_token", "")), str(answer.get("access_token", "")), now)
        methods = claims.get("amr")
        email = claims.get("email")
        return Claims(
            issuer=self._issuer,
            subject=str(claims["sub"]),
            nonce=str(claims.get("nonce", "")),
            email=email if isinstance(email, str) else None,
            # Some providers write it as a word; only a plain yes counts.
            email_verified=claims.get("email_verified") is True,
            methods=tuple(str(one) for one in methods) if isinstance(methods, list) else (),
        )

    def _checked(self, id_token: str, access_token: str, now: dt.datetime) -> Mapping[str, Any]:
        """The claims of an ID token that this provider signed for this house, and that are not over."""
        try:
            token = self._opened(id_token)
            expected = {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client},
            }
            claims = CodeIDToken(
                token.claims, token.header, expected, {"client_id": self._client, "access_token": access_token}
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as problem:
            raise NotVouched("the provider's word cannot be trusted") from problem
        return dict(claims)

    def _opened(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._known_keys(fresh=False), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # It may have been signed with a key that is newer than those we know.
            return jwt.decode(id_token, self._known_keys(fresh=True), algorithms=ALGORITHMS)

    def _known_keys(self, *, fresh: bool) -> KeySet:
        if self._keys is None or fresh:
            found = self._asked("GET", self._endpoint("jwks_uri"))
            self._keys = KeySet.import_key_set({"keys": list(found.get("keys", []))})
        return self._keys

    def _endpoint(self, name: str) -> str:
        address = str(self._description().get(name, ""))
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise NotVouched(f"the provider's {name} is no https address")
        return address

    def _description(self) -> Mapping[str, Any]:
        with self._asking:
            if self._described is None:
                described = self._asked("GET", self._issuer.rstrip("/") + WELL_KNOWN)
                if described.get("issuer") != self._issuer:
                    raise NotVouched("the provider calls itself by another issuer than HOMEWARD_PROVIDER_ISSUER")
                self._described = described
            return self._described

    def _asked(self, method: str, address: str, form: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """The JSON object with which an address answers. Raises NotVouched."""
        auth = (self._client, self._secret) if form is not None and self._secret is not None else None
        try:
            with (
                httpx.Client(timeout=SECONDS, trust_env=False) as client,
                client.stream(method, address, data=form, auth=auth, headers={"Accept": "application/json"}) as answer,
            ):
                answer.raise_for_status()
                found = json.loads(_read(answer))
        except (httpx.HTTPError, ValueError) as problem:
            # What it answered may hold what is secret: it stays out of the message.
            raise NotVouched(f"the provider did not answer as expected ({type(problem).__name__})") from None
        if not isinstance(found, dict):
            raise NotVouched("the provider did not answer with a JSON object")
        return found


def _read(answer: httpx.Response) -> bytes:
    content = b""
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > LARGEST:
            raise ValueError("too long")
    return content
