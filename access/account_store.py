"""What is kept of accounts, and what the access room asks of a store: plain values and one port.

What must not be readable is handed over as it is and sealed by the store (`password`, `totp_secret`, `content` of a
ceremony); of what only has to be recognised (tokens, links, recovery codes, devices) a digest is kept, never the thing
itself. Every change is one `AccountWrites`: all of it or nothing. One conformance suite tests all stores.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

Strength = Literal["password", "second_factor", "demo"]
Theme = Literal["device", "light", "dark"]
Scope = Literal["read", "act", "export", "calendar", "administer"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What an API token may do: look, take steps, take data out, read one's own calendar, change the house."""


@dataclass(frozen=True, slots=True)
class Account:
    """How somebody signs in. `revision` counts every change; `generation` those after which no session may go on."""

    person: str
    handle: bytes  # 32 random bytes that stand for the person towards authenticators
    created_at: dt.datetime
    revision: int = 1
    generation: int = 1
    password: str | None = None  # an Argon2 hash with its parameters; sealed at rest
    totp_secret: str | None = None  # base32; sealed at rest
    totp_last: int = 0  # the newest time step whose code was used
    disabled: bool = False
    language: str | None = None
    theme: Theme = "device"


def account_after(account: Account) -> Account:
    """The same account after a change that ends its sessions."""
    return replace(account, revision=account.revision + 1, generation=account.generation + 1)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A public key of an authenticator. `id` is the credential id in base64url."""

    id: str
    person: str
    name: str
    public_key: bytes
    sign_count: int
    made_at: dt.datetime
    used_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as it is kept. `previous` is the digest of the token before the last rotation, good until `grace`."""

    id: str
    digest: str
    person: str
    acting: str | None
    csrf: str
    strength: Strength
    generation: int
    signed_in_at: dt.datetime
    seen_at: dt.datetime
    renewed_at: dt.datetime
    ends_at: dt.datetime
    previous: str | None = None
    grace: dt.datetime | None = None
    network: str = ""


LinkKind = Literal["first_administrator", "invitation", "reset"]


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link that lets one person set a password, once."""

    digest: str
    person: str
    kind: LinkKind
    made_by: str | None  # null: the house itself
    made_at: dt.datetime
    ends_at: dt.datetime
    used_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """An API token without its secret."""

    id: str
    digest: str
    person: str
    name: str
    scopes: frozenset[Scope]
    made_at: dt.datetime
    ends_at: dt.datetime
    used_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None


CeremonyKind = Literal["second", "totp", "passkey_new", "passkey_use", "provider"]


@dataclass(frozen=True, slots=True)
class Ceremony:
    """Something begun that must be ended by whoever holds its token, once and in time. `content` is sealed at rest."""

    digest: str
    kind: CeremonyKind
    person: str | None
    content: bytes
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at another provider: its issuer and the unchanging subject that it names."""

    issuer: str
    subject: str
    person: str
    linked_by: str  # an administrator, or the person whose verified address said so
    linked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Device:
    """A browser on which somebody has signed in before."""

    digest: str
    person: str
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Throttle:
    """How often something was tried in vain since it last went well, and from when on the next try is looked at."""

    failures: int
    free_at: dt.datetime
    forget_at: dt.datetime


SignInWhat = Literal[
    "sign_in",
    "second",
    "sign_out",
    "ended",
    "password_set",
    "factor_added",
    "factor_removed",
    "codes_made",
    "token_made",
    "token_used",
    "token_revoked",
    "link_made",
    "link_used",
    "disabled",
    "enabled",
    "identity_linked",
    "identity_removed",
    "acting",
]
SignInHow = Literal["password", "code", "recovery", "passkey", "provider", "link", "demo", "token", "none"]
SignInOutcome = Literal["applied", "more_needed", "declined", "throttled"]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A line of the record of sign-ins, which only grows. It holds no password and no code.

    `person` is null where nobody has the name that was tried, which is not kept; `by` is who did it, where that is
    somebody else. `network` is the address without its last part. The store numbers the lines.
    """

    at: dt.datetime
    person: str | None
    what: SignInWhat
    how: SignInHow
    outcome: SignInOutcome
    network: str = ""
    by: str | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class AccountWrites:
    """Everything that one change of accounts writes, in one transaction or not at all.

    `account` is put where the stored revision is one less (revision 1: where there is none). `session` is put where
    the account's generation is still the session's; `replaces` is the digest of the session that it follows, which
    must be there. `use_link`, `use_code` and
    `use_ceremonies` must be there and unused. `passkey` replaces the one of the
    same id only where the stored count is `counted` (None: where there is none). `codes` replaces all recovery codes.
    """

    account: Account | None = None
    session: StoredSession | None = None
    replaces: str | None = None
    end_session: tuple[str, str] | None = None  # person, id
    link: OneTimeLink | None = None  # earlier ones of the same person that were not used go
    use_link: tuple[str, dt.datetime] | None = None  # digest, now
    codes: tuple[str, tuple[str, ...]] | None = None  # person, digests
    use_code: tuple[str, str, dt.datetime] | None = None  # person, digest, now
    ceremony: Ceremony | None = None
    use_ceremonies: tuple[str, ...] = ()  # digests
    passkey: Passkey | None = None
    counted: int | None = None
    drop_passkey: tuple[str, str] | None = None  # person, id
    drop_passkeys_of: str | None = None
    token: Token | None = None
    revoke_token: tuple[str, str, dt.datetime] | None = None  # person, id, now
    revoke_tokens_of: tuple[str, dt.datetime] | None = None
    identity: Identity | None = None
    drop_identity: tuple[str, str] | None = None  # issuer, subject
    device: Device | None = None
    forget_devices_of: str | None = None
    clear: tuple[str, ...] = ()  # throttles that are over
    record: tuple[SignIn, ...] = ()
    drop_ended: dt.datetime | None = None  # sessions, ceremonies, throttles and devices that ended before


class AccountStore(Protocol):
    """Where accounts live. Raises `cases.errors.Failed` where the database does not answer."""

    def account(self, person: str) -> Account | None:
        """The account of a person."""

    def accounts(self) -> Sequence[Account]:
        """All accounts, by person."""

    def passkeys(self, person: str) -> Sequence[Passkey]:
        """The passkeys of a person, oldest first."""

    def codes_left(self, person: str) -> int:
        """How many recovery codes of a person are unused."""

    def code_is_unused(self, person: str, digest: str) -> bool:
        """Whether this is a recovery code of the person that nobody has used."""

    def session(self, digest: str) -> tuple[StoredSession, Account] | None:
        """The session whose token, or whose token before the last rotation, has this digest, with its account."""

    def sessions(self, person: str) -> Sequence[StoredSession]:
        """All sessions of a person that are kept, newest first."""

    def link(self, digest: str) -> OneTimeLink | None:
        """A one-time link."""

    def open_links(self, now: dt.datetime) -> Sequence[OneTimeLink]:
        """The links that can still be used, newest first."""

    def token(self, digest: str) -> Token | None:
        """An API token by the digest of its secret."""

    def tokens(self, person: str | None) -> Sequence[Token]:
        """The tokens of a person, or of all, newest first; revoked and ended ones too."""

    def ceremony(self, digest: str) -> Ceremony | None:
        """Something begun and not ended."""

    def identity(self, issuer: str, subject: str) -> Identity | None:
        """Whom a provider means."""

    def identities(self, person: str | None) -> Sequence[Identity]:
        """How providers know a person, or all."""

    def device(self, digest: str) -> Device | None:
        """A known browser."""

    def sign_ins(self, person: str | None, before: int | None, limit: int) -> Sequence[SignIn]:
        """The record of a person, or of all, newest first; only numbers below `before`."""

    def count(
        self, keys: Sequence[str], after: Callable[[Mapping[str, Throttle]], Mapping[str, Throttle] | None]
    ) -> bool:
        """Look at the throttles of these keys and put what `after` makes of those that are there.

        One after the other: nobody else looks at the same keys meanwhile. Keys are kept blinded. Answers whether
        something was put; `after` may be asked again where somebody was first, and answers None to put nothing.
        """

    def touch_session(self, id_: str, seen_at: dt.datetime) -> None:
        """Note when a session was used; nothing where it is gone."""

    def touch_token(self, id_: str, used_at: dt.datetime) -> None:
        """Note when a token was used; nothing where it is gone."""

    def write(self, writes: AccountWrites) -> None:
        """Make a change. Raises `cases.ports.Lost`, having written nothing."""
