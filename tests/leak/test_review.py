"""The review page shows words of closed vocabularies and the names of tasks, and nothing of what was typed or seen.

Canaries go through the real redaction, reduction and hold; then every answer of the page is searched, and everything
that the device's folder holds.
"""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from e2e.test_review import KEY, Browser, served
from glasswork.device import hold
from glasswork.device.hold.words import words
from glasswork.device.redaction import redact_events
from glasswork.device.reduce import reduce
from glasswork.redteam.canaries import Search
from glasswork.schema.batch import Held, batch_of
from glasswork.schema.words import Scope
from glasswork.vault.inspection import refused_words
from leak.injected import events
from leak.planted import plant
from vault_world import approved

CANARIES = [planted.text for planted in plant(260, seed=11)]
CONTEXT = hold.Context("session", "0" * 64)


@pytest.fixture(scope="module")
def items() -> list[Held]:
    return list(reduce(redact_events(events(CANARIES), approved(Scope.SELF).policy)))


def every_answer(browser: Browser) -> dict[str, str]:
    """All pages, with what each form answers."""
    folder = browser.page.desk.hold
    first = hold.review(folder).records[0]
    paths = ["/", "/now", "/style.css", "/?page=1", "/nothing", "/screen?at=x"]
    lines = hold.leaving(hold.review(folder).records, [])
    paths += [f"/screen?at={line.at[0]}:{line.at[1]}" for line in lines if line.at and line.held.screen][:40]
    answers = {path: browser.request("GET", path) for path in paths}
    for path, fields in (
        ("/withhold", {"pick": str(first.id)}),
        ("/release", {"pick": str(first.id)}),
        ("/task", {"pick": f"{first.id}:1", "name": "a harmless name"}),
        ("/task", {"pick": f"{first.id}:1", "name": CANARIES[3]}),  # an e-mail address
        ("/prefer", {"task": "1"}),
        ("/forget", {"minutes": "x"}),
        ("/pause", {}),
        ("/send", {}),
        ("/delete", {"pick": str(first.id)}),
    ):
        done = browser.request("POST", path, urlencode({"form": browser.secret} | fields))
        answers[f"{path} {fields}"] = done
        answers[f"{path} {fields}, then"] = browser.see(done.headers["location"])
    return {name: f"{reply.headers}\n{reply.text}" for name, reply in answers.items()}


def test_no_canary_is_in_any_answer_or_file(tmp_path: Path, items: list[Held]) -> None:
    assert len(items) > 200
    search = Search(CANARIES)
    with hold.open_hold(tmp_path / "device", KEY) as handle:
        hold.append(handle, items, CONTEXT)
        with served(handle) as page:
            answers = every_answer(Browser(page).enter())
    assert "a harmless name" in answers["/task {'pick': '1:1', 'name': 'a harmless name'}, then"]
    assert [found for name, text in answers.items() for found in search.data(text.encode(), name)] == []
    assert list(search.folder(tmp_path)) == []


def test_the_timeline_says_what_leaves_and_that_passes_the_vault(tmp_path: Path, items: list[Held]) -> None:
    """Each line is what `words` makes of an action that leaves, and the vault's own check finds no other word there."""
    with hold.open_hold(tmp_path / "device", KEY) as handle:
        hold.append(handle, items, CONTEXT)
        with served(handle) as page:
            shown = Browser(page).enter().see().text
        lines = list(hold.leaving(hold.review(handle).records, []))
    told = [unescape(text) for text in re.findall(r'<li><label><input [^>]*value="\d+:\d+"> (.*?)</label>', shown)]
    assert told == [words(line.held) for line in lines if line.at]
    assert not refused_words(batch_of([line.held for line in lines]), approved(Scope.SELF).policy)
