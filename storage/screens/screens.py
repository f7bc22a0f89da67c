"""Everything that pages read, from one database."""

from __future__ import annotations

from storage.screens.cases import CasesSql
from storage.screens.desk import DeskSql
from storage.screens.health import HealthSql
from storage.screens.process_map import MapSql
from storage.screens.reading import LinesOut
from storage.screens.team import TeamSql
from storage.screens.work import WorkSql
from storage.sql import Speech
from storage.vault import Vault


class SqlScreens(WorkSql, CasesSql, TeamSql, MapSql, HealthSql):
    """The read models, and the desk."""

    def __init__(self, lines: LinesOut, speech: Speech, vault: Vault) -> None:
        super().__init__(lines, speech, vault)
        self.desk = DeskSql(lines, speech, vault)
