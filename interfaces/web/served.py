"""What the pages and the API of one running house have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from access.accounts import Accounts
from access.identities import Provider
from interfaces.web.pages import Pages
from wiring.house import RunningHouse
from wiring.notices import ShippedTexts


@dataclass(frozen=True, slots=True)
class Portions:
    """How much one request shows or does, so that each answers soon; the next request goes on where it ended.

    `history`: entries on one page; `checked`: instances whose journal is checked; `moved`: families migrated.
    """

    history: int = 100
    checked: int = 2_000
    moved: int = 25


@dataclass(frozen=True, slots=True)
class Served:
    """A running house with its accounts and templates. `demo`: one sign-in per role is offered, and nobody is real.

    `secure`: it is reached by https, so that cookies are bound to it (`__Host-`). `provider`: through which people may
    sign in, too. `ticks`: whether what runs by the clock in this process runs. `address`: where this process listens,
    as a browser reaches it.
    """

    running: RunningHouse
    accounts: Accounts
    pages: Pages = field(default_factory=Pages)
    demo: bool = False
    secure: bool = True
    provider: Provider | None = None
    ticks: Callable[[], bool] = lambda: True
    address: str = ""
    portions: Portions = Portions()

    @property
    def base(self) -> str:
        """How addresses that are handed to people begin, without `/` at the end; empty where it is not known.

        It comes from the settings or from the start of the server. What a request says of its host counts nothing: a
        secret would go where whoever sent the request wants it.
        """
        return (self.running.settings.link_base or self.address).rstrip("/")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return "__Host-homeward" if self.secure else "homeward"

    @property
    def translated(self) -> ShippedTexts:
        """The translations of the workflow's own texts."""
        return ShippedTexts(self.running.on_disk.loaded)

    def now(self) -> dt.datetime:
        """The present moment of the house, aware, in UTC."""
        return self.running.clock.now()
