"""What leaves the house, and what a refusal tells: no other slot, no forbidden word, no fact that few may see.

The engine leaves a value that somebody may not read out of every reason (`reasons`, `missing`). What it cannot leave
out is that it refused: a guard that tests the value of such a fact tells it by its answer, and a waiting time that
counts from such a fact tells it by its date. So whoever hears the refusal must be one of those who may read the fact.
Nor is the fact told in clear: by a list that finds it, or by a track that moves by itself as the fact says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from config.crosscheck.words import check_notice_text, forbidden_in
from config.problems import Mark, Report
from state_machine.checks.model import Model
from state_machine.checks.verdict import Proof, Verdict
from state_machine.conditions import ClockNode, CountNode, Node, TrackNode
from state_machine.guards import GuardRules
from state_machine.leaves import ActorNode, FactNode
from state_machine.moments import FactFigure
from state_machine.places import Here, Linked, Place
from state_machine.rules import ActionRules, ProcessRules, Rules
from state_machine.words import listed, spaced

Fact = tuple[str, str]
"""A fact by its process and name."""


def check_words(model: Model) -> Iterator[Proof]:
    """The notices in the workflow's own language, and every fact under `seen_by`."""
    notices = model.rules.workflow.notices
    yield _notices(model.rules, "its own language", {name: notice.says for name, notice in notices.items()})
    listeners = _Listeners(model.rules)
    for process in model.rules.processes.values():
        for name, fact in process.facts.items():
            if fact.model.seen_by is not None:
                yield listeners.proof(process.name, name, fact.model.seen_by)


def words_elsewhere(
    texts: Mapping[str, Mapping[str, str]], house: Mapping[str, Mapping[str, str]]
) -> Callable[[Model], Iterator[Proof]]:
    """A check of the words in other languages: `texts` are translations by language and path, `house` the words that
    the house itself puts into every notice, by language and what they are."""

    def check(model: Model) -> Iterator[Proof]:
        for language, said in texts.items():
            of_notices = {path.split(".")[1]: text for path, text in said.items() if path.startswith("notices.")}
            yield _notices(model.rules, language, of_notices)
        for language, words in house.items():
            yield _house_words(model.rules, language, words)

    return check


def _notices(rules: Rules, language: str, texts: Mapping[str, str]) -> Proof:
    """Whether notices hold the five slots alone and no forbidden word."""
    report = Report()
    for name, text in texts.items():
        check_notice_text(text, Mark(name), rules.workflow.forbidden_words, report)
    says = f"No notice in {language} holds another slot than the five, or a word that must not leave the house"
    if report.problems:
        first = report.problems[0]
        says = f"The notice {first.file} in {language}: {first.message}: {first.found}"
    where = ("notices", report.problems[0].file) if report.problems else ("notices",)
    name = "own" if language == "its own language" else language
    return _proof(f"workflow.words:notices_{name}", bool(report.problems), says, f"{len(texts)} texts", where)


def _house_words(rules: Rules, language: str, words: Mapping[str, str]) -> Proof:
    """Whether the house's own words, which go into every notice, are words that this workflow lets out."""
    found = [
        (what, word) for what, text in words.items() for word in forbidden_in(text, rules.workflow.forbidden_words)
    ]
    says = f"No word that the house itself puts into a notice in {language} must stay inside"
    if found:
        says = (
            f"The house's own words in {language} hold `{found[0][1]}` ({found[0][0]}), which must not leave the house"
        )
    return _proof(f"workflow.words:house_{language}", bool(found), says, f"{len(words)} texts", ("forbidden_words",))


@dataclass(frozen=True)
class _Telling:
    """A guard that tells something of a fact by its answer, or by the date that it names; `from_here` of its own."""

    process: ProcessRules
    guard: GuardRules
    from_here: bool


class _Listeners:
    """Who hears a refusal, and which guards tell something of a fact."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._telling: dict[Fact, list[_Telling]] = {}
        for process in rules.processes.values():
            for guard in process.guards.values():
                if guard.model.strength != "off":
                    for fact, from_here in _told_by(guard).items():
                        self._telling.setdefault(fact, []).append(_Telling(process, guard, from_here))

    def proof(self, process: str, fact: str, seen_by: tuple[str, ...]) -> Proof:
        """Whether everybody who hears what a guard makes of a fact may read that fact."""
        telling = self._telling.get((process, fact), [])
        against = [text for one in telling for text in self._against(one, seen_by)] + [*self._in_clear(process, fact)]
        says = f"No refusal tells anything of {spaced(fact)} to somebody who may not read it"
        if against:
            says = f"{against[0]} tells something of {spaced(fact)}, which only {listed(seen_by)} may read"
        method = "every place where a condition looks, against those who hear its refusal or see what it moves"
        return _proof(
            f"{process}.restricted:{fact}", bool(against), says, method, ("processes", process, "facts", fact)
        )

    def _in_clear(self, process: str, fact: str) -> Iterator[str]:
        """Where the value of a fact stands readable without a key: in lists, and in tracks that move by it alone."""
        if self.rules.processes[process].facts[fact].model.find_by:
            yield f"`find_by` of {spaced(fact)}"
        for telling in self._telling.get((process, fact), []):
            for action in telling.process.actions.values():
                if action.by_house and action.model.moves and telling.guard in action.guards:
                    yield f"What moves by itself as `{action.name}` of {telling.process.name}"

    def _against(self, telling: _Telling, seen_by: tuple[str, ...]) -> Iterator[str]:
        for action, roles in self._hearing(telling):
            for role in roles:
                if not self._sees(role, seen_by, telling):
                    yield (
                        f"The guard `{telling.guard.name}` of {telling.process.name}, heard by a {spaced(role)} who"
                        f" tries `{action}`,"
                    )

    def _sees(self, role: str, seen_by: tuple[str, ...], telling: _Telling) -> bool:
        """Whether who acts in a role may read the fact, on whichever instance it lies."""
        if not any(role in self.rules.titles_for.get(one, ()) for one in seen_by):
            return False
        assigned = self.rules.workflow.roles[role].assigned
        # A role may be held on a child alone; then it is not held where the fact lies.
        return telling.from_here or not assigned or "assign" not in telling.process.actions

    def _hearing(self, telling: _Telling) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The actions that ask a guard, with the roles that hear what it says."""
        for action in telling.process.actions.values():
            if telling.guard in action.guards or (action.name == "assign" and self._of_roles(telling)):
                yield action.name, action.model.by
                if action.name == "open":
                    yield from self._opening(telling.process)

    def _of_roles(self, telling: _Telling) -> bool:
        return any(telling.guard in guards for guards in telling.process.role_guards.values())

    def _opening(self, child: ProcessRules) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Whoever does what opens a child hears why the child cannot be opened."""
        parent = self.rules.processes.get(child.above[0]) if child.above else None
        actions: Iterable[ActionRules] = parent.actions.values() if parent is not None else ()
        for action in actions:
            if child.name in (opens.process for opens in action.model.opens):
                yield action.name, action.model.by


def _told_by(guard: GuardRules) -> dict[Fact, bool]:
    """The facts of which a guard tells something; whether it looks only on the instance itself."""
    found: dict[Fact, bool] = {}
    waiting: list[Node] = [guard.require] + ([guard.when] if guard.when is not None else [])
    while waiting:
        node = waiting.pop()
        waiting += node.parts
        for place, fact in _looks(node):
            if place.process is not None:
                found[place.process, fact] = found.get((place.process, fact), True) and isinstance(place, Here)
        for link in _followed(node, guard.process):
            found.setdefault(link, True)
    return found


def _looks(node: Node) -> Iterator[tuple[Place, str]]:
    """The facts whose values a leaf tells. That nothing is recorded yet is no value, and neither is who recorded it."""
    match node:
        case FactNode() if node.test != "known":
            yield node.place, node.source.fact
            for right in node.rights:
                if right.place is not None:
                    yield right.place, right.fact
        case ClockNode():
            if node.since.kind == "fact":
                yield node.since.place, node.since.name
            if isinstance(node.figure, FactFigure):
                yield node.figure.place, node.figure.fact
        case CountNode() if isinstance(node.bound, FactFigure):
            yield node.bound.place, node.bound.fact


def _followed(node: Node, process: str) -> Iterator[Fact]:
    """Link facts that a leaf follows: what is told of the other instance tells which one it is."""
    match node:
        case FactNode():
            places = [node.place, *(right.place for right in node.rights if right.place is not None)]
        case TrackNode():
            places = [node.place]
        case ClockNode():
            places = [node.since.place]
        case ActorNode(kind="link"):
            places = []
            yield process, node.name
        case _:
            places = []
    for place in places:
        if isinstance(place, Linked):
            owner = next((touch[0] for touch in node.touches if touch[1:] == ("link", place.fact)), None)
            yield owner or process, place.fact


def _proof(invariant: str, violated: bool, says: str, method: str, where: tuple[str, ...]) -> Proof:
    verdict = Verdict.VIOLATED if violated else Verdict.HOLDS
    return Proof(invariant, "words", verdict, f"{says}.", method=method, where=where)
