"""Which language a browser wishes for (RFC 9110, 12.5.4), among those that have a catalogue."""

from __future__ import annotations

from babel import negotiate_locale

from interfaces.words.catalogues import known, languages

MOST = 20


def best_language(accepted: str, otherwise: str) -> str:
    """The first language of an `Accept-Language` that there is, by its weights; else the house's own."""
    wished = sorted(
        (pair for part in accepted.split(",")[:MOST] if (pair := _weighed(part)) is not None),
        key=lambda pair: -pair[1],
    )
    tags = [tag.replace("-", "_") for tag, weight in wished if weight > 0]
    return negotiate_locale(tags, list(languages())) or known(otherwise)


def _weighed(part: str) -> tuple[str, float] | None:
    tag, _, weight = part.partition(";q=")
    try:
        return tag.strip().lower(), float(weight) if weight else 1.0
    except ValueError:
        return None
