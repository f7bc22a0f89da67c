"""Pictures of a process, as Mermaid and as SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest

from state_machine.diagram import mermaid, picture, tracks_shown
from state_machine.svg import WIDTH, svg
from tests.tables.write import rules_of, shipped
from tests.unit.state_machine.town import NOW, Town, compiled

RULES = compiled("""
case:
  tracks:
    case:
      says: "the case <itself> & \\"more\\""
      starts: open
      states: {open: {}, watched: {short: Watched, waits: true}, closed: {says: Closed for good, final: true}}
    child: {shown_when: {not: {fact: adult, is: true}}, starts: free, states: {free: {}, kept: {}}}
  facts: {adult: {kind: yes_no}}
  actions:
    watch: {by: [manager], moves: {case: {from: [open], to: watched}}}
    close: {by: [manager], moves: {case: {from: [open, watched], to: closed}}}
    close_quietly: {automatic: true, moves: {case: {from: [watched], to: closed}}}
    set_free: {by: [manager], moves: {child: {from: any, to: free}}}
""")
SVG = "{http://www.w3.org/2000/svg}"


class TestThePicture:
    def test_has_states_with_what_is_particular_about_them(self) -> None:
        states = picture(RULES, "case", {"case": "watched"})[0].states
        assert [(state.label, state.current, state.marks) for state in states] == [
            ("open", False, ("start",)),
            ("Watched", True, ("waits",)),
            ("Closed for good", False, ("final",)),
        ]

    def test_joins_the_actions_between_two_states(self) -> None:
        arrows = picture(RULES, "case")[0].arrows
        assert [(arrow.source, arrow.to, arrow.labels) for arrow in arrows] == [
            ("open", "watched", ("watch",)),
            ("open", "closed", ("close",)),
            ("watched", "closed", ("close", "close quietly (by itself)")),
        ]

    def test_leaves_out_tracks_that_are_surely_not_shown(self) -> None:
        town = Town(RULES)
        town.add("case", "C1")
        assert tracks_shown(RULES, town, town.instances["C1"], NOW) == ("case", "child")
        town.record("C1", adult=True)
        assert tracks_shown(RULES, town, town.instances["C1"], NOW) == ("case",)
        assert [track.name for track in picture(RULES, "case", tracks=["case"])] == ["case"]


class TestMermaid:
    def test_shows_every_state_and_arrow_with_the_present_states_marked(self) -> None:
        text = mermaid(RULES, "case", {"case": "watched", "child": "free"})
        assert text.startswith("stateDiagram-v2\n")
        assert "        [*] --> case__open\n" in text
        assert "        case__closed --> [*]\n" in text
        assert "        case__watched --> case__closed: close, close quietly (by itself)\n" in text
        assert "        child__any_state_ --> child__free: set free\n" in text
        assert text.endswith("    class case__watched current\n    class child__free current\n")

    def test_leaves_nothing_in_a_label_to_be_interpreted(self) -> None:
        assert 'state "The case #60;itself#62; #38; #34;more#34;" as track_case {' in mermaid(RULES, "case")


def texts(document: str) -> list[tuple[float, float, float, float]]:
    """The boxes of all texts, measured generously: left, top, right, bottom."""
    boxes = []
    for text in ET.fromstring(document).iter(f"{SVG}text"):
        x, y, size = (float(text.attrib[key]) for key in ("x", "y", "font-size"))
        boxes.append((x, y - size * 0.8, x + len(text.text or "") * size * 0.55, y + size * 0.2))
    return boxes


def verticals(document: str) -> list[tuple[float, float, float]]:
    """The upright stretches of all arrows: x, upper end, lower end."""
    ways = re.findall(r'd="M[\d.]+ ([\d.]+)H([\d.]+)V([\d.]+)H', document)
    return [(float(x), min(float(a), float(b)), max(float(a), float(b))) for a, x, b in ways]


class TestSvg:
    @pytest.fixture(params=[(name, process) for name in shipped() for process in rules_of(name).processes])
    def drawn(self, request: pytest.FixtureRequest) -> str:
        name, process = request.param
        rules = rules_of(name)
        return svg(process, picture(rules, process, rules.processes[process].start_states))

    def test_is_well_formed_and_escaped(self) -> None:
        document = svg('<script>"&', picture(RULES, "case"))
        root = ET.fromstring(document)
        assert root.find(f"{SVG}title") is not None
        assert "<script>" not in document
        assert "".join(root.itertext()).count("The case <itself> &") == 1

    def test_says_the_present_states_to_those_who_cannot_see_it(self) -> None:
        described = ET.fromstring(svg("Case", picture(RULES, "case", {"case": "watched"}))).find(f"{SVG}desc")
        assert described is not None
        assert described.text == 'The case <itself> & "more": Watched'

    def test_fits_a_narrow_screen(self, drawn: str) -> None:
        width = float(ET.fromstring(drawn).attrib["viewBox"].split()[2])
        assert WIDTH <= width <= 1.35 * WIDTH

    def test_has_no_text_over_another_or_outside(self, drawn: str) -> None:
        boxes = sorted(texts(drawn), key=lambda box: box[1])
        assert all(right <= WIDTH for _, _, right, _ in boxes)
        for one, other in pairwise(boxes):
            assert other[1] >= one[3] or other[0] >= one[2] or one[0] >= other[2]

    def test_has_no_two_arrows_on_one_stretch(self, drawn: str) -> None:
        for (x, top, bottom), (other, upper, lower) in combinations(verticals(drawn), 2):
            assert x != other or bottom < upper or lower < top

    def test_wraps_long_names_and_cuts_endless_words(self) -> None:
        document = svg("Donaudampfschifffahrtsgesellschaft" * 4, [])
        assert all(right <= WIDTH for _, _, right, _ in texts(document))
