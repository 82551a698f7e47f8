"""Uploads read as a timesheet (LINDDUN: detecting, identifying; promise 4).

The attacker sees thirty days of everything outside the envelopes: sizes, counts, days named, sequence numbers, and the
exact time of every arrival. They look for the best threshold on any of it that tells days worked from days not
worked. Control: slots. The same attacker must first succeed against a sender that sends when there is work.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from glasswork import vault
from glasswork.device import hold
from glasswork.device.errors import ServiceUnreachable
from glasswork.device.hold import batches
from glasswork.device.participation import opt_out
from glasswork.device.send import by_itself, send
from glasswork.device.send.by_itself import WINDOW_S, draw
from glasswork.device.send.slots import ENVELOPES, SIZE
from glasswork.govern.verify import read_log
from glasswork.policy import Approved
from glasswork.schema.batch import Batch
from glasswork.schema.words import Zone
from glasswork.vault import refusals
from glasswork.vault.tables import envelopes
from unit.test_send import CONTEXT, DAY, KEY, Service, click, local, slot
from vault_world import ADMIT, TODAY, Clock, approved, batch, enrolled

DAYS = 30
Seen = dict[str, list[float]]


def worked_days() -> list[bool]:
    """Weekdays, with a holiday of four days, an opt-out of five, and some days of nothing but pause."""
    away = {*range(7, 11), *range(21, 26), 15}
    return [day % 7 < 5 and day not in away for day in range(DAYS)]


def watched(
    folder: Path,
    sends: Callable[[hold.Hold, Service, Approved, float], None],
    moments: list[float],
    opts_out: float = DAYS + 9,
) -> Seen:
    """Thirty days of a worker who `opts_out` on one of them, and what was seen of each: one number for every feature.

    What was recorded and had not left at that moment is still held.
    """
    service = Service()
    bundle = service.approved()
    quotas = msgspec.structs.replace(bundle.policy.quotas, bytes_per_day=100_000_000)
    bundle = msgspec.structs.replace(bundle, policy=msgspec.structs.replace(bundle.policy, quotas=quotas))
    arrived: dict[str, float] = {}
    requests = [0.0] * (DAYS + 9)
    with hold.open_hold(folder, KEY) as handle:
        sends(handle, service, bundle, 0.01)  # the days before
        service.stored.clear()
        work, amount = worked_days(), random.Random(3)
        for moment in sorted([*moments, *(day + 0.5 for day in range(DAYS) if work[day])]):
            if moment >= opts_out:
                opt_out(folder)
            if moment in moments:
                before = service.posts
                sends(handle, service, bundle, moment)
                requests[int(moment)] += service.posts - before
            elif moment < opts_out:
                for _ in range(amount.randint(3, 60)):
                    hold.append(handle, [click(amount.randint(0, 60_000))] * 10, CONTEXT, local(moment))
                sends(handle, service, bundle, moment) if sends is when_there_is_work else None
            arrived |= dict.fromkeys(service.stored.keys() - arrived.keys(), moment)
    headers = {header.batch: header for header, _ in service.batches()}
    assert not any(content.actions for sent, content in service.batches() if arrived[sent.batch] >= opts_out)
    service.stop()
    seen: Seen = {name: [0.0] * DAYS for name in ("named", "bytes", "arrived", "time of day", "delay", "step")}
    seen["requests"] = requests[:DAYS]
    for sent, moment in arrived.items():
        on, named = int(moment), (date.fromordinal(int(headers[sent].key, 16)) - local(0).day).days
        if 0 <= named < DAYS:
            seen["named"][named] += 1
            seen["bytes"][named] += len(service.stored[sent])
            seen["delay"][named] = moment - named
            seen["step"][named] = max(seen["step"][named], headers[sent].sequence % 8)
        if on < DAYS:
            seen["arrived"][on] += 1
            seen["time of day"][on] = moment % 1
    return seen


def when_there_is_work(handle: hold.Hold, service: Service, bundle: Approved, when: float) -> None:
    send(handle, service.enrolment(), service.device, bundle, moment=local(when))


def in_slots(handle: hold.Hold, service: Service, bundle: Approved, when: float) -> None:
    send(handle, service.enrolment(), service.device, bundle, after_hours=4, moment=local(when))


def advantage(values: list[float], worked: list[bool]) -> float:
    """The best a threshold does above chance: 0 is nothing, 1 is every day told right (Youden's J, either way)."""
    best = 0.0
    for cut in set(values):
        hit = sum(v >= cut and w for v, w in zip(values, worked, strict=True)) / sum(worked)
        false = sum(v >= cut and not w for v, w in zip(values, worked, strict=True)) / (len(worked) - sum(worked))
        best = max(best, abs(hit - false))
    return best


def beyond_chance(values: list[float], worked: list[bool]) -> float:
    """How often a shuffled timesheet fits what was seen at least as well: a permutation test's p."""
    real, chance = advantage(values, worked), random.Random(1)
    shuffled = [advantage(values, chance.sample(worked, len(worked))) for _ in range(2000)]
    return (1 + sum(other >= real for other in shuffled)) / (1 + len(shuffled))


def test_a_sender_that_sends_when_there_is_work_is_read_like_a_timesheet(tmp_path: Path) -> None:
    seen = watched(tmp_path, when_there_is_work, [])
    assert advantage(seen["named"], worked_days()) == advantage(seen["arrived"], worked_days()) == 1.0
    assert beyond_chance(seen["bytes"], worked_days()) < 0.01


@pytest.mark.slow
def test_slots_tell_no_day_worked_from_one_of_pause_holiday_or_opt_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_itself, "_CHANCE", random.Random(7))  # or one run in fifty would find a pattern in chance
    start = local(0).wall
    first = int(start // WINDOW_S)
    moments = [(draw(window, 0) - start) / DAY for window in range(first, first + 3 * (DAYS + 2))]
    seen = watched(tmp_path, in_slots, [moment for moment in moments if moment > 0.02])
    for name in ("named", "bytes", "step"):  # the same for every day: there is nothing to go by
        assert len(set(seen[name])) == 1, name
    for name in ("arrived", "time of day", "delay", "requests"):  # what chance drew
        assert beyond_chance(seen[name], worked_days()) > 0.02, name


@pytest.mark.slow
def test_the_device_of_one_who_opted_out_sends_what_that_of_one_who_works_does(tmp_path: Path) -> None:
    """Given the same moments, everything seen of thirty days is equal, the eleven before the opt-out and all after it.

    `device.covering` has its moments from the same clockwork as the recorder.
    """
    start = local(0).wall
    first = int(start // WINDOW_S)
    moments = [(draw(window, 0) - start) / DAY for window in range(first, first + 3 * (DAYS + 2))]
    moments = [moment for moment in moments if moment > 0.02]
    works, left = tmp_path / "works", tmp_path / "left"
    for folder in (works, left):
        folder.mkdir()
    assert watched(left, in_slots, moments, opts_out=11.6) == watched(works, in_slots, moments)


def test_a_day_of_which_something_was_forgotten_after_it_was_sealed_is_as_full_as_others(tmp_path: Path) -> None:
    """The service was away, so that what is forgotten waited: some of it tried once, the rest not at all."""
    service = Service()
    with hold.open_hold(tmp_path, KEY) as handle:
        slot(service, handle, 0.1)
        for run in range(4):
            hold.append(handle, [click(run)], hold.Context(f"run {run}", "0" * 64), local(0.5))
        service.script = [(503, "99")]
        with pytest.raises(ServiceUnreachable):
            slot(service, handle, 1.1)
        assert hold.forget(handle, float("inf"), local(1.2)) == 4
        left = {path.stem for path in handle.outbox.glob("*.envelope")}
        assert left == {one.id for one in batches.waiting(handle) if one.state is batches.State.SEALED}
        assert slot(service, handle, 1.3) == [(local(0).day, SIZE, 0)] * ENVELOPES
        assert [header.sequence for header, _ in service.batches()] == list(range(1, 7 * ENVELOPES + 1))
        assert batches.waiting(handle) == []
    service.stop()


def test_the_service_answers_and_keeps_the_same_of_one_who_opted_out(tmp_path: Path) -> None:
    """The attacker has every answer, row, file and log entry: of somebody away, and of somebody who opted out.

    One of these sends work all the same, from a device that has not heard of it.
    """
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        people = {name: enrolled(handle, name) for name in ("p-works", "p-away", "p-out", "p-late")}
        for name in ("p-out", "p-late"):
            refusals.refuse(handle, name)
        answers: dict[str, list[vault.Received]] = {}
        for name, device in people.items():
            work = batch("save") if name in ("p-works", "p-late") else Batch(())
            data = [device.seal(work if number == 3 else Batch(()), at_least=65_536) for number in range(8)]
            answers[name] = [vault.receive(handle, envelope) for envelope in (*data, data[0], data[1][:-1])]
        assert all(answer == answers["p-works"] for answer in answers.values())
        kept = rows_of(handle)
        assert all(rows == kept["p-works"] for rows in kept.values())
        before = len(logged(handle))
        done = vault.admit(handle, ADMIT)
        assert (done.batches, done.actions, done.partitions, done.quarantined, done.incidents) == (32, 1, 1, 0, 0)
        kept = rows_of(handle)
        assert all(rows == kept["p-works"] for rows in kept.values())
        assert not list((tmp_path / "objects" / "envelopes").iterdir())
        with_work = logged(handle)[before:]
        for device in people.values():
            assert vault.receive(handle, device.seal(Batch(()), at_least=65_536)).outcome == "stored"
        vault.admit(handle, ADMIT)
        assert logged(handle)[before + len(with_work) :] == with_work  # no entry says who worked, or that anybody did
        assert not any(entry.get("people") or entry.get("rows") for entry in with_work)


def logged(handle: vault.Vault) -> list[dict[str, object]]:
    """The entries of the audit log, but for the random ids of grants."""
    return [msgspec.json.decode(entry) | {"grant": ""} for entry in read_log(handle.folder / "log", handle.log_key)]


def rows_of(handle: vault.Vault) -> dict[str, list[tuple[object, ...]]]:
    """What is kept of each participant's envelopes, but for their ids, keys and digests, which are random."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with handle.records.begin() as connection:
        for row in connection.execute(select(envelopes).order_by(envelopes.c.sequence)):
            found.setdefault(row.participant, []).append(
                (row.sequence, row.day, row.policy, row.received, row.size, row.state)
            )
    return found


def test_no_size_or_number_of_a_file_tells_how_many_opted_out(tmp_path: Path) -> None:
    """Nor does being able to open one's own list: a record of nobody has the form of somebody's."""
    seen: set[tuple[tuple[str, int], ...]] = set()

    def look() -> None:
        folder = handle.folder / refusals.FOLDER
        seen.add(tuple((file.name, file.stat().st_size) for file in sorted(folder.iterdir())))

    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        people = [f"p-{number}" for number in range(5)]
        vault.admit(handle, ADMIT)
        look()  # nobody
        for name in people:
            refusals.refuse(handle, name)
            look()
        assert all(refusals.is_refused(handle, name) for name in people)
        for name in people[:-1]:
            refusals.take_again(handle, name)
            look()
        assert [refusals.is_refused(handle, name) for name in people] == [False] * 4 + [True]
        assert len(seen) == 1
        for number in range(refusals.BUNDLE):
            refusals.refuse(handle, f"q-{number}")
        assert all(refusals.is_refused(handle, name) for name in ("p-4", "q-0", f"q-{refusals.BUNDLE - 1}"))


def test_admission_keeps_nothing_of_which_envelopes_were_covers(tmp_path: Path) -> None:
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        device, days = enrolled(handle), [TODAY, TODAY - timedelta(days=1)]
        for day in days:
            for number in range(8):
                content = batch("save") if day == TODAY and number == 3 else Batch(())
                assert vault.receive(handle, device.seal(content, day, at_least=65_536)).outcome == "stored"
        done = vault.admit(handle, ADMIT)
        assert (done.batches, done.actions, done.partitions, done.quarantined) == (16, 1, 1, 0)
        with handle.records.begin() as connection:
            rows = connection.execute(select(envelopes)).all()
        assert {(row.state, row.size, row.received) for row in rows} == {("admitted", 65_536, TODAY)}
        assert not list((tmp_path / "objects" / "envelopes").iterdir())
        (frame,) = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
        assert frame["batch"].to_list() == [0]  # not the fourth
