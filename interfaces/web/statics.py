"""Files that lie beside the code: styles, scripts, pictures. They change with the version, not with a case."""

from __future__ import annotations

from os import PathLike, stat_result

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

FOR_A_DAY = "public, max-age=86400"


class Statics(StaticFiles):
    """Static files that a browser may keep for a day."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file with how long it may be kept."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        answer.headers["Cache-Control"] = FOR_A_DAY
        return answer
