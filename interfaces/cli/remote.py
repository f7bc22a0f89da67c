"""A desk before a server: the same commands, asked over `/api/v1`; answers are read back into the same values."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import typer

from cases.answers import Answer
from cases.correct import Correction
from cases.errors import (
    BadInput,
    CannotStart,
    Damaged,
    Failed,
    HomewardError,
    KeyReused,
    Stale,
    UnknownName,
    UnknownReference,
)
from cases.journal import plain_facts
from cases.look import Sight
from cases.override import SecondAnswer
from cases.read_history import SeenEntry
from cases.reference import read_reference
from cases.request import Request
from config.loader import from_canonical
from config.problems import listed, nearest
from interfaces.cli.desk import DueAsked, DueTold, Found
from interfaces.cli.output import Paper
from interfaces.documents.answers import answer_of
from interfaces.documents.due import due_of
from interfaces.documents.instances import instance_of, sight_of
from interfaces.documents.journal import history_of
from interfaces.documents.permitted import permitted_of
from state_machine.explain import ActionAnswer
from state_machine.rules import Rules
from state_machine.view import Actor, Instance
from wiring.clock import random_bytes
from wiring.server import Server

PATH = "/api/v1"
PATIENCE = httpx.Timeout(30, connect=10)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
AT_ONCE = 100
ERRORS: Mapping[str, type[HomewardError]] = {
    "bad_input": BadInput,
    "unknown_name": UnknownName,
    "key_reused": KeyReused,
    "changed": Stale,
    "failed": Failed,
    "too_often": Failed,
}
Query = Mapping[str, str | int | bool]


@contextmanager
def knock(server: Server) -> Iterator[RemoteDesk]:
    """A desk before a server. Raises CannotStart where its address is unsafe, it is not there, or the token no good."""
    base = _address(server.address)
    headers = {"Authorization": f"Bearer {server.token}", "User-Agent": "homeward"}
    # Nothing of the machine's proxies, and nowhere else than where was asked: the token goes to this server alone.
    with httpx.Client(
        base_url=base + PATH, headers=headers, timeout=PATIENCE, follow_redirects=False, trust_env=False
    ) as client:
        line = Line(client)
        yield RemoteDesk(line, line.get("/people/me"))


def _address(text: str) -> str:
    """The address of a server; encrypted, unless it is this machine."""
    parts = urlsplit(text)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise CannotStart("the server's address is not one; write it as https://cases.example.org")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise CannotStart("the server's address must begin with https://, for the token and all answers go there")
    return text.rstrip("/")


class Line:
    """Asks a server, and turns its problems into the errors of the house."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, path: str, query: Query | None = None, *, role: str | None = None) -> dict[str, Any]:
        """A document. Raises HomewardError."""
        headers = {"Homeward-Role": role} if role else {}
        return self._read(self._asked("GET", path, params=dict(query or {}), headers=headers))

    def step(
        self, path: str, body: Mapping[str, Any], *, role: str | None, key: str | None, if_revision: int | None
    ) -> Answer:
        """What came of an attempt. Raises HomewardError."""
        headers = {"Idempotency-Key": key or random_bytes(16).hex(), "Content-Type": "application/json"}
        headers |= {"Homeward-Role": role} if role else {}
        headers |= {"If-Match": f'"{if_revision}"'} if if_revision is not None else {}
        said = {name: value for name, value in body.items() if value is not None}
        answer = self._asked("POST", path, content=orjson.dumps(said), headers=headers)
        if answer.status_code == httpx.codes.CONFLICT:
            return answer_of(self._document(answer))
        return answer_of(self._read(answer))

    def _asked(self, method: str, path: str, **how: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **how)
        except httpx.TransportError as problem:
            raise Failed(
                f"the server could not be asked ({type(problem).__name__}); what was sent may have arrived: "
                "ask again with the same --key"
            ) from None

    def _read(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.is_success:
            return self._document(answer)
        if answer.is_redirect:
            raise CannotStart("the server sends elsewhere; name the address at which it answers itself")
        raise self._error(answer)

    def _document(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            read: dict[str, Any] = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            raise CannotStart("what answers at this address is no Homeward") from None
        return read

    def _error(self, answer: httpx.Response) -> HomewardError:
        told = self._document(answer)
        kind, detail = str(told.get("kind", "")), str(told.get("detail", ""))
        wrong = "; ".join(f"{one['where']}: expected {one['expected']}" for one in told.get("errors", ()))
        said = f"{detail.rstrip('.')}: {wrong}" if wrong else detail
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return CannotStart(f"the server does not let this in: {said}")
        if kind == "not_found":
            return UnknownReference()
        return ERRORS.get(kind, Damaged)(said or f"the server answered {answer.status_code}")


@dataclass
class RemoteDesk:
    """A place before a server, as the person whom its token names."""

    line: Line
    me: Mapping[str, Any]
    _versions: dict[str, Rules] = field(default_factory=dict)
    _role: str | None = None

    @property
    def now(self) -> dt.datetime:
        """The server's time when the command began."""
        return dt.datetime.fromisoformat(self.me["now"])

    def actor(self, person: str | None, role: str | None) -> Actor:
        """Who acts: whom the token names, and nobody else."""
        name: str = self.me["person"]
        if person not in (None, name):
            raise typer.BadParameter(f"the token is {name}'s; leave --as out, or take another token", param_hint="--as")
        titles = frozenset(self.me["titles"])
        if role is not None and role not in titles:
            said = f"{name} does not have the role {role!r}; {name}'s roles: {', '.join(sorted(titles)) or 'none'}"
            raise UnknownName(said)
        self._role = role
        return Actor(name, titles if role is None else frozenset({role}), role)

    def reader(self, person: str | None, role: str | None) -> Actor | None:
        """Who looks: always whom the token names."""
        return self.actor(person, role)

    def colleague(self, name: str) -> str:
        """Somebody of the house; the server looks whether there is such a person."""
        return name

    def find(self, text: str) -> Found:
        """The instance of a reference, as far as it stands in clear."""
        ref = read_reference(text)
        try:
            told = self.line.get(f"/instances/{ref}", {"facts": "false"}, role=self._role)
        except UnknownReference:
            said = f"there is no instance {ref}; compare it with the one you were given, sign by sign"
            raise UnknownReference(said) from None
        return Found(instance_of(told), self._rules(told["workflow"], told["hash"]))

    def rules(self, workflow: str | None) -> Rules:
        """The version in which new families are opened."""
        there = {one["workflow"]: one["hash"] for one in self.line.get("/workflows")["workflows"]}
        name = workflow or self.me["workflow"]
        if name not in there:
            raise UnknownName(f"no workflow {name!r} is published in this house")
        return self._rules(name, there[name])

    def version(self, hash_: str) -> Rules:
        """A version by its hash."""
        if hash_ not in self._versions:
            for name in (one["workflow"] for one in self.line.get("/workflows")["workflows"]):
                if any(one["hash"] == hash_ for one in self.line.get(f"/workflows/{name}/versions")["versions"]):
                    return self._rules(name, hash_)
            raise UnknownName(f"workflow version {hash_[:12]} was never published in this house")
        return self._versions[hash_]

    def take(self, request: Request) -> Answer:
        """Attempt a step."""
        path, body = _asked(request)
        if request.kind == "act" and request.ref is not None:
            found = self.find(request.ref)
            process = found.instance.process
            _known(request.action, found.rules.workflow.processes[process].actions, process)
        return self._step(path, body, request.key, request.if_revision)

    def correct(self, correction: Correction) -> Answer:
        """Correct an entry."""
        facts, entry = plain_facts(correction.facts), correction.seq
        body = {"entry": entry, "facts": facts, "only": list(correction.only), "reason": correction.reason}
        return self._step(f"/instances/{correction.ref}/corrections", body, correction.key, correction.if_revision)

    def second(self, found: Found, said: SecondAnswer) -> Answer:
        """Answer as a second person."""
        body = {"answer": "yes" if said.yes else "no", "reason": said.reason}
        return self._step(f"/instances/{found.ref}/overrides/{said.attempt}", body, said.key, said.if_revision)

    def why(self, actor: Actor, found: Found, action: str | None) -> Sequence[ActionAnswer]:
        """What is possible."""
        if action is not None:
            _known(action, found.rules.workflow.processes[found.instance.process].actions, found.instance.process)
        path = f"/instances/{found.ref}/why" + (f"/{action}" if action is not None else "")
        return permitted_of(self.line.get(path, role=actor.role))

    def look(self, actor: Actor | None, found: Found) -> Sight:
        """What somebody sees."""
        return sight_of(self.line.get(f"/instances/{found.ref}", role=actor.role if actor else None))

    def history(self, actor: Actor | None, found: Found) -> Sequence[SeenEntry]:
        """The journal."""
        told = self.line.get(f"/instances/{found.ref}/journal", role=actor.role if actor else None)
        for one in told["entries"]:
            if one["workflow_hash"] not in self._versions and one["workflow"] is not None:
                self._rules(one["workflow"], one["workflow_hash"])
        return history_of(told)

    def instances(self, process: str) -> Sequence[Instance]:
        """The instances of a process that are open to whom the token names, in the order of their opening."""
        found: list[Instance] = []
        query: dict[str, str | int | bool] = {"process": process, "limit": AT_ONCE}
        while True:
            told = self.line.get("/instances", query, role=self._role)
            found += [instance_of(one) for one in told["instances"]]
            if told["next"] is None:
                return found[::-1]
            query["cursor"] = told["next"]

    def due(self, asked: DueAsked) -> DueTold:
        """What is due."""
        query: dict[str, str | int | bool] = {"explain": "true"} if asked.explain else {}
        if asked.ref is not None:
            told = self.line.get(f"/instances/{self.find(asked.ref).ref}/deadlines", query)
        else:
            query |= {"until": asked.until.isoformat()} if asked.until is not None else {}
            query |= {"for": asked.person} if asked.person is not None else {}
            told = self.line.get("/deadlines", query)
        if told["more"]:
            Paper(to_stderr=True).note(f"Only the oldest {len(told['due'])} are told; ask with an earlier --until.")
        lines, why = due_of(told)
        if asked.ref is not None and asked.person is not None:
            kept = [place for place, line in enumerate(lines) if asked.person in line.people.people]
            lines, why = [lines[place] for place in kept], {new: why[old] for new, old in enumerate(kept) if old in why}
        return DueTold(dt.datetime.fromisoformat(told["now"]), lines, why)

    def _step(self, path: str, body: Mapping[str, Any], key: str | None, if_revision: int | None) -> Answer:
        return self.line.step(path, body, role=self._role, key=key, if_revision=if_revision)

    def _rules(self, name: str, hash_: str) -> Rules:
        """A version, read once."""
        if hash_ not in self._versions:
            told = self.line.get(f"/workflows/{name}/versions/{hash_}")
            workflow = from_canonical(orjson.dumps(told["definition"], option=orjson.OPT_SORT_KEYS))
            self._versions[hash_] = Rules.compile(workflow, hash_)
        return self._versions[hash_]


def _asked(request: Request) -> tuple[str, dict[str, Any]]:
    """Where an attempt is asked for, and how."""
    along: dict[str, Any] = {
        "facts": plain_facts(request.facts),
        "observed": request.observed.isoformat() if request.observed else None,
        "documents": [
            {"media": media, "content": base64.b64encode(content).decode()} for _, media, content in request.documents
        ],
    }
    reason: dict[str, Any] = {"reason": request.reason}
    match request.kind:
        case "open":
            opening = {"process": request.process, "under": request.ref, "workflow": request.workflow}
            return "/instances", opening | along | reason
        case "record":
            return f"/instances/{request.ref}/facts", along
        case "act":
            return f"/instances/{request.ref}/actions/{request.action}", along | reason
        case "assign":
            given = {"person": request.assigned, "role": request.role}
            return f"/instances/{request.ref}/assignments", given | reason
    return f"/instances/{request.ref}/unassignments", {"role": request.role} | reason


def _known(action: str, actions: Mapping[str, object], process: str) -> None:
    """An action must be one of the process: said before it is asked, in the words of the house."""
    if action not in actions:
        near = nearest(action, actions)
        hint = f"; did you mean {near}?" if near else ";"
        raise UnknownName(f"there is no action of {process} called {action!r}{hint} known: {listed(actions, 40)}")
