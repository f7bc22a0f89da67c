"""What stands in `workflow.yaml`: calendar, notices, forms, and the words that never leave the house."""

from __future__ import annotations

import stat
from pathlib import Path

from config.calendars import holiday_codes, zone_file, zone_names
from config.crosscheck.context import Context
from config.crosscheck.figures import check_positive
from config.crosscheck.words import check_notice_text, forbidden_in
from config.yaml_tree import at


def check_house(ctx: Context) -> None:
    """Check the parts of the workflow that belong to no process."""
    _check_calendar(ctx)
    check_positive(ctx, ctx.workflow.second_person_within, ("second_person_within",))
    for name, notice in ctx.workflow.notices.items():
        mark = at(ctx.tree, ("notices", name, "says")).mark
        check_notice_text(notice.says, mark, ctx.workflow.forbidden_words, ctx.report)
    _check_verbs(ctx)
    _check_forms(ctx)


def _check_calendar(ctx: Context) -> None:
    calendar = ctx.workflow.calendar
    if ("calendar",) in ctx.broken:
        return
    if zone_file(calendar.time_zone) is None:
        ctx.problem(
            ("calendar", "time_zone"),
            f"unknown time zone `{calendar.time_zone}`",
            found=f"`{calendar.time_zone}`",
            expected="an IANA name such as Asia/Phnom_Penh",
            suggestion=ctx.report.nearest(calendar.time_zone, zone_names()),
        )
    if calendar.holidays is not None and calendar.holidays not in holiday_codes():
        ctx.problem(
            ("calendar", "holidays"),
            f"unknown country `{calendar.holidays}`",
            found=f"`{calendar.holidays}`",
            expected="a code of two capital letters such as KH, or no `holidays`",
            suggestion=ctx.report.nearest(calendar.holidays, holiday_codes()),
        )


def _check_verbs(ctx: Context) -> None:
    """The verb of a deadline leaves the house too."""
    for process, found in ctx.workflow.processes.items():
        for name, deadline in found.deadlines.items():
            if forbidden_in(deadline.verb, ctx.workflow.forbidden_words):
                path = ("processes", process, "deadlines", name, "verb")
                ctx.problem(path, "this verb is one of the forbidden words", found=f"`{deadline.verb}`")


def _check_forms(ctx: Context) -> None:
    """The file of a form lies in the folder `forms` of the workflow that names it."""
    for name, form in ctx.workflow.forms.items():
        if form.file is None:
            continue
        path = ("forms", name, "file")
        mark = at(ctx.tree, path).mark
        folder = next((layer.folder for layer in ctx.layers.ordered if layer.tree.mark.file == mark.file), None)
        if "/" in form.file or "\\" in form.file or form.file.startswith("."):
            ctx.problem(
                path, "the file of a form lies in the folder `forms`", found=f"`{form.file}`", expected="its name alone"
            )
        elif folder is not None and not _is_plain_file(folder, form.file):
            there = folder / "forms"
            known = sorted(entry.name for entry in there.iterdir()) if there.is_dir() else []
            ctx.problem(
                path,
                "there is no such file in `forms`",
                found=f"`{form.file}`",
                expected="a file of the folder",
                suggestion=ctx.report.nearest(form.file, known),
            )


def _is_plain_file(folder: Path, name: str) -> bool:
    path = folder / "forms" / name
    return path.exists() and stat.S_ISREG(path.lstat().st_mode)
