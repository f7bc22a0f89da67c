"""Sentences for the record of sign-ins and of changes of accounts: for pages of administrators and auditors."""

from __future__ import annotations

from access.account_store import SignIn, SignInHow
from interfaces.words.words import Words


def sign_in_sentence(words: Words, line: SignIn, name: str) -> str:
    """What a line of the record says. `name` is what the reader may see of the person; empty where nobody has it."""
    who = name or words.gettext("Somebody with a name that nobody has")
    if line.what in ("sign_in", "second"):
        return _tried(words, line, who)
    said = _done(words, line.what, who)
    if line.by is not None and line.by != line.person:
        return words.gettext("%(said)s Done by %(by)s.", said=said, by=line.by)
    return said


def _tried(words: Words, line: SignIn, who: str) -> str:
    how = _how(words, line.how)
    match line.outcome:
        case "applied":
            return words.gettext("%(who)s signed in %(how)s.", who=who, how=how)
        case "more_needed":
            return words.gettext("%(who)s came %(how)s, and was asked for a second factor.", who=who, how=how)
        case "throttled":
            return words.gettext("%(who)s tried too often %(how)s, and has to wait.", who=who, how=how)
        case "declined":
            return words.gettext("%(who)s tried to sign in %(how)s. It did not fit.", who=who, how=how)


def _how(words: Words, how: SignInHow) -> str:
    said: dict[SignInHow, str] = {
        "password": words.gettext("with a password"),
        "code": words.gettext("with a code"),
        "recovery": words.gettext("with a recovery code"),
        "passkey": words.gettext("with a passkey"),
        "provider": words.gettext("through the provider"),
        "link": words.gettext("with a one-time link"),
        "demo": words.gettext("in the demonstration"),
        "token": words.gettext("with an API token"),
    }
    return said.get(how, "")


def _done(words: Words, what: str, who: str) -> str:
    said = {
        "sign_out": words.gettext("%(who)s signed out."),
        "ended": words.gettext("Sessions of %(who)s were ended."),
        "password_set": words.gettext("%(who)s changed the password."),
        "factor_added": words.gettext("%(who)s set up a second factor."),
        "factor_removed": words.gettext("A second factor of %(who)s was taken away."),
        "codes_made": words.gettext("%(who)s made new recovery codes."),
        "token_made": words.gettext("An API token was made for %(who)s."),
        "token_used": words.gettext("A program used an API token of %(who)s."),
        "token_revoked": words.gettext("An API token of %(who)s was revoked."),
        "link_made": words.gettext("A one-time link was made for %(who)s."),
        "link_used": words.gettext("%(who)s set a password by a one-time link."),
        "disabled": words.gettext("The account of %(who)s was disabled."),
        "enabled": words.gettext("The account of %(who)s was enabled."),
        "identity_linked": words.gettext("%(who)s may sign in through the provider."),
        "identity_removed": words.gettext("%(who)s may no longer sign in through the provider."),
        "acting": words.gettext("%(who)s chose a role to act in."),
    }
    return said[what] % {"who": who}
