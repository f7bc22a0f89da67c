"""Lists of cases: what may be seen, narrowed by choices that stand in the address; boards, and views under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi.responses import Response

from access.relation import Reach, reach_of
from access.screens import CaseFilter, CaseRow, Page
from access.work import with_names, with_needs
from interfaces.web.days import beginning_of
from interfaces.web.kept_choices import address_of, choices_in, keep, may_keep
from interfaces.web.places import Places
from interfaces.web.staff.standing import main_track, standing
from interfaces.web.visit import Visit, Visited
from interfaces.words.labels import Labels, spelt
from state_machine.roles import has_title
from state_machine.rules import Rules

places = Places()
SHOWN = 30
CHOICES = ("whose", "state", "needs", "late", "over", "owner", "since", "until")
"""What an address of this list may hold: choices and days, never free words."""
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the list: its working name (or reference), where it stands, what it needs next."""

    ref: str
    name: str
    stands: str
    needs: str
    late: bool
    owner: str


@places.page("/cases", area="staff")
def cases_page(visit: Visited, after: str = "", board: str = "") -> Response:
    """The cases that somebody may see, those of their own first asked for."""
    asked = chosen(visit.request.query_params)
    rules = visit.house.workflows.current(None)
    reach = reach_of(visit.house, visit.viewer, visit.now)
    wanted = filter_of(visit, rules, asked)
    screens = visit.served.running.store.screens
    found = screens.cases(reach, wanted, Page(SHOWN, after or None), visit.now)
    count = screens.count_cases(reach, wanted, visit.now)
    address = address_of("/cases", asked)
    views = screens.desk.views(visit.person)
    join = "&" if asked else "?"
    return visit.page(
        "staff/cases.html",
        rows=lines(visit, reach, found.rows),
        count=count,
        more=f"{address}{join}{urlencode({'after': found.next})}" if found.next else "",
        first=address if after else "",
        asked=asked,
        filters=_filters(visit, rules, asked),
        board=_board(visit, rules, reach, wanted, board) if board in rules.workflow.processes["case"].tracks else None,
        board_track=board,
        tracks=_tracks(visit, rules),
        views=[one for one in views if one.address.partition("?")[0] == "/cases"],
        may_keep=may_keep(views),
        address=address,
        opens=_may_open(visit, rules),
        affairs=reach.every_case or bool(reach.processes),
        key=visit.new_key(),
    )


@places.form("/cases/views", area="staff")
def keep_view(visit: Visited) -> Response:
    """Keep the choices of a list under a name, or throw such a view away."""
    desk = visit.served.running.store.screens.desk
    dropped = visit.sent.get("drop")
    if dropped:
        desk.drop_view(dropped, visit.person)
        return visit.go_to("/cases")
    name, (path, _, query) = visit.sent.get("name")[:LONGEST_NAME], visit.sent.get("address").partition("?")
    if path != "/cases":
        return visit.go_to("/cases")
    rules = visit.house.workflows.current(None)
    address = address_of("/cases", _known(visit, rules, chosen(choices_in(query, CHOICES))))
    if name:
        keep(visit, name, address)
    return visit.go_to(address)


def chosen(asked: Mapping[str, str]) -> dict[str, str]:
    """The choices of an address, in their order; what is empty is left out."""
    return {name: asked[name] for name in CHOICES if asked.get(name)}


def filter_of(visit: Visit, rules: Rules, asked: Mapping[str, str]) -> CaseFilter:
    """The filter that choices mean; what means nothing narrows nothing."""
    track, _, state = asked.get("state", "").partition(".")
    tracks = rules.workflow.processes["case"].tracks
    known = track in tracks and state in tracks[track].states
    whose = asked.get("whose", "")
    owner = visit.person if whose == "mine" else asked.get("owner") or None
    return CaseFilter(
        track=track if known else None,
        state=state if known else None,
        owner=owner,
        needs=asked.get("needs") if asked.get("needs") in rules.workflow.roles else None,
        late=asked.get("late") == "yes",
        over={"open": False, "closed": True}.get(asked.get("over", "")),
        opened_from=beginning_of(asked.get("since", ""), rules.calendar.zone),
        opened_until=beginning_of(asked.get("until", ""), rules.calendar.zone, 1),
        without_owner=whose == "nobody",
    )


def _known(visit: Visit, rules: Rules, asked: Mapping[str, str]) -> dict[str, str]:
    """The choices that mean something: only they are kept, so that no word of one's own is."""
    wanted = filter_of(visit, rules, asked)
    means = {
        "whose": asked.get("whose") in ("mine", "nobody"),
        "state": wanted.state is not None,
        "needs": wanted.needs is not None,
        "late": wanted.late,
        "over": wanted.over is not None,
        "owner": visit.house.people.person(asked.get("owner", "")) is not None,
        "since": wanted.opened_from is not None,
        "until": wanted.opened_until is not None,
    }
    return {name: value for name, value in asked.items() if means[name]}


def lines(visit: Visit, reach: Reach, rows: Sequence[CaseRow]) -> list[Line]:
    """Cases as they stand in a list: with names and needs, in two reads for all of them."""
    screens = visit.served.running.store.screens
    return [_line(visit, row) for row in with_names(screens, reach, with_needs(screens, rows, visit.now))]


def _line(visit: Visit, row: CaseRow) -> Line:
    words = visit.words
    workflow = visit.house.workflows.rules(row.workflow).workflow
    labels, process = words.labels(workflow), workflow.processes[row.process]
    stands = row.tracks.get(main_track(process) or "", "")
    state = standing(words, labels, (row.process, process), stands, row.over)
    if row.episode > 1:
        state = words.gettext("%(state)s, episode %(number)s", state=state, number=row.episode)
    says = said_needs(visit, labels, row)
    owners = [visit.names(person) for person in dict.fromkeys(row.holders.values())]
    return Line(row.ref, row.name or "", state, says, row.needs.late > 0, words.join(owners) if owners else "")


def said_needs(visit: Visit, labels: Labels, row: CaseRow) -> str:
    """What a case in a list needs next, and when."""
    words, needs = visit.words, row.needs.next
    if needs is None:
        return words.gettext("Nothing due")
    what = labels.deadline(needs.process, needs.name)
    day = words.late(visit.now - needs.falls) if needs.falls < visit.now else words.when(needs.falls)
    return words.gettext("%(what)s, %(day)s", what=what, day=day)


def _filters(visit: Visit, rules: Rules, asked: Mapping[str, str]) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """The selects of the filter form: name, label, options, what is chosen."""
    words, labels = visit.words, visit.words.labels(rules.workflow)
    every = ("", words.gettext("All"))
    whose = [("", words.gettext("All that I may see")), ("mine", words.gettext("Mine"))]
    if "supervision" in visit.viewer.posts:
        whose.append(("nobody", words.gettext("Without owner")))
    states = [
        (f"{track}.{state}", f"{name}: {labels.short('case', track, state)}")
        for track, name in _tracks(visit, rules)
        for state in rules.workflow.processes["case"].tracks[track].states
    ]
    roles = [(role, labels.role(role)) for role in rules.workflow.roles]
    over = [every, ("open", words.gettext("Open")), ("closed", words.gettext("Over"))]
    late = [every, ("yes", words.gettext("Late"))]
    return [
        ("whose", words.gettext("Whose"), whose, asked.get("whose", "")),
        ("over", words.gettext("Open or over"), over, asked.get("over", "")),
        ("late", words.gettext("Late"), late, asked.get("late", "")),
        ("state", words.gettext("Where it stands"), [every, *states], asked.get("state", "")),
        ("needs", words.gettext("Needs"), [every, *roles], asked.get("needs", "")),
    ]


def _tracks(visit: Visit, rules: Rules) -> list[tuple[str, str]]:
    labels = visit.words.labels(rules.workflow)
    return [
        (track, labels.at("processes", "case", "tracks", track, "short") or spelt(track))
        for track in rules.workflow.processes["case"].tracks
    ]


def _board(
    visit: Visit, rules: Rules, reach: Reach, wanted: CaseFilter, track: str
) -> list[tuple[str, str, int, list[Line]]]:
    """The columns of a board: state, label, how many, and the newest of them."""
    labels = visit.words.labels(rules.workflow)
    screens = visit.served.running.store.screens
    on_track = CaseFilter(track=track, owner=wanted.owner, over=wanted.over, late=wanted.late)
    counts = screens.board(reach, on_track, visit.now)
    columns = []
    for state in rules.workflow.processes["case"].tracks[track].states:
        in_state = CaseFilter(track=track, state=state, owner=wanted.owner, over=wanted.over, late=wanted.late)
        rows = screens.cases(reach, in_state, Page(5), visit.now).rows if counts.get(state) else ()
        columns.append((state, labels.short("case", track, state), counts.get(state, 0), lines(visit, reach, rows)))
    return columns


def _may_open(visit: Visit, rules: Rules) -> bool:
    roles = rules.workflow.processes["case"].actions["open"].by
    return any(has_title(rules, visit.viewer.titles, role) for role in roles)
