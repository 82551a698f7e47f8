"""Wider and narrower are an order: what one direction adds the other takes away, and narrowing adds nothing."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.policy import Direction, LocalSettings, Policy, PolicyRefused, compare, compile_text, narrow
from glasswork.policy.model import App, Budget, Day, EventKind, Schedule, Site
from glasswork.policy.narrow import LocalBudget
from glasswork.schema.words import AppCategory
from vectors.policy import make

BASE = compile_text(make.EXAMPLE.read_text()).policy


def subsets(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True).map(tuple)


budgets = st.builds(
    Budget,
    cpu_percent=st.integers(1, 100),
    memory_mb=st.integers(50, 2_000),
    disk_mb=st.integers(1, 1_000),
    battery_above=st.integers(0, 100),
    send_on_metered=st.booleans(),
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """The example with other programs, sites, words, hours, bounds and protections."""
    start = draw(st.integers(0, 23))
    screens = subsets(["Stock", "New order", "a/b", "a=b"])
    return msgspec.structs.replace(
        BASE,
        apps=tuple(
            App(id=id_, executables=(id_,), category=draw(st.sampled_from(AppCategory)), keys=draw(st.booleans()))
            for id_ in draw(subsets(["editor", "files", "browser", "mail"]))
        ),
        sites=tuple(
            Site(host=host, category=AppCategory.BUSINESS, keys=draw(st.booleans()), screens=draw(screens))
            for host in draw(subsets(["a.example", "b.example", "127.0.0.1:80"]))
        ),
        vocabulary=draw(subsets(["one", "two", "limit/x=3", "when/monday"])),
        event_kinds=tuple(draw(st.lists(st.sampled_from(EventKind), unique=True, min_size=1))),
        schedule=Schedule(
            days=tuple(draw(st.lists(st.sampled_from(Day), unique=True, min_size=1))),
            from_hour=start,
            to_hour=draw(st.integers(start + 1, 24)),
        ),
        sampling_share=draw(st.floats(0.01, 1)),
        hold_days=draw(st.integers(1, 7)),
        excluded_roles=draw(subsets(["legal", "works_council"])),
        minimum_people=draw(st.integers(1, 50)),
        budget=draw(budgets),
    )


def directions(old: Policy, new: Policy) -> set[Direction]:
    return {change.kind for change in compare(old, new)}


@given(policies(), policies())
def test_what_is_wider_one_way_is_narrower_the_other(a: Policy, b: Policy) -> None:
    there, back = compare(a, b), compare(b, a)
    for kind, opposite in ((Direction.WIDER, Direction.NARROWER), (Direction.NARROWER, Direction.WIDER)):
        assert sum(c.kind is kind for c in there) == sum(c.kind is opposite for c in back)
    assert compare(a, a) == []
    assert len(set(there)) == len(there)


@given(policies(), policies(), policies())
def test_never_wider_is_transitive(a: Policy, b: Policy, c: Policy) -> None:
    if Direction.WIDER not in directions(a, b) | directions(b, c):
        assert Direction.WIDER not in directions(a, c)


@given(policies(), st.data())
def test_narrowing_never_widens(policy: Policy, data: st.DataObject) -> None:
    places = [app.id for app in policy.apps], [site.host for site in policy.sites]
    chosen = [data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else [] for ids in places]
    settings = LocalSettings(
        apps=tuple(chosen[0]),
        sites=tuple(chosen[1]),
        event_kinds=policy.event_kinds[: data.draw(st.integers(1, len(policy.event_kinds)))],
        days=policy.schedule.days[data.draw(st.integers(0, len(policy.schedule.days) - 1)) :],
        from_hour=data.draw(st.integers(policy.schedule.from_hour, policy.schedule.to_hour - 1)),
        hold_days=data.draw(st.integers(1, policy.hold_days)),
        budget=LocalBudget(
            cpu_percent=data.draw(st.integers(1, policy.budget.cpu_percent)),
            disk_mb=data.draw(st.integers(1, policy.budget.disk_mb)),
            battery_above=data.draw(st.integers(policy.budget.battery_above, 100)),
            send_on_metered=False,
        ),
    )
    assert directions(policy, narrow(policy, settings)) <= {Direction.NARROWER}


@given(policies(), budgets)
def test_a_budget_is_taken_as_it_is_or_refused_and_the_order_decides(policy: Policy, wanted: Budget) -> None:
    """The oracle: each figure by itself."""
    now = policy.budget
    fits = (
        wanted.cpu_percent <= now.cpu_percent
        and wanted.memory_mb <= now.memory_mb
        and wanted.disk_mb <= now.disk_mb
        and wanted.battery_above >= now.battery_above
        and (now.send_on_metered or not wanted.send_on_metered)
    )
    settings = LocalSettings(budget=LocalBudget(**msgspec.structs.asdict(wanted)))
    if fits:
        assert narrow(policy, settings).budget == wanted
    else:
        with pytest.raises(PolicyRefused):
            narrow(policy, settings)
