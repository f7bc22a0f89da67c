"""The journal as people read it: sentences for staff, and for auditors codes, outcomes and clauses of the same entry.

`Sok asked to begin the interview. Not possible yet, 2 reasons.` Every kind of entry has a sentence in every language;
a test compares both lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from cases.journal import Kind
from cases.read_history import SeenEntry
from interfaces.words.house_sentences import HOUSE_SAYS
from interfaces.words.labels import spelt
from interfaces.words.sentences import SAYS, Names, Telling
from interfaces.words.words import Words
from state_machine.rules import Rules

Group = Literal["changes", "refusals", "notices", "looks", "house"]
"""By which a reader filters a history."""

Outcome = Literal["applied", "refused", "not_yet", "asked", "overridden", "late", "told", "seen", "house"]
"""What came of it, as an auditor filters."""

_OF: Mapping[Kind, tuple[Group, Outcome]] = {
    Kind.OPENED: ("changes", "applied"),
    Kind.APPLIED: ("changes", "applied"),
    Kind.REFUSED: ("refusals", "refused"),
    Kind.NOT_YET: ("refusals", "not_yet"),
    Kind.RECORDED: ("changes", "applied"),
    Kind.CORRECTED: ("changes", "applied"),
    Kind.LAPSED: ("changes", "applied"),
    Kind.SEEN: ("looks", "seen"),
    Kind.ASSIGNED: ("changes", "applied"),
    Kind.UNASSIGNED: ("changes", "applied"),
    Kind.OVERRIDE_ASKED: ("refusals", "asked"),
    Kind.OVERRIDE_GRANTED: ("changes", "overridden"),
    Kind.OVERRIDE_DENIED: ("refusals", "refused"),
    Kind.OVERRIDE_LAPSED: ("refusals", "refused"),
    Kind.UNDERMINED: ("changes", "applied"),
    Kind.MIGRATED: ("changes", "applied"),
    Kind.DATED: ("notices", "told"),
    Kind.REMINDED: ("notices", "told"),
    Kind.BREACHED: ("notices", "late"),
    Kind.ACTED: ("changes", "applied"),
    Kind.ACT_REFUSED: ("refusals", "refused"),
    Kind.POSTPONED: ("notices", "told"),
    Kind.PROPOSED: ("house", "house"),
    Kind.PUBLISHED: ("house", "house"),
    Kind.NOT_PUBLISHED: ("house", "refused"),
    Kind.WITHDRAWN: ("house", "house"),
    Kind.MIGRATION_REFUSED: ("house", "refused"),
    Kind.PERSON_ADDED: ("house", "house"),
    Kind.PERSON_CHANGED: ("house", "house"),
    Kind.PERSON_DISABLED: ("house", "house"),
    Kind.PERSON_ENABLED: ("house", "house"),
    Kind.LEAVE_SET: ("house", "house"),
    Kind.WISHES_SET: ("house", "house"),
    Kind.PERSON_REFUSED: ("house", "refused"),
    Kind.PERSON_ASKED: ("house", "asked"),
    Kind.PERSON_AGREED: ("house", "house"),
    Kind.PERSON_DECLINED: ("house", "refused"),
    Kind.LINK_MADE: ("house", "house"),
    Kind.FACTORS_FORGOTTEN: ("house", "house"),
    Kind.HANDED_OVER: ("house", "house"),
    Kind.EMERGENCY_TAKEN: ("looks", "seen"),
    Kind.EMERGENCY_ENDED: ("looks", "seen"),
    Kind.EMERGENCY_REVIEWED: ("looks", "seen"),
    Kind.EMERGENCY_REFUSED: ("refusals", "refused"),
    Kind.GRANT_ASKED: ("looks", "asked"),
    Kind.GRANT_GIVEN: ("looks", "seen"),
    Kind.GRANT_DECLINED: ("looks", "refused"),
    Kind.GRANT_ENDED: ("looks", "seen"),
    Kind.EXPORTED: ("looks", "seen"),
}


_IN_CAPITALS: Mapping[str, str] = {
    "not_yet": "NOT YET",
    "overridden": "EXCEPTION",
    Kind.SEEN: "LOOKED AT",
    Kind.DATED: "DATED",
}
"""What an auditor reads, where it is not the outcome as it is filtered by."""
_FOLDED = frozenset({Kind.SEEN, Kind.DATED, Kind.REMINDED})
"""Small events, of which runs become one line."""

_SAYS = {**SAYS, **HOUSE_SAYS}


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a history: a sentence for one entry, or for a run of entries that say the same.

    `at` is that of the newest entry (aware, UTC); `entries` are newest first.
    """

    at: dt.datetime
    group: Group
    text: str
    entries: tuple[SeenEntry, ...]

    @property
    def folded(self) -> bool:
        """Whether it stands for several entries."""
        return len(self.entries) > 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A guard in an auditor's view of an entry: what it answered, and the clauses that it carries."""

    guard: str
    says: str
    outcome: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audited:
    """An entry as an auditor reads it. `at` is ISO 8601 with the zone's offset; `outcome` is a word in capitals.

    `guards` are those that were not met; `met` counts the others. `rule` is the workflow's name and the beginning of
    its hash. `late` is how late a time was answered, None where it is no timed step.
    """

    number: int
    at: str
    outcome: str
    what: str
    who: str
    role: str
    instance: str
    moves: tuple[str, ...]
    rule: str
    late: dt.timedelta | None
    guards: tuple[Asked, ...]
    met: int
    hash: str
    previous: str


class Journal:
    """Says the entries of one instance: `rules_of` gives the workflow of a hash, `names` what people are called."""

    def __init__(self, words: Words, process: str, rules_of: Callable[[str], Rules], names: Names = str) -> None:
        self.words = words
        self.process = process
        self.rules_of = rules_of
        self.telling = Telling(words, process, names)

    def history(self, entries: Iterable[SeenEntry], groups: Iterable[Group] | None = None) -> list[Said]:
        """The entries newest first, those of some groups only; runs of sights and of notices on one day are folded."""
        wanted = set(groups) if groups is not None else None
        newest = sorted(entries, key=lambda one: one.entry.seq, reverse=True)
        kept = [one for one in newest if wanted is None or group_of(one) in wanted]
        return [said for _, run in groupby(kept, self._run) for said in self._folded(list(run))]

    def _run(self, one: SeenEntry) -> tuple[object, ...]:
        """What entries have in common that fold into one line."""
        group = group_of(one)
        if Kind(one.entry.kind) not in _FOLDED:
            return (one.entry.seq,)
        return group, one.entry.at.astimezone(self.words.zone).date()

    def _folded(self, run: Sequence[SeenEntry]) -> Iterator[Said]:
        group, words = group_of(run[0]), self.words
        if len(run) == 1:
            yield Said(run[0].entry.at, group, self.sentence(run[0]), tuple(run))
            return
        if group == "looks":
            people = len({str(one.clear.get("actor")) for one in run})
            if people == 1:
                text = words.gettext(
                    "%(who)s looked here %(times)s times.", who=self.telling.who(run[0].clear), times=len(run)
                )
            else:
                text = words.gettext("%(number)s people looked here.", number=words.number(people, first=True))
        else:
            text = words.ngettext(
                "%(number)s reminder or date was written down.",
                "%(number)s reminders and dates were written down.",
                len(run),
                number=words.number(len(run), first=True),
            )
        yield Said(run[0].entry.at, group, text, tuple(run))

    def sentence(self, one: SeenEntry) -> str:
        """One entry as staff read it. Raises ValueError for a kind that is not known."""
        kind = Kind(one.entry.kind)
        labels = self.words.labels(self.rules_of(str(one.clear["workflow"])).workflow)
        return _SAYS[kind](self.telling, labels, one)

    def _thing(self, kind: Kind) -> str:
        """What an entry is about that names no action, fact or deadline."""
        if kind is Kind.SEEN:
            return self.words.gettext("Answers that few may see")
        return spelt(kind.value.partition(":")[2].replace(":", " ").replace("override", "exception"))

    def audited(self, one: SeenEntry) -> Audited:
        """The same entry as an auditor reads it."""
        clear, kind = one.clear, Kind(one.entry.kind)
        rules = self.rules_of(str(clear["workflow"]))
        declared = rules.workflow.processes[self.process].guards
        labels = self.words.labels(rules.workflow)
        asked = clear.get("guards", {})
        unmet = [guard for guard, said in asked.items() if said not in ("yes", "not_asked")]
        late = clear.get("late_seconds")
        return Audited(
            number=one.entry.seq,
            at=one.entry.at.astimezone(self.words.zone).isoformat(timespec="milliseconds"),
            outcome=_IN_CAPITALS.get(kind) or _IN_CAPITALS.get(outcome_of(one)) or outcome_of(one).upper(),
            what=self.telling.what(labels, clear) or self._thing(kind),
            who=self.telling.who(clear),
            role=labels.role(str(clear["role"])) if clear.get("role") else "",
            instance=str(clear.get("instance", "")),
            moves=tuple(f"{track}: {before} → {after}" for track, (before, after) in clear.get("moves", {}).items()),
            rule=f"{rules.workflow.workflow} @ {str(clear['workflow'])[:8]}",
            late=dt.timedelta(seconds=late) if late is not None else None,
            guards=tuple(
                Asked(
                    name,
                    labels.guard(self.process, name),
                    str(asked[name]),
                    declared[name].clauses if name in declared else (),
                )
                for name in unmet
            ),
            met=sum(said == "yes" for said in asked.values()),
            hash=one.entry.hash,
            previous=one.entry.previous,
        )


def folded(
    words: Words,
    rules: Rules,
    process: str,
    entries: Iterable[SeenEntry],
    names: Names = str,
    groups: Iterable[Group] | None = None,
) -> list[Said]:
    """The history of one instance of a process, newest first, all of it in the words of one version of its workflow."""
    return Journal(words, process, lambda _: rules, names).history(entries, groups)


def sentence(words: Words, rules: Rules, process: str, entry: SeenEntry, names: Names = str) -> str:
    """One entry of an instance of a process, as staff read it. Raises ValueError for a kind that is not known."""
    return Journal(words, process, lambda _: rules, names).sentence(entry)


def group_of(one: SeenEntry) -> Group:
    """By which group a reader filters an entry."""
    return _OF[Kind(one.entry.kind)][0]


def outcome_of(one: SeenEntry) -> Outcome:
    """What came of it, as an auditor filters: an exception that was granted makes an applied step `overridden`."""
    outcome = _OF[Kind(one.entry.kind)][1]
    return "overridden" if outcome == "applied" and one.clear.get("overridden") else outcome
