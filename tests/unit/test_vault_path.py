"""From an envelope to a frame and back to nothing: receive, admit, open, put, erase, expire."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from glasswork import redact, vault
from glasswork.govern.decide import Dataset, Session, SessionRole
from glasswork.govern.entries import Decided, Erased, Incident, KeyDestroyed, PolicyAccepted, decode
from glasswork.govern.errors import LogAltered, LogUnavailable, Refused
from glasswork.govern.verify import read_log
from glasswork.schema.action import MAX_LABEL, Action, Element
from glasswork.schema.batch import COLUMNS, Batch
from glasswork.schema.words import ActionKind, Role, Scope, Zone
from glasswork.vault import Outcome, Vault, keys
from glasswork.vault.errors import KeyGone, NotEnrolled, NotPermitted
from glasswork.vault.inspection import refused_words
from glasswork.vault.tables import envelopes, incidents, objects, tombstones
from vault_world import ADMIT, ASSEMBLE, NOW, OFFICER, TODAY, Clock, all_bytes, approved, batch, enrolled, owner


def actions(handle: Vault, session: Session = ADMIT, purpose: str = "refine", **about: str) -> list[pl.DataFrame]:
    return list(vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions", **about), purpose, session))


def count(handle: Vault, table: object) -> int:
    with handle.records.begin() as connection:
        return len(connection.execute(table.select()).all())  # type: ignore[attr-defined]


def entries(handle: Vault) -> list[object]:
    return [decode(entry) for entry in read_log(handle.folder / "log", handle.log_key)]


def test_what_was_sent_can_be_opened_once_admitted(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        one, two = enrolled(handle, "p-one"), enrolled(handle, "p-two")
        for data in (one.seal(batch("save", "cancel")), one.seal(batch("open")), two.seal(batch("save"))):
            assert vault.receive(handle, data).outcome is Outcome.STORED
        done: list[tuple[int, int]] = []
        admitted = vault.admit(handle, ADMIT, lambda *now: done.append(now))
        assert (admitted.batches, admitted.actions, admitted.partitions, admitted.quarantined) == (3, 4, 2, 0)
        assert done == [(2, 3), (3, 3)]
        frames = actions(handle)
        assert sorted(frame.height for frame in frames) == [1, 3]
        head = ["partition", "day", "basis", "scope", "policy", "batch", "row"]
        columns = [column.name for column in COLUMNS if column.name != "screen"]
        for frame in frames:
            assert frame.columns == [*head, *columns, "screen_tree"]
            assert frame["partition"].n_unique() == 1
            assert set(frame["day"]) == {TODAY} and set(frame["policy"]) == {handle.approved.hash}
        three = max(frames, key=len)
        assert three["label"].to_list() == ["save", "cancel", "open"]
        assert three["batch"].to_list() == [0, 0, 1] and three["row"].to_list() == [0, 1, 0]
        assert vault.dataset(handle, Zone.ACTIONS, "actions").people == 2
        assert not list((tmp_path / "vault/objects/envelopes").iterdir())


def test_a_second_admission_adds_to_the_day_under_a_new_key(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        device = enrolled(handle)
        vault.receive(handle, device.seal(batch("save")))
        vault.admit(handle, ADMIT)
        before = actions(handle)[0]
        sealed = next((tmp_path / "vault/objects/sealed").iterdir()).read_bytes()
        vault.receive(handle, device.seal(batch("open")))
        assert vault.admit(handle, ADMIT).partitions == 1
        after = actions(handle)[0]
        assert after["partition"][0] == before["partition"][0]
        assert after["label"].to_list() == ["save", "open"] and after["batch"].to_list() == [0, 1]
        (now,) = (tmp_path / "vault/objects/sealed").iterdir()
        assert now.read_bytes() != sealed
        assert vault.admit(handle, ADMIT) == vault.Admitted()


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ({"labels": ["save", "maria.silva@example.org"]}, "label of button: 1"),
        ({"labels": ["Quarterly figures for the board"]}, "label of button: 1"),
        ({"labels": ["save"], "app": "secret-program"}, "app: 1"),
        ({"labels": ["save"], "task": "call +49 30 901820 back"}, "task: 1"),
    ],
)
def test_an_unredacted_word_is_an_incident_and_quarantines_the_whole_batch(
    tmp_path: Path, words: dict[str, object], kind: str
) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        device = enrolled(handle)
        bad = batch(*words.pop("labels"), **words)  # type: ignore[misc, arg-type]
        vault.receive(handle, device.seal(bad))
        vault.receive(handle, device.seal(batch("open")))
        admitted = vault.admit(handle, ADMIT)
        assert (admitted.batches, admitted.quarantined, admitted.incidents) == (1, 1, 1)
        (frame,) = actions(handle)
        assert frame.select("kind", "label").rows() == [("lost", ""), ("click", "open")]
        with handle.records.begin() as connection:
            assert [(row.kind, row.detail) for row in connection.execute(incidents.select())] == [("unredacted", kind)]
        logged = [entry for entry in entries(handle) if isinstance(entry, Incident)]
        assert [(entry.what, entry.count) for entry in logged] == [("unredacted", 1)]
        assert vault.admit(handle, ADMIT) == vault.Admitted()
        for data in all_bytes(tmp_path).values():
            assert b"maria" not in data and b"Quarterly" not in data and b"secret-program" not in data


def test_labels_with_numbers_and_screen_names_of_the_policy_are_accepted_again(tmp_path: Path) -> None:
    label = redact.label("Page 3", Role.BUTTON, redact.Vocabulary.standard())
    assert "#" in label
    edit = ('executables = ["mousepad"]\n', 'executables = ["mousepad"]\nscreens = ["Purchase ledger"]\n')
    policy = approved(edit=edit)
    front = Action(kind=ActionKind.SWITCH_APP, app="mousepad", element=Element(Role.WINDOW, "Purchase ledger"))
    with vault.connect(tmp_path / "vault", policy, clock=Clock()) as handle:
        device = enrolled(handle)
        vault.receive(handle, device.seal(Batch((front, *batch(label).actions), batch(label).screens)))
        assert vault.admit(handle, ADMIT).batches == 1
    elsewhere = Action(kind=ActionKind.CLICK, app="mousepad", element=Element(Role.CELL, "Purchase ledger"))
    assert refused_words(Batch((elsewhere,)), policy.policy) == {"label of cell": 1}


def test_every_label_that_redaction_lets_through_is_accepted_again() -> None:
    """Or admission would quarantine honest work."""
    policy = approved().policy
    vocabulary = redact.Vocabulary.standard()
    for role in (Role.BUTTON, Role.LINK):
        sent = {redact.label(text, role, vocabulary) for text in vocabulary.phrases.values()} - {""}
        assert len(sent) > 300
        elements = [Element(role, label) for label in sent if len(label) <= MAX_LABEL]
        actions = [Action(kind=ActionKind.CLICK, element=element) for element in elements]
        assert not refused_words(Batch(tuple(actions)), policy)


def test_what_is_over_one_persons_day_is_cut_and_counted(tmp_path: Path) -> None:
    edit = ("actions_per_day = 50_000", "actions_per_day = 100")
    with vault.connect(tmp_path / "vault", approved(edit=edit), clock=Clock()) as handle:
        device = enrolled(handle)
        for size in (60, 60, 40):
            vault.receive(handle, device.seal(batch(*["save"] * size)))
        admitted = vault.admit(handle, ADMIT)
        assert (admitted.batches, admitted.actions, admitted.cut, admitted.incidents) == (3, 100, 60, 1)
        logged = [(entry.what, entry.count) for entry in entries(handle) if isinstance(entry, Incident)]
        assert logged == [("over_the_cap", 1)]  # how many actions is in the vault's own record of the incident
        vault.receive(handle, device.seal(batch("open")))
        again = vault.admit(handle, ADMIT)
        assert (again.actions, again.cut) == (0, 1)
        assert [frame.height for frame in actions(handle)] == [100]


@pytest.mark.parametrize(
    ("purpose", "session"),
    [
        ("refine", Session("refinery", SessionRole.JOB, Zone.EPISODES)),  # another zone's environment
        ("assemble", ADMIT),  # reads another zone
        ("release", ADMIT),
        ("performance_evaluation", ADMIT),
        ("no_such_purpose", ADMIT),
        ("refine", Session("somebody", SessionRole.ENGINEER, Zone.ACTIONS)),
        ("personal_use", owner("p-two")),
        ("rights_request", Session("an auditor", SessionRole.AUDITOR, Zone.ACTIONS)),
    ],
)
def test_what_is_not_permitted_is_refused_logged_and_not_decrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, purpose: str, session: Session
) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        vault.receive(handle, enrolled(handle).seal(batch("save")))
        vault.admit(handle, ADMIT)
        monkeypatch.setattr("glasswork.vault.keys.lease", lambda *_: pytest.fail("a key was taken"))
        with pytest.raises(Refused):
            actions(handle, session, purpose)
        last = entries(handle)[-1]
        assert isinstance(last, Decided) and not last.allowed and last.purpose == purpose


def test_what_a_caller_says_of_a_data_set_decides_nothing(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        for person in ("p-one", "p-two"):
            vault.receive(handle, enrolled(handle, person).seal(batch("save")))
        vault.admit(handle, ADMIT)
        claimed = Dataset("actions", Zone.ACTIONS, Scope.PROGRAMME, "p-one", 1, frozenset({"personal_use"}))
        (mine,) = vault.open(handle, claimed, "personal_use", owner("p-one"))
        everything = Dataset("actions", Zone.ACTIONS, Scope.PROGRAMME, "", 1, frozenset({"personal_use"}))
        with pytest.raises(Refused):
            vault.open(handle, everything, "personal_use", owner("p-one"))
        assert mine.height == 1


def test_data_of_scope_self_go_only_to_their_owner_and_jobs_for_them(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(Scope.SELF), clock=Clock()) as handle:
        device = enrolled(handle, "me")
        vault.receive(handle, device.seal(batch("save")))
        mine = Session("admission", SessionRole.JOB, Zone.ACTIONS, acts_for="me")
        with pytest.raises(Refused):
            vault.admit(handle, ADMIT)
        assert vault.admit(handle, mine).batches == 1
        assert len(actions(handle, mine)) == 1 and len(actions(handle, owner("me"), "personal_use")) == 1
        for session in (ADMIT, owner("you"), Session("job", SessionRole.JOB, Zone.ACTIONS, acts_for="you"), OFFICER):
            with pytest.raises(Refused):
                actions(handle, session)
        programme = Dataset("actions", Zone.ACTIONS, Scope.PROGRAMME, "", 1, frozenset())
        with pytest.raises(Refused):
            vault.open(handle, programme, "refine", mine)
        assert list(vault.open(handle, programme, "refine", ADMIT)) == []  # never as part of a programme's data


def test_no_log_no_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        device = enrolled(handle)
        vault.receive(handle, device.seal(batch("save")))
        vault.admit(handle, ADMIT)
        vault.receive(handle, device.seal(batch("open")))
        monkeypatch.setattr("glasswork.vault.keys.lease", lambda *_: pytest.fail("a key was taken"))
        shutil.move(tmp_path / "vault/log", tmp_path / "elsewhere")
        with pytest.raises(LogUnavailable):
            actions(handle)
        with pytest.raises(LogUnavailable):
            vault.admit(handle, ADMIT)
        assert count(handle, envelopes.select().where(envelopes.c.state == "stored").subquery()) == 1
        with pytest.raises(LogUnavailable):
            vault.erase(handle, "p-one", owner("p-one"))
        assert count(handle, objects) == 1


def test_a_log_that_was_removed_is_not_begun_again(tmp_path: Path) -> None:
    policy = approved()
    with vault.connect(tmp_path / "vault", policy, clock=Clock()):
        pass
    shutil.rmtree(tmp_path / "vault/log")
    with pytest.raises(LogAltered, match="no audit log here"), vault.connect(tmp_path / "vault", policy, clock=Clock()):
        pass


def test_the_lease_ends(tmp_path: Path) -> None:
    clock = Clock()
    with vault.connect(tmp_path / "vault", approved(), clock=clock) as handle:
        for person in ("p-one", "p-two"):
            vault.receive(handle, enrolled(handle, person).seal(batch("save")))
        vault.admit(handle, ADMIT)
        frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
        next(frames)
        clock.now += timedelta(hours=1)
        with pytest.raises(Refused, match="lease"):
            next(frames)


def put(handle: Vault, source: str, text: str = "a description", **other: object) -> str:
    frame = pl.DataFrame({"text": [text]})
    about = {"source": source, "name": "episodes", "purpose": "refine", "session": ADMIT} | other
    return vault.put(handle, Zone.EPISODES, frame, **about)  # type: ignore[arg-type]


def test_what_is_derived_has_the_owner_of_its_source_and_replaces_what_was(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        vault.receive(handle, enrolled(handle).seal(batch("save")))
        vault.admit(handle, ADMIT)
        source = actions(handle)[0]["partition"][0]
        first = put(handle, source)
        assert put(handle, source, "a better one") == first
        dataset = vault.dataset(handle, Zone.EPISODES, "episodes")
        assert (dataset.owner, dataset.people) == ("", 1) and "train_models" in dataset.purposes
        (frame,) = vault.open(handle, dataset, "assemble", ASSEMBLE)
        assert frame.to_dict(as_series=False) == {"partition": [first], "text": ["a better one"]}
        assert len(list((tmp_path / "vault/objects/sealed").iterdir())) == 2
        puts = [entry for entry in entries(handle) if isinstance(entry, Decided) and entry.action == "put"]
        assert [(entry.purpose, entry.zone, entry.allowed) for entry in puts] == [("refine", "episodes", True)] * 2


def test_a_partition_that_is_written_again_while_it_is_read_is_not_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        vault.receive(handle, enrolled(handle).seal(batch("save")))
        vault.admit(handle, ADMIT)
        source = actions(handle)[0]["partition"][0]
        put(handle, source, "before")
        take, left = keys.lease, [1]

        def rewritten(*asked: Any) -> bytes:
            secret = take(*asked)
            if left:
                left.pop()
                put(handle, source, "after")
            return secret

        monkeypatch.setattr("glasswork.vault.keys.lease", rewritten)
        (frame,) = vault.open(handle, vault.dataset(handle, Zone.EPISODES, "episodes"), "assemble", ASSEMBLE)
        assert frame["text"].to_list() in (["before"], ["after"]) and not left


def test_what_is_appended_comes_after_what_was(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        vault.receive(handle, enrolled(handle).seal(batch("save")))
        vault.admit(handle, ADMIT)
        source = actions(handle)[0]["partition"][0]
        assert put(handle, source, "one", append=True) == put(handle, source, "two", append=True)
        (frame,) = vault.open(handle, vault.dataset(handle, Zone.EPISODES, "episodes"), "assemble", ASSEMBLE)
        assert frame["text"].to_list() == ["one", "two"]


def test_who_is_the_same_is_told_and_not_who_it_is(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        for person in ("p-one", "p-two"):
            device = enrolled(handle, person)
            for day in (TODAY, TODAY - timedelta(days=1)):
                vault.receive(handle, device.seal(batch("save"), day))
        vault.admit(handle, ADMIT)
        numbers = vault.owners(handle, vault.dataset(handle, Zone.ACTIONS, "actions"))
        assert len(numbers) == 4 and sorted(numbers.values()) == [0, 0, 1, 1]
        assert set(numbers) == {frame["partition"][0] for frame in actions(handle)}
        mine = vault.owners(handle, vault.dataset(handle, Zone.ACTIONS, "actions", owner="p-one"))
        assert len(mine) == 2 and set(mine.values()) == {0}


def test_whoever_has_no_rows_in_a_data_set_is_none_of_its_people(tmp_path: Path) -> None:
    """Or four who did nothing would hide the one who did."""
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        for person, content in (("p-one", batch("save")), ("p-two", Batch(()))):
            vault.receive(handle, enrolled(handle, person).seal(content))
        assert vault.admit(handle, ADMIT).batches == 2
        assert vault.dataset(handle, Zone.ACTIONS, "actions").people == 1
        (frame,) = actions(handle)
        vault.put(
            handle,
            Zone.EPISODES,
            frame.clear(),
            source=frame["partition"][0],
            name="episodes",
            purpose="refine",
            session=ADMIT,
        )
        assert vault.dataset(handle, Zone.EPISODES, "episodes").people == 0


def test_a_job_writes_only_where_its_purpose_leads(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        vault.receive(handle, enrolled(handle).seal(batch("save")))
        vault.admit(handle, ADMIT)
        source = actions(handle)[0]["partition"][0]
        with pytest.raises(Refused):
            put(handle, source, session=ASSEMBLE)
        with pytest.raises(NotPermitted):
            put(handle, source, purpose="admit")
        with pytest.raises(NotPermitted):
            vault.put(handle, Zone.DATASETS, pl.DataFrame(), source=source, name="x", purpose="refine", session=ADMIT)
        last = entries(handle)[-1]
        assert isinstance(last, Decided) and not last.allowed and "not written" in last.reason
        with pytest.raises(KeyGone):
            put(handle, "0" * 32)
        assert count(handle, objects) == 1


def test_erasure_ends_everything_a_person_has_here_and_nothing_of_another(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        one, two = enrolled(handle, "p-one"), enrolled(handle, "p-two")
        for device in (one, two):
            vault.receive(handle, device.seal(batch("save")))
        vault.admit(handle, ADMIT)
        for frame in actions(handle):
            put(handle, frame["partition"][0])
        vault.receive(handle, one.seal(batch("open")))
        running = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
        with pytest.raises(Refused):
            vault.erase(handle, "p-one", owner("p-two"))
        erased = vault.erase(handle, "p-one", owner("p-one"))
        assert erased.objects == 2
        certificate = entries(handle)[erased.entry]
        assert isinstance(certificate, Erased) and len(certificate.keys) == erased.keys
        assert {frame["label"].to_list()[0] for frame in running} == {"save"}  # the other's, even for a running reader
        assert vault.dataset(handle, Zone.ACTIONS, "actions").people == 1
        assert vault.dataset(handle, Zone.EPISODES, "episodes").people == 1
        assert count(handle, tombstones) == 2
        assert len(list((tmp_path / "vault/objects/sealed").iterdir())) == 2
        assert not list((tmp_path / "vault/objects/envelopes").iterdir())
        with pytest.raises(NotEnrolled):
            vault.erase(handle, "p-one", OFFICER)
        assert vault.receive(handle, one.seal(batch("save"))).outcome is Outcome.REFUSED
    for file, data in all_bytes(tmp_path).items():
        assert b"p-one" not in data, file


def test_an_old_copy_of_the_data_without_the_keys_stays_noise(tmp_path: Path) -> None:
    """And so does an old copy of the key ring, without the root that was destroyed since."""
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        for person in ("p-one", "p-two"):
            vault.receive(handle, enrolled(handle, person).seal(batch("save")))
        vault.admit(handle, ADMIT)
        shutil.copytree(tmp_path / "vault", tmp_path / "backup")
        vault.erase(handle, "p-one", OFFICER)
    shutil.rmtree(tmp_path / "backup/keys")
    shutil.copytree(tmp_path / "vault/keys", tmp_path / "backup/keys")
    with vault.connect(tmp_path / "backup", handle.approved, clock=Clock()) as restored:
        assert len(actions(restored)) == 1  # the other person's


def test_expired_data_cannot_be_read_before_any_sweeper_runs(tmp_path: Path) -> None:
    clock = Clock()
    with vault.connect(tmp_path / "vault", approved(), clock=clock) as handle:
        vault.receive(handle, enrolled(handle).seal(batch("save")))
        vault.admit(handle, ADMIT)
        clock.now = NOW + timedelta(days=30)
        assert len(actions(handle)) == 1
        frames = vault.open(handle, vault.dataset(handle, Zone.ACTIONS, "actions"), "refine", ADMIT)
        clock.now += timedelta(days=1)
        assert list(actions(handle)) == []
        clock.now = NOW  # a clock that was set back brings nothing to life
        assert list(frames) == [] and actions(handle) == []
        assert vault.expire(handle, NOW + timedelta(days=31)) == 1
        assert vault.expire(handle, NOW) == 0
        assert not list((tmp_path / "vault/objects/sealed").iterdir())
        assert any(isinstance(entry, KeyDestroyed) and entry.why == "expired" for entry in entries(handle))


def test_sealing_keys_end_with_their_window_unless_an_envelope_waits(tmp_path: Path) -> None:
    clock = Clock()
    with vault.connect(tmp_path / "vault", approved(), clock=clock) as handle:
        device = enrolled(handle)
        waiting = device.seal(batch("save"), TODAY)
        vault.receive(handle, waiting)
        late = device.seal(batch("save"), TODAY + timedelta(days=1))
        clock.now = NOW + timedelta(days=10)
        vault.expire(handle, clock.now)
        assert vault.receive(handle, late).outcome is Outcome.REFUSED
        assert vault.sealing_keys(handle, device.name, TODAY, 2) == []
        assert vault.admit(handle, ADMIT).batches == 1
        assert vault.receive(handle, waiting).outcome is Outcome.ALREADY_STORED
        vault.expire(handle, clock.now)
        assert count(handle, envelopes) == 0
        assert vault.receive(handle, waiting).outcome is Outcome.REFUSED  # its key is gone


def test_a_batch_under_the_policy_before_is_taken_while_devices_may_still_hold_it(tmp_path: Path) -> None:
    clock = Clock()
    old = approved()
    with vault.connect(tmp_path / "vault", old, clock=clock) as handle:
        device = enrolled(handle)
    with vault.connect(tmp_path / "vault", approved(edit=("epoch = 1", "epoch = 2")), clock=clock) as handle:
        assert vault.receive(handle, device.seal(batch("save"))).outcome is Outcome.STORED
        assert vault.receive(handle, device.seal(batch("save"), policy="0" * 64)).outcome is Outcome.REFUSED
        assert vault.admit(handle, ADMIT).batches == 1
        clock.now = NOW + timedelta(days=9)
        newer = vault.sealing_keys(handle, device.name, clock.now.date(), 1)
        device.keys[newer[0].day] = newer[0]
        assert vault.receive(handle, device.seal(batch("save"), newer[0].day)).outcome is Outcome.REFUSED


def test_policies_never_go_back(tmp_path: Path) -> None:
    old, new = approved(), approved(edit=("epoch = 1", "epoch = 2"))
    for policy in (old, new, new):
        with vault.connect(tmp_path / "vault", policy, clock=Clock()) as handle:
            pass
    assert [entry.epoch for entry in entries(handle) if isinstance(entry, PolicyAccepted)] == [1, 2]
    for policy in (old, approved(edit=("epoch = 1", "epoch = 2"))):  # the same epoch, another policy
        with pytest.raises(NotPermitted), vault.connect(tmp_path / "vault", policy, clock=Clock()):
            pass


def test_admissions_are_logged_as_decisions_without_names_or_counts(tmp_path: Path) -> None:
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        vault.receive(handle, enrolled(handle, "p-one").seal(batch("save")))
        before = len(entries(handle))
        vault.admit(handle, ADMIT)
        (entry,) = entries(handle)[before:]
        assert isinstance(entry, Decided)
        assert (entry.purpose, entry.day, entry.people, entry.rows) == ("admit", date(2026, 11, 24), (), None)
    for data in all_bytes(tmp_path / "vault/log").values():
        assert b"p-one" not in data
