"""One newcomer before the pages of a house, who goes by pointer, without scripts, or by keyboard alone.

A walk is written once; `Way` says how it is gone. Whoever goes by keyboard presses Tab, arrows, Space and Enter and
nothing else, and at each stop the focus has to be seen: drawn, in sight, with enough contrast, and under nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Download, ElementHandle, FilePayload, Locator, Page

from tests.browser import HEIGHT, Watched

Way = Literal["pointer", "no-scripts", "keyboard"]
WAYS: tuple[Way, ...] = ("pointer", "no-scripts", "keyboard")
WIDTHS = (360, 1280)
PATIENCE = 60_000
MOST_STOPS = 400
PARTS_OF_A_DATE = 4
"""Day, month, year and the calendar beside them are stops of one field."""

# How the focus stands: where, and what is wrong with how it can be seen. Tabs of one group of radio buttons are one.
STOP = """([one]) => {
  const at = document.activeElement, wrong = [];
  const group = one.type === "radio" && at.type === "radio" && at.name === one.name && at.form === one.form;
  const same = at === one || group;
  if (at === document.body || at === document.documentElement) return { same, moved: "", wrong };
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = (colour) => {
    const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = numbers(colour).slice(0, 3).map(part);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = at.parentElement;
  while (behind && numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const paper = behind ? getComputedStyle(behind).backgroundColor : "rgb(255, 255, 255)";
  const [high, low] = [light(style.outlineColor), light(paper)].sort((a, b) => b - a);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("has no outline");
  else if ((high + 0.05) / (low + 0.05) < 3) wrong.push(`its outline ${style.outlineColor} is faint on ${paper}`);
  if (box.width < 1 || box.height < 1) wrong.push("has no size");
  const out = box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth;
  if (out) wrong.push("is out of sight");
  else {
    const first = at.getClientRects()[0], px = Math.min(Math.max(first.left + first.width / 2, 1), innerWidth - 1);
    const top = document.elementFromPoint(px, Math.min(Math.max(first.top + first.height / 2, 1), innerHeight - 1));
    if (top && top !== at && !at.contains(top) && !top.contains(at)) wrong.push(`lies under ${top.tagName}`);
  }
  const says = (at.getAttribute("aria-label") || at.textContent || at.name || at.id || "").trim().slice(0, 60);
  const place = [...document.querySelectorAll("*")].indexOf(at);
  return { same, moved: `${place}`, wrong: wrong.map((what) => `${at.tagName} “${says}” ${what}`) };
}"""

# Which way round is shorter, as somebody sees who looks at the page.
BACKWARDS = """([one]) => {
  const stops = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const all = [...document.querySelectorAll(stops)]
    .filter((each) => each.checkVisibility());
  const here = all.indexOf(document.activeElement), there = all.indexOf(one);
  return here >= 0 && there < here;
}"""
KEPT = """async () => ({
  localStorage: localStorage.length, sessionStorage: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
})"""
NOTHING_KEPT = {"localStorage": 0, "sessionStorage": 0, "databases": 0, "caches": 0}


@dataclass
class Walker:
    """Whoever walks. `titles` and `addresses` gather where they came by, `wrong` what was amiss with the focus."""

    watched: Watched
    way: Way
    walk: str
    titles: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _shots: int = 0

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)

    @property
    def page(self) -> Page:
        """The page that stands open."""
        return self.watched.page

    @property
    def keyboard(self) -> bool:
        """Whether keys are all there is."""
        return self.way == "keyboard"

    @property
    def text(self) -> str:
        """What can be read on the page, folds included."""
        return " ".join((self.page.locator("body").text_content() or "").split())

    @property
    def ref(self) -> str:
        """The reference in the address."""
        found = re.search(r"/(?:cases|instances)/([0-9A-Z-]{14})", self.page.url)
        assert found is not None, self.page.url
        return found[1]

    def go(self, address: str) -> None:
        """Type an address; done at the beginning, and where somebody follows a link from a message."""
        answer = self.page.goto(address)
        assert answer is not None
        self._arrived(answer.status)

    def see(self, *texts: str) -> None:
        """These can be read on the page."""
        for text in texts:
            assert text in self.text, f"{text!r} is not on {self.page.url}: {self.text[:3000]}"

    def shot(self, name: str) -> None:
        """Keep a picture of this step in both widths, for the way by pointer alone."""
        if self.way != "pointer":
            return
        self._shots += 1
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT[width]})
            self.watched.shot(f"walk-{self.walk}-{self._shots:02}-{name}-{width}")
            wider = self.watched.overflows()
            if wider > 0:
                self.wrong.append(f"{name} is {wider} px wider than {width} px")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT[WIDTHS[0]]})

    def link(self, text: str, *, inside: str = "body") -> None:
        """Follow a link by its words."""
        self._go_by(self._find("link", text, inside))

    def press(self, text: str, *, inside: str = "main", status: int = 200) -> None:
        """Press a button that sends a form."""
        self._go_by(self._find("button", text, inside), status)

    def unfold(self, text: str, *, inside: str = "main") -> None:
        """Open a fold by its words."""
        fold = self.page.locator(inside).locator("details > summary", has_text=text).first
        if fold.evaluate("one => one.parentElement.open"):
            return
        if self.keyboard:
            self._reach(fold)
            self.page.keyboard.press("Enter")
        else:
            fold.click()
        assert fold.evaluate("one => one.parentElement.open"), f"{text!r} stayed folded"

    def write(self, name: str, text: str) -> None:
        """Write into a field."""
        field_ = self.page.locator(f'main [name="{name}"]:not([type=hidden])').first
        if not self.keyboard:
            field_.fill(text)
            return
        self._reach(field_)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def choose(self, name: str, *values: str) -> None:
        """Choose one of radio buttons, or tick boxes."""
        for value in values:
            box = self.page.locator(f'main input[name="{name}"][value="{value}"]').first
            if not self.keyboard:
                box.check()
                continue
            self._reach(box)
            self._arrow_to(box)
            if not box.is_checked():
                self.page.keyboard.press("Space")
            assert box.is_checked(), f"{name}={value} cannot be chosen with keys"

    def select(self, name: str, label: str) -> None:
        """Choose an option of a list by the beginning of its words."""
        list_ = self.page.locator(f'main select[name="{name}"]').first
        options: Sequence[str] = list_.locator("option").all_text_contents()
        place = next(place for place, text in enumerate(options) if text.startswith(label))
        if not self.keyboard:
            list_.select_option(index=place)
            return
        self._reach(list_)
        for _ in range(place - int(list_.evaluate("one => one.selectedIndex"))):
            self.page.keyboard.press("ArrowDown")
        assert list_.evaluate("one => one.selectedIndex") == place

    def attach(self, name: str, content: str) -> None:
        """Bring a document along; where the keyboard opens the chooser, what is chosen is the system's affair."""
        document: FilePayload = {"name": "paper.txt", "mimeType": "text/plain", "buffer": content.encode()}
        chooser = self.page.locator(f'main input[type=file][name="{name}"]')
        if not self.keyboard:
            chooser.set_input_files(document)
            return
        self._reach(chooser)
        with self.page.expect_file_chooser() as opened:
            self.page.keyboard.press("Enter")
        opened.value.set_files(document)

    def take(self, text: str) -> str:
        """Take a file along that a link leads to; its content."""
        found = self._find("link", text, "main")
        if self.keyboard:
            self._reach(found)
        with self.page.expect_download() as coming:
            if self.keyboard:
                self.page.keyboard.press("Enter")
            else:
                found.click()
        download: Download = coming.value
        return download.path().read_text("utf-8")

    def become(self, person: str) -> None:
        """Sign out, and come in as somebody else of the demonstration."""
        self.press("Sign out", inside="footer")
        button = self.page.locator(f"#as-{person}")
        self._go_by(button)

    def leaves_nothing(self, *markers: str) -> None:
        """Nothing is kept in the browser, nothing went wrong, and no title or address holds what was written."""
        assert self.page.evaluate(KEPT) == NOTHING_KEPT
        told = [one for one in (*self.titles, *self.addresses) for marker in markers if marker in one]
        assert told == []
        assert self.watched.problems == []
        assert sorted(set(self.wrong)) == []

    def _find(self, role: Literal["link", "button"], text: str, inside: str) -> Locator:
        """What can be seen of this name: whole words before those that only begin with it."""
        place = self.page.locator(inside)
        for exact in (True, False):
            for found in place.get_by_role(role, name=text, exact=exact).all():
                if found.is_visible():
                    return found
        raise AssertionError(f"there is no {role} {text!r} on {self.page.url}: {self.text[:3000]}")

    def _go_by(self, target: Locator, status: int = 200) -> None:
        if self.keyboard:
            self._reach(target)
        with self.page.expect_navigation() as coming:
            if self.keyboard:
                self.page.keyboard.press("Enter")
            else:
                target.click(no_wait_after=True)
        answer = coming.value
        self._arrived(answer.status if answer is not None else 200, status)

    def _arrived(self, status: int, wanted: int = 200) -> None:
        self.page.wait_for_load_state()
        self.titles.append(self.page.title())
        self.addresses.append(self.page.url)
        assert status == wanted, f"{self.page.url}: {status} instead of {wanted}: {self.text[:3000]}"
        self._refusals_are_no_faults(status)

    def _refusals_are_no_faults(self, status: int) -> None:
        """A browser writes each answer from 400 on to its console; those that were wanted are no fault of the page."""
        said = f"console: Failed to load resource: the server responded with a status of {status}"
        if status >= 400:
            self.watched.problems[:] = [one for one in self.watched.problems if not one.startswith(said)]

    def _reach(self, target: Locator) -> None:
        """Press Tab until the focus is there, one way or the other round."""
        handle = target.element_handle(timeout=PATIENCE)
        assert handle is not None
        key = "Shift+Tab" if self.page.evaluate(BACKWARDS, [handle]) else "Tab"
        before, stays = None, 0
        for _ in range(MOST_STOPS):
            stop = self.page.evaluate(STOP, [handle])
            if before is not None:
                self.wrong.extend(f"{self.page.url}: {what}" for what in stop["wrong"])
                stays = stays + 1 if stop["moved"] == before else 0
                assert stays <= PARTS_OF_A_DATE or stop["same"], f"Tab does not leave {before} on {self.page.url}"
            if stop["same"]:
                return
            before = stop["moved"]
            self.page.keyboard.press(key)
        raise AssertionError(f"no key leads to {target} on {self.page.url}")

    def _arrow_to(self, box: Locator) -> None:
        """In a group of radio buttons, arrows go on from the one with the focus."""
        handle: ElementHandle | None = box.element_handle()
        for _ in range(40):
            if self.page.evaluate("one => document.activeElement === one", handle):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"arrows do not lead to {box}")
