"""Whatever comes in: examples keep to their tools, hold no content of the redactor's making, and survive every form."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.assemble.atif import trajectory
from glasswork.assemble.building import record
from glasswork.assemble.generalise import words_of
from glasswork.assemble.record import Record, content_hash, frame_of, records_of, with_id
from glasswork.assemble.trl import sft
from glasswork.redteam.fields import faults_of
from glasswork.redteam.leaks import labels_in, leaks
from glasswork.redteam.report import Verdict
from glasswork.refine.describe import describe
from glasswork.schema import words as w
from glasswork.schema.batch import batch_of
from glasswork.schema.episode import Episode
from labelled import labels
from strategies import held


def episode_of(items: list) -> Episode:
    batch = batch_of(items)
    return describe(
        Episode(
            id="e",
            week="2026-W48",
            scope=w.Scope.SELF,
            policy="0" * 64,
            actions=batch.actions,
            screens=batch.screens,
            labels=labels(batch.actions, batch.screens),
        )
    )


def values_in(form: object) -> list[object]:
    """Every single value in JSON."""
    if isinstance(form, dict):
        return [value for part in form.values() for value in values_in(part)]
    return [value for part in form for value in values_in(part)] if isinstance(form, list) else [form]


@given(st.lists(held(), min_size=2, max_size=8))
@settings(max_examples=200, deadline=None)
def test_every_step_keeps_to_its_tool(items: list) -> None:
    made = record(episode_of(items))
    if isinstance(made, Record):
        assert not [fault for step in made.example.steps for fault in faults_of(step)]
        for form in (sft(made.example), trajectory(made)):
            assert None not in values_in(msgspec.to_builtins(form))


@given(st.lists(held(), min_size=2, max_size=8), st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_records_survive_storage_and_their_hash_knows_only_content(items: list, seed: int) -> None:
    made = record(episode_of(items))
    if isinstance(made, Record):
        records = [with_id(made, str(seed)), with_id(made, "b")]
        assert records_of(frame_of(records)) == records
        assert content_hash(records) == content_hash(reversed(records)) == content_hash([made, made])


@given(st.lists(held(), min_size=2, max_size=8))
@settings(max_examples=100, deadline=None)
def test_generalised_to_nothing_there_is_nothing_to_redact(items: list) -> None:
    made = record(episode_of(items), kept=set())
    if isinstance(made, Record):
        assert leaks([made]).verdict is Verdict.PASS
        assert not [label for step in made.example.steps for label in labels_in(step.observation)]
        assert set(made.apps) <= set(w.AppCategory)


@given(st.lists(held(), min_size=2, max_size=8))
@settings(max_examples=100, deadline=None)
def test_no_word_is_added(items: list) -> None:
    episode = episode_of(items)
    made = record(episode)
    if isinstance(made, Record):
        had = {text for _, text in words_of(episode)}
        assert {step.arguments.get("label", "") for step in made.example.steps} <= had | {""}
        assert set(made.apps) <= had
