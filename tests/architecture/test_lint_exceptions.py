"""An exception from lint names the rule that it breaks, and says why."""

from __future__ import annotations

import io
import re
import tokenize

import pytest

from tests.architecture.sources import Source, everything

EXCEPTION = re.compile(r"#\s*(?:noqa|type:\s*ignore|ruff:\s*noqa|mypy:|fmt:\s*(?:off|skip)|pragma:)", re.IGNORECASE)
# The code, a dash or a second sharp, and at least a few words.
WITH_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[a-z\-, ]+\])\s*(?:-|–|#)\s*\w.{7,}"
)


def without_reason(source: Source) -> list[str]:
    """`path:line: comment` of each exception that lacks its code or its reason."""
    comments = (
        token
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline)
        if token.type == tokenize.COMMENT and EXCEPTION.search(token.string)
    )
    return [
        f"{source.path}:{token.start[0]}: {token.string}" for token in comments if not WITH_REASON.search(token.string)
    ]


class TestExceptionsFromLint:
    def test_carry_a_code_and_a_reason(self) -> None:
        assert [line for source in everything() for line in without_reason(source)] == []


class TestTheChecker:
    @pytest.mark.parametrize(
        "comment",
        [
            "# noqa",
            "# noqa: S608",
            "# type: ignore",
            "# type: ignore[arg-type]",
            "# ruff: noqa: S608 - everywhere in this file",
            "# mypy: ignore-errors",
            "# fmt: off",
        ],
    )
    def test_finds_one_without(self, comment: str) -> None:
        assert without_reason(Source("cases/a.py", f"x = 1  {comment}\n")) == [f"cases/a.py:1: {comment}"]

    @pytest.mark.parametrize(
        "comment",
        [
            "# noqa: S608 - the names come from our own tables",
            "# noqa: S603, S607 - a fixed list of words",
            "# type: ignore[arg-type]  # the stub is older than the library",
        ],
    )
    def test_lets_pass_one_with_both(self, comment: str) -> None:
        assert without_reason(Source("cases/a.py", f"x = 1  {comment}\n")) == []

    def test_is_not_misled_by_text(self) -> None:
        assert without_reason(Source("cases/a.py", "x = '# noqa'\n")) == []
