"""The gate refuses for each thing that is lacking; what passes can be verified offline; what was altered cannot."""

import json
import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork import assemble, documents, redteam, refine, release, vault
from glasswork.assemble.parquet import read_records, write_records
from glasswork.documents import Card
from glasswork.govern import entries
from glasswork.govern.approvals import approve
from glasswork.govern.entries import decode
from glasswork.govern.errors import Refused
from glasswork.govern.verify import read_log
from glasswork.policy.signatures import Signature
from glasswork.redteam import Attack, Report, Verdict
from glasswork.release import ReleaseDamaged, ReleaseRefused, ReleaseUnwritable
from glasswork.release.manifest import FILE, Manifest, hash_files, sign
from glasswork.schema import words as w
from glasswork.schema.batch import Batch
from glasswork.schema.errors import FormatError
from glasswork.vault import Vault
from glasswork.vault.errors import NotEnrolled
from glasswork.vault.handle import name_in_log
from vectors.release import make

GOOD = make.HERE / "good"
OWNER_KEY = make.key("owner")
RELEASE_KEY = make.key("release")
JOB = make.job(w.Zone.DATASETS)


@contextmanager
def programme(folder: Path, people: int = 5, names: Sequence[str] = ()) -> Generator[Vault]:
    """A programme whose people (or those of these names) have done the same day, built as `office`."""
    given = names or [f"p-{n}" for n in range(people)]
    with make.filled(folder / "vault", make.ours(), {name: [make.day()] for name in given}) as handle:
        refine.run(handle, make.job(w.Zone.ACTIONS))
        assemble.build(handle, make.job(w.Zone.EPISODES), make.NAME)
        yield handle


def passing(report: Report) -> Report:
    """The report with R1 as the attack would have ended among hundreds of people: five can prove nothing."""
    settled = {"verdict": Verdict.PASS, "n": 400, "estimate": 0.1, "low": 0.073, "high": 0.134}
    findings = (
        msgspec.structs.replace(one, **settled) if one.attack is Attack.IDENTIFICATION else one
        for one in report.findings
    )
    return msgspec.structs.replace(report, findings=tuple(findings), verdict=Verdict.PASS)


def papers(handle: Vault) -> tuple[Report, Card, list[Signature]]:
    """A report that passes, the card with it, and the board's approval of both."""
    report = passing(redteam.run(handle, make.NAME, JOB))
    card = documents.card(handle, make.NAME, JOB, report)
    return report, card, approvals(handle, report, card)


def approvals(handle: Vault, report: Report, card: Card) -> list[Signature]:
    candidate = release.candidate(handle.approved, report, card)
    return [approve(candidate, role, make.key(role), now=make.NOW) for role in make.BOARD]


def attempt(
    handle: Vault, folder: Path, report: Report | None, card: Card | None, approved: Sequence[Signature]
) -> release.Released:
    return release.release(
        handle, make.NAME, folder / "out", JOB, key=RELEASE_KEY, report=report, card=card, approvals=approved
    )


def refused(handle: Vault, folder: Path, *given: object) -> str:
    """The reasons for which a release is refused. Nothing is left of it but an entry in the log."""
    with pytest.raises(ReleaseRefused) as caught:
        attempt(handle, folder, *given)  # type: ignore[arg-type]
    assert caught.value.exit_code == 77 and list(folder.iterdir()) == [folder / "vault"]
    entry = decode(list(read_log(handle.folder / "log", handle.log_key))[-1])
    assert isinstance(entry, entries.ReleaseRefused) and entry.reason == " ".join(caught.value.reasons)
    return entry.reason


def test_a_release_with_everything_can_be_verified(tmp_path: Path) -> None:
    with programme(tmp_path) as handle:
        report, card, approved = papers(handle)
        made = attempt(handle, tmp_path, report, card, approved)
        assert made.examples == 20
        entry = decode(list(read_log(handle.folder / "log", handle.log_key))[-1])
        people = tuple(sorted(name_in_log(handle, f"p-{n}") for n in range(5)))
        assert isinstance(entry, entries.Released)
        assert (entry.private, entry.content, entry.people) == (False, report.content, people)
        before = assemble.records(handle, make.NAME, JOB)
    manifest = release.verify_release(made.folder, RELEASE_KEY.public_key())
    assert manifest == made.manifest and not manifest.private
    after = read_records(made.folder / "data" / "train-00000.parquet")
    assert assemble.content_hash(after) == assemble.content_hash(before) == manifest.content
    ids = [record.example.id for record in after]
    assert ids == sorted(ids) and not {record.example.id for record in before} & set(ids)
    assert made.folder.stat().st_mode & 0o077 == 0


def pairs(handle: Vault, person: str) -> list[tuple[str, str, str, date]]:
    """What a person is told of which released examples are theirs."""
    own = vault.dataset(handle, w.Zone.DATASETS, f"{make.NAME}.released", owner=person)
    frames = vault.open(handle, own, "personal_use", make.owner(person))
    return [pair for frame in frames for pair in frame.drop("partition").iter_rows()]


def test_which_example_was_whose_is_sealed_for_its_owner_and_ends_with_them(tmp_path: Path) -> None:
    with programme(tmp_path, people=6) as handle:
        given = papers(handle)
        first, second = (attempt(handle, tmp_path / name, *given) for name in ("first", "second"))
        assert first.manifest.content == second.manifest.content
        before = {record.example.id: record for record in assemble.records(handle, make.NAME, JOB)}
        released = {
            record.example.id: record
            for made in (first, second)
            for record in read_records(made.folder / "data" / "train-00000.parquet")
        }
        known = [pair for n in range(6) for pair in pairs(handle, f"p-{n}")]
        assert {new for _, new, *_ in known} == released.keys() and len(known) == len(released) == 48
        for old, new, content, day in known:
            assert (content, day) == (first.manifest.content, first.manifest.day)
            assert msgspec.structs.replace(before[old].example, id=new) == released[new].example
        everybody = vault.dataset(handle, w.Zone.DATASETS, f"{make.NAME}.released")
        with pytest.raises(Refused):
            list(vault.open(handle, everybody, "personal_use", make.owner("p-0")))
        ended = [new.encode() for _, new, *_ in pairs(handle, "p-0")]
        vault.erase(handle, "p-0", make.owner("p-0"))
        with pytest.raises(NotEnrolled):
            pairs(handle, "p-0")
        assert len(pairs(handle, "p-1")) == 8
        for file in handle.folder.rglob("*"):
            assert not file.is_file() or not any(id_ in file.read_bytes() for id_ in ended)


def test_people_without_examples_do_not_count(tmp_path: Path) -> None:
    nothing = Batch((make.hotkey(w.Command.SAVE, screen=-1),))  # too short for an example
    people = {"p-0": [make.day()]} | {f"p-{n}": [nothing] for n in range(1, 6)}
    with make.filled(tmp_path / "vault", make.ours(), people) as handle:
        make.built(handle)
        assert "They are of 1 people" in refused(handle, tmp_path, None, None, [])


def test_private_builds_are_not_released_under_their_own_name(tmp_path: Path) -> None:
    people = {f"p-{n}": [make.day()] for n in range(5)}
    with make.filled(tmp_path / "vault", make.ours(), people) as handle:
        for person in people:
            make.built(handle, person)
        for ask in (redteam.run, assemble.records):
            with pytest.raises(assemble.NameInvalid):
                ask(handle, f"{make.NAME}.private", JOB)
        with pytest.raises(assemble.NameInvalid):
            release.release(handle, f"{make.NAME}.private", tmp_path / "out", JOB, key=RELEASE_KEY)


def test_an_owner_releases_nothing(tmp_path: Path) -> None:
    with programme(tmp_path) as handle:
        report, card, approved = papers(handle)
        with pytest.raises(ReleaseRefused, match="owner's session"):
            release.release(
                handle,
                make.NAME,
                tmp_path / "out",
                make.owner("p-0"),
                key=RELEASE_KEY,
                report=report,
                card=card,
                approvals=approved,
            )


def test_nothing_is_released_without_papers(tmp_path: Path) -> None:
    with programme(tmp_path) as handle:
        report, card, approved = papers(handle)
        for given, reason in (
            ((None, None, []), "no attack report"),
            ((None, card, approved), "no attack report"),
            ((report, None, approved), "no card"),
            ((report, card, []), "has not approved"),
            ((report, card, approved[:2]), "is missing"),
            ((report, card, approved[:1] * 3), "two roles"),
        ):
            assert reason in refused(handle, tmp_path, *given)


def test_papers_about_something_else_do_not_count(tmp_path: Path) -> None:
    with programme(tmp_path) as handle:
        report, card, approved = papers(handle)
        replace = msgspec.structs.replace
        raw = redteam.run(handle, make.NAME, JOB)
        old = replace(report, day=make.NOW.date() - timedelta(days=8))
        early = replace(report, day=make.NOW.date() + timedelta(days=1))
        for other, reason in (
            (raw, "R1 INCONCLUSIVE"),
            (replace(report, verdict=Verdict.FAIL), "does not pass"),
            (replace(raw, verdict=Verdict.PASS), "R1 INCONCLUSIVE"),
            (replace(report, findings=report.findings[:3]), "lacks R4, R6"),
            (old, "last 7 days"),
            (early, "last 7 days"),
            (replace(report, private=True), "private build"),
            (replace(report, content="0" * 64), "about other data"),
            (replace(report, name="another"), "about other data"),
            (replace(report, people=400), "about other data"),
        ):
            assert reason in refused(handle, tmp_path, other, card, approvals(handle, other, card))
        assert "altered" in refused(handle, tmp_path, old, card, approved)  # approved, but not this report
        false = replace(card, json=card.json.replace(b'"examples":20', b'"examples":21'))
        assert "does not say" in refused(handle, tmp_path, report, false, approvals(handle, report, false))
        nicer = replace(card, markdown="All is well.")
        assert "does not say" in refused(handle, tmp_path, report, nicer, approved)


def test_what_was_erased_since_makes_the_papers_old(tmp_path: Path) -> None:
    with programme(tmp_path, people=6) as handle:
        report, card, approved = papers(handle)
        officer = make.Session("officer", make.SessionRole.PRIVACY_OFFICER, w.Zone.DATASETS)
        vault.erase(handle, "p-3", officer)
        assert "about other data" in refused(handle, tmp_path, report, card, approved)
        vault.erase(handle, "p-4", officer)
        assert "They are of 4 people" in refused(handle, tmp_path, report, card, approved)


def test_one_persons_work_is_never_released(tmp_path: Path) -> None:
    with make.filled(tmp_path / "vault", make.mine(), {make.OWNER: [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        report = redteam.run(handle, make.NAME, make.owner())
        card = documents.card(handle, make.NAME, make.owner(), report)
        candidate = release.candidate(handle.approved, report, card)
        approved = [approve(candidate, make.SignerRole.OWNER, OWNER_KEY, now=make.NOW)]
        reason = refused(handle, tmp_path, report, card, approved)
        assert "scope self" in reason and "private build" in reason and "no purpose" in reason


def test_a_private_build_is_for_its_owner(tmp_path: Path) -> None:
    with make.filled(tmp_path / "vault", make.ours(), {make.OWNER: [make.day()], "p-two": [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        made = release.build_private(handle, make.NAME, tmp_path / "out", make.owner(), key=OWNER_KEY)
        assert made.examples == 4 and made.manifest.private
        assert "**Private.**" in (made.folder / "CARD.md").read_text()
        release.verify_release(made.folder, OWNER_KEY.public_key())
        entry = decode(list(read_log(handle.folder / "log", handle.log_key))[-1])
        assert isinstance(entry, entries.Released) and entry.private
        assert entry.people == (name_in_log(handle, make.OWNER),)
        for session in (make.owner("p-two"), JOB, make.job(w.Zone.DATASETS, make.OWNER)):
            with pytest.raises((ReleaseRefused, assemble.NotBuilt)):
                release.build_private(handle, make.NAME, tmp_path / "other", session, key=OWNER_KEY)
        wrong_room = make.Session(make.OWNER, make.SessionRole.OWNER, w.Zone.ACTIONS)
        with pytest.raises(Refused):
            release.build_private(handle, make.NAME, tmp_path / "other", wrong_room, key=OWNER_KEY)


def test_a_private_build_with_content_in_it_is_refused(tmp_path: Path) -> None:
    with make.filled(tmp_path / "vault", make.mine(), {make.OWNER: [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        report = redteam.run(handle, make.NAME, make.owner(), canaries=["mousepad"])
        with pytest.raises(ReleaseRefused, match="R6"):
            release.build_private(handle, make.NAME, tmp_path / "out", make.owner(), key=OWNER_KEY, report=report)


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with make.filled(tmp_path / "vault", make.mine(), {make.OWNER: [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        with pytest.raises(ReleaseRefused, match="exists already"):
            release.build_private(handle, make.NAME, tmp_path / "out", make.owner(), key=OWNER_KEY)
        assert not list((tmp_path / "out").iterdir())


def test_where_nothing_can_be_written_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with make.filled(tmp_path / "vault", make.mine(), {make.OWNER: [make.day()]}) as handle:
        make.built(handle, make.OWNER)
        with pytest.raises(ReleaseUnwritable):
            release.build_private(handle, make.NAME, tmp_path / "file" / "out", make.owner(), key=OWNER_KEY)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "vault"]
        assert not isinstance(decode(list(read_log(handle.folder / "log", handle.log_key))[-1]), entries.Released)


def test_the_release_in_the_vectors_verifies() -> None:
    manifest = release.verify_release(GOOD, OWNER_KEY.public_key())
    assert (manifest.name, manifest.private, manifest.day) == (make.NAME, True, date(2026, 11, 24))


# Attacks on a release: each alters a copy of `good/`. Those in RESIGNED sign a new manifest with the right key, as
# somebody could who has the key but not the board, or who made a mistake.


def example_altered(folder: Path) -> None:
    path = folder / "data" / "train-00000.parquet"
    records = read_records(path)
    path.unlink()
    write_records([msgspec.structs.replace(records[0], suppressed=7), *records[1:]], path)


def example_dropped(folder: Path) -> None:
    path = folder / "data" / "train-00000.parquet"
    records = read_records(path)
    write_records(records[1:], path)


def card_number_altered(folder: Path) -> None:
    path = folder / "card.json"
    path.write_text(path.read_text().replace('"examples":4', '"examples":40'))


def card_text_altered(folder: Path) -> None:
    path = folder / "CARD.md"
    path.write_text(path.read_text().replace("4 examples", "40 examples"))


def verdict_altered(folder: Path) -> None:
    path = folder / "attack-report.json"
    path.write_text(path.read_text().replace("PASS", "FAIL"))


def policy_altered(folder: Path) -> None:
    path = folder / "policy.json"
    path.write_text(path.read_text().replace("personal_use", "train_models"))


def file_added(folder: Path) -> None:
    (folder / "exports" / "notes.txt").write_text("")


def file_missing(folder: Path) -> None:
    (folder / "exports" / "trl_sft" / "train-00000.jsonl").unlink()


def link_in_place_of_a_file(folder: Path) -> None:
    path = folder / "exports" / "trl_sft" / "train-00000.jsonl"
    path.rename(folder.parent / "elsewhere")
    path.symlink_to(folder.parent / "elsewhere")


def manifest_truncated(folder: Path) -> None:
    (folder / FILE).write_bytes((folder / FILE).read_bytes()[:-20])


def manifest_missing(folder: Path) -> None:
    (folder / FILE).unlink()


def signature_that_is_no_base64(folder: Path) -> None:
    change_manifest(folder, signature="é")


def called_public(folder: Path) -> None:
    change_manifest(folder, private=False)


def called_something_else(folder: Path) -> None:
    change_manifest(folder, name="another")


def change_manifest(folder: Path, **changes: object) -> None:
    manifest = msgspec.json.decode((folder / FILE).read_bytes(), type=Manifest)
    (folder / FILE).write_bytes(msgspec.json.encode(msgspec.structs.replace(manifest, **changes)))


def resign(folder: Path, key: Ed25519PrivateKey) -> None:
    manifest = msgspec.json.decode((folder / FILE).read_bytes(), type=Manifest)
    files = hash_files(folder)
    papers = {"card": "card.json", "report": "attack-report.json", "policy": "policy.json"}
    manifest = msgspec.structs.replace(manifest, files=files, **{name: files[path] for name, path in papers.items()})
    (folder / FILE).write_bytes(msgspec.json.encode(sign(manifest, key)))


ATTACKS: list[Callable[[Path], None]] = [
    example_altered,
    example_dropped,
    card_number_altered,
    card_text_altered,
    verdict_altered,
    policy_altered,
    file_added,
    file_missing,
    link_in_place_of_a_file,
    manifest_truncated,
    manifest_missing,
    signature_that_is_no_base64,
    called_public,
    called_something_else,
]
RESIGNED = [
    attack
    for attack in ATTACKS
    if attack not in (file_added, file_missing, manifest_truncated, manifest_missing, signature_that_is_no_base64)
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_altered_release_does_not_verify(tmp_path: Path, attack: Callable[[Path], None]) -> None:
    folder = Path(shutil.copytree(GOOD, tmp_path / "release"))
    attack(folder)
    with pytest.raises(ReleaseDamaged) as caught:
        release.verify_release(folder, OWNER_KEY.public_key())
    assert caught.value.exit_code == 65


@pytest.mark.parametrize("attack", RESIGNED)
def test_a_signature_alone_makes_it_no_truer(tmp_path: Path, attack: Callable[[Path], None]) -> None:
    folder = Path(shutil.copytree(GOOD, tmp_path / "release"))
    attack(folder)
    resign(folder, OWNER_KEY)
    with pytest.raises(ReleaseDamaged):
        release.verify_release(folder, OWNER_KEY.public_key())


def test_another_key_is_not_the_right_one(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(GOOD, tmp_path / "release"))
    with pytest.raises(ReleaseDamaged, match="not signed with the key"):
        release.verify_release(folder, RELEASE_KEY.public_key())
    resign(folder, OWNER_KEY)  # what `resign` does is otherwise right
    release.verify_release(folder, OWNER_KEY.public_key())


SHARES = ("estimate", "low", "high", "chance")


def test_every_number_of_a_card_is_derived_again() -> None:
    said = json.loads((GOOD / "card.json").read_text())
    assert documents.verify_card((GOOD / "card.json").read_bytes(), GOOD) == []

    def numbers(tree: object, path: tuple[object, ...] = ()) -> Generator[tuple[object, ...]]:
        if isinstance(tree, dict | list):
            for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
                yield from numbers(part, (*path, key))
        elif isinstance(tree, int | float) and not isinstance(tree, bool):
            yield path

    places = list(numbers(said))
    assert len(places) > 20
    for path in places:
        false = json.loads((GOOD / "card.json").read_text())
        inner = false
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] += 1 if inner[path[-1]] else 0.5 if path[-1] in SHARES else 1
        try:
            wrong = documents.verify_card(json.dumps(false).encode(), GOOD)
        except FormatError:
            continue  # out of bounds: it is no card any more
        assert ".".join(map(str, path)) in {mismatch.where for mismatch in wrong}, path
