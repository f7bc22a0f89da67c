"""How something stands as a whole, in a word or two: open, over, or the state in between that is neither."""

from __future__ import annotations

from config.definition import Process
from interfaces.words.labels import Labels
from interfaces.words.words import Words


def standing(words: Words, labels: Labels, process: tuple[str, Process], state: str, over: bool) -> str:
    """Over; open where its main track stands as it began; else the state of that track: `Closed and watched`.

    `process` is its name and what it declares; `state` that of its main track (`main_track`).
    """
    name, declared = process
    if over:
        return words.gettext("Over")
    main = main_track(declared)
    if main is None or state == declared.tracks[main].starts:
        return words.gettext("Open")
    return labels.short(name, main, state)


def main_track(process: Process) -> str | None:
    """The track that a process is about: the first that it declares."""
    return next(iter(process.tracks), None)
