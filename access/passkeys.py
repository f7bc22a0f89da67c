"""Passkeys (WebAuthn): what the browser hands to the authenticator, and what its answer is worth.

The challenge is the house's own, kept on the server and used once; where the answer comes from (origin, host) is what
the settings say and never what the request says. Attestation is not asked for: which maker's key somebody has is
nobody's business here.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from access.account_store import Account, Passkey
from access.figures import RelyingParty

LONGEST_ANSWER = 20_000


class NotProved(Exception):
    """The authenticator's answer is not one to what it was asked."""


def asked_to_make(account: Account, there: Sequence[Passkey], party: RelyingParty, challenge: bytes) -> str:
    """What an authenticator is asked when a passkey is made, as JSON. Those that are there are not made again."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=account.handle,
        user_name=account.person,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(user_verification=UserVerificationRequirement.PREFERRED),
        exclude_credentials=_described(there),
    )
    return options_to_json(options)


def made_by(answer: str, person: str, name: str, party: RelyingParty, challenge: bytes, now: dt.datetime) -> Passkey:
    """The passkey that an authenticator made. Raises NotProved."""
    try:
        made = verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as problem:
        raise NotProved from problem
    id_ = bytes_to_base64url(made.credential_id)
    return Passkey(id_, person, name, made.credential_public_key, made.sign_count, now)


def asked_to_prove(there: Sequence[Passkey], party: RelyingParty, challenge: bytes) -> str:
    """What an authenticator is asked at signing in, as JSON."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        allow_credentials=_described(there),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def proved_by(
    answer: str, there: Sequence[Passkey], party: RelyingParty, challenge: bytes, now: dt.datetime
) -> tuple[Passkey, Passkey]:
    """The passkey that answered, as it was and as it is now. Raises NotProved.

    An authenticator that counts its signatures must have counted on: one that did not was copied.
    """
    try:
        said = _read(answer)
        before = next((one for one in there if one.id == said.get("id")), None)
        if before is None:
            raise NotProved
        proved = verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=before.public_key,
            credential_current_sign_count=before.sign_count,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as problem:
        raise NotProved from problem
    return before, replace(before, sign_count=proved.new_sign_count, used_at=now)


def _read(answer: str) -> dict[str, object]:
    if len(answer) > LONGEST_ANSWER:
        raise NotProved
    said = json.loads(answer)
    if not isinstance(said, dict):
        raise NotProved
    return said


def _described(there: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in there]
