"""A small house that answers over HTTP on this machine, with a token for everybody in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from access.account_store import SCOPES, AccountWrites
from access.accounts import Accounts
from access.passwords import Argon2
from cases.ports import Clock
from config.settings import Settings
from interfaces.api.app import PREFIX, create_api
from interfaces.web.served import Served
from wiring.accounts import open_accounts
from wiring.clock import random_bytes
from wiring.house import RunningHouse, open_house

PEOPLE = """\
sok: [case_manager]
lin: [case_manager]
nita: {roles: [interviewer], facts: {vetting: clear}}
maly: [health_worker]
dara: [supervisor]
vuth: {roles: [supervisor], stand_in: dara}
adam: [administrator]
rithy: [auditor]
"""
EVERYBODY = ("sok", "lin", "nita", "maly", "dara", "vuth", "adam", "rithy")
LONGEST = 20
WORKFLOW = Path(__file__).with_name("harbour")


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                app, host="127.0.0.1", port=0, log_level="error", access_log=False, ws="none", lifespan="off"
            )
        )
        self.listens = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    @property
    def address(self) -> str:
        """Where it listens."""
        port: int = self.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address at which an app answers."""
    server = _Server(app)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert server.listens.wait(LONGEST)
        yield server.address
    finally:
        server.should_exit = True
        thread.join(LONGEST)
        assert not thread.is_alive()


@dataclass
class Answered:
    """An answer with its document."""

    response: httpx.Response

    @property
    def status(self) -> int:
        """Its status."""
        return self.response.status_code

    @property
    def told(self) -> dict[str, Any]:
        """Its document."""
        read: dict[str, Any] = self.response.json()
        return read

    @property
    def tag(self) -> str:
        """Its `ETag`."""
        return self.response.headers["ETag"]


@dataclass
class Api:
    """A house that answers, and how to ask it as somebody."""

    running: RunningHouse
    served: Served
    address: str
    tokens: Mapping[str, str]
    client: httpx.Client
    _keys: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**6)))

    def key(self) -> str:
        """A fresh idempotency key."""
        return f"k{next(self._keys)}"

    def ask(self, who: str | None, method: str, path: str, **how: Any) -> Answered:
        """Ask as somebody; with a key of its own where something is changed and none is given."""
        headers = dict(how.pop("headers", {}))
        if who is not None:
            headers.setdefault("Authorization", f"Bearer {self.tokens[who]}")
        if method != "GET":
            headers.setdefault("Idempotency-Key", self.key())
        return Answered(self.client.request(method, path, headers=headers, **how))

    def get(self, who: str | None, path: str, **how: Any) -> Answered:
        """Read."""
        return self.ask(who, "GET", path, **how)

    def post(self, who: str | None, path: str, body: Any = None, **how: Any) -> Answered:
        """Change something."""
        return self.ask(who, "POST", path, **({"json": body} if body is not None else {}), **how)

    def case(self, who: str = "sok", **facts: object) -> str:
        """The reference of a case that somebody opened and leads."""
        opened = self.post(who, "/cases", {"facts": facts})
        assert opened.status == 201, opened.response.text
        ref: str = opened.told["ref"]
        self.post("dara", f"/instances/{ref}/assignments", {"person": "nita", "role": "interviewer"})
        return ref

    def revision(self, ref: str) -> int:
        """The revision at which a family stands."""
        with self.running.store.look() as tx:
            loaded = tx.load(ref)
        assert loaded is not None
        return loaded.family.revision

    def kinds(self, ref: str) -> list[str]:
        """The kinds of the entries of an instance's journal."""
        with self.running.store.look() as tx:
            return [one.kind for one in tx.entries(ref)]


def make_home(folder: Path) -> Path:
    """An empty house with its people."""
    folder.mkdir()
    (folder / "people.yaml").write_text(PEOPLE, "utf-8")
    return folder


def settings_of(home: Path, **more: Any) -> Settings:
    """Its settings, whatever the environment says."""
    said: dict[str, Any] = {
        "home": home,
        "workflow": str(WORKFLOW),
        "database_url": None,
        "key_file": None,
        "key_command": None,
    }
    return Settings(**(said | {"server": None, "token": None, "token_file": None, "link_base": None} | more))


def with_second_factor(accounts: Accounts, running: RunningHouse, person: str) -> None:
    """Give somebody whose post needs one a second factor."""
    account = running.store.accounts.account(person)
    assert account is not None
    changed = replace(account, totp_secret="JBSWY3DPEHPK3PXP", revision=account.revision + 1)
    running.store.accounts.write(AccountWrites(account=changed))
    assert accounts.factors is not None


def token_for(served: Served, person: str, *scopes: str) -> str:
    """A fresh token of somebody."""
    given = scopes or SCOPES
    return served.accounts.tokens.make(person, "test", given, served.now()).secret


@contextmanager
def opened(home: Path, clock: Clock | None = None, **settings: Any) -> Iterator[Served]:
    """The house of a folder, everybody in it with an account."""
    running = open_house(settings_of(home, **settings), clock)
    try:
        quick = Argon2(random_bytes, rounds=1, memory_kib=8, lanes=1)
        served = Served(running, open_accounts(running, hashing=quick), secure=False, address="http://house.test")
        for person in EVERYBODY:
            if served.accounts.account(person) is None:
                served.accounts.links.account_of(person, served.now())
        for person in ("adam", "rithy"):
            with_second_factor(served.accounts, running, person)
        yield served
    finally:
        running.close()


@contextmanager
def answering(home: Path, clock: Clock | None = None, **settings: Any) -> Iterator[Api]:
    """The house of a folder, as it answers."""
    with opened(home, clock, **settings) as served, serving(mounted(served)) as address:
        tokens = {person: token_for(served, person) for person in EVERYBODY}
        with httpx.Client(base_url=address + PREFIX, trust_env=False) as client:
            yield Api(served.running, served, address, tokens, client)


def mounted(served: Served) -> FastAPI:
    """An app with the API where it belongs."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount(PREFIX, create_api(served))
    return app
