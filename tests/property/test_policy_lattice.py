"""Wider and narrower are an order: what one direction adds the other takes away, and narrowing adds nothing."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.policy import Direction, LocalSettings, Policy, PolicyRefused, compare, compile_text, narrow, verdict
from glasswork.policy.capabilities import FIELDS, TYPED, capabilities
from glasswork.policy.model import App, Budget, Day, EventKind, Quotas, Retention, Schedule, Sink, Site
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


days = st.integers(1, 4)
contracts = st.sampled_from(["2026-04", 'a "b" c'])


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
        sampling_share=draw(st.integers(1, 100)) / 100,
        hold_days=draw(st.integers(1, 7)),
        excluded_roles=draw(subsets(["legal", "works_council"])),
        minimum_people=draw(st.integers(1, 50)),
        retention=draw(st.builds(Retention, actions=days, episodes=days, datasets=days)),
        quotas=draw(st.builds(Quotas, bytes_per_day=st.sampled_from([10_000, 20_000]), actions_per_day=st.just(100))),
        sinks=tuple(
            Sink(
                id=id_,
                url=f"https://{id_}.example",
                contract=draw(contracts),
                region=draw(st.sampled_from(["DE", "US"])),
            )
            for id_ in draw(st.lists(st.sampled_from(["a", "b"]), unique=True, min_size=1))
        ),
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
    assert Direction.WIDER not in directions(policy, narrow(policy, settings))


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


Cell = tuple[str | int | float, ...]


def may(policy: Policy) -> set[Cell]:
    """The oracle: every single thing that a policy lets happen, enumerated from its fields; bounds unit by unit."""
    cells: set[Cell] = set()
    for kind, places in (("app", policy.apps), ("site", policy.sites)):
        for place in places:
            name = place.id if isinstance(place, App) else place.host
            cells.add((kind, name, place.category))
            cells |= {(kind, name, "look for", screen) for screen in place.screens}
            cells |= {(kind, name, "is", program) for program in (place.executables if isinstance(place, App) else ())}
            for event in policy.event_kinds:
                for field in FIELDS[event]:
                    if place.keys or field not in TYPED:
                        cells.add((kind, name, event, field))
    cells |= {("look for", word) for word in policy.vocabulary}
    cells |= {("for", purpose.id, purpose.basis) for purpose in policy.purposes}
    cells |= {("to", sink.url, sink.contract, sink.region) for sink in policy.sinks}
    cells |= {
        ("at", d, h) for d in policy.schedule.days for h in range(policy.schedule.from_hour, policy.schedule.to_hour)
    }
    for name, bound in (
        ("actions", policy.retention.actions),
        ("episodes", policy.retention.episodes),
        ("datasets", policy.retention.datasets),
        ("hold", policy.hold_days),
        ("cpu", policy.budget.cpu_percent),
        ("memory", policy.budget.memory_mb),
        ("disk", policy.budget.disk_mb),
        ("bytes", policy.quotas.bytes_per_day // 10_000),
    ):
        cells |= {(name, unit) for unit in range(bound)}
    cells |= {("with a share of", share) for share in range(1, 101) if share / 100 <= policy.sampling_share}
    cells |= {("people together", n) for n in range(policy.minimum_people, 51)}
    cells |= {("with a charge of", percent) for percent in range(policy.budget.battery_above + 1, 102)}
    cells |= {("metered",)} if policy.budget.send_on_metered else set()
    cells |= {("person who is", role) for role in ("legal", "works_council") if role not in policy.excluded_roles}
    return cells


def at_most(a: Policy, b: Policy) -> bool:
    """Whether `a` is nowhere wider than `b`, as the program says."""
    return verdict(compare(b, a)) is not Direction.WIDER


@settings(max_examples=60)
@given(policies(), policies())
def test_the_verdict_is_that_of_enumerating_every_cell(a: Policy, b: Policy) -> None:
    added, gone = may(b) - may(a), may(a) - may(b)
    kinds = directions(a, b)
    assert (Direction.WIDER in kinds, Direction.NARROWER in kinds) == (bool(added), bool(gone))


@settings(max_examples=60)
@given(policies(), st.data())
def test_one_small_step_has_the_verdict_of_its_cells(a: Policy, data: st.DataObject) -> None:
    """Two policies at random are wider in something nearly always; these differ in one field."""
    field = data.draw(st.sampled_from([name for name in Policy.__struct_fields__ if name != "quorum"]))
    b = msgspec.structs.replace(a, **{field: getattr(data.draw(policies()), field)})
    added, gone = may(b) - may(a), may(a) - may(b)
    assert verdict(compare(a, b)) is (Direction.WIDER if added else Direction.NARROWER if gone else Direction.EQUAL)


@settings(max_examples=40)
@given(policies(), policies(), policies())
def test_at_most_is_a_partial_order_of_meanings(a: Policy, b: Policy, c: Policy) -> None:
    assert at_most(a, a)
    low, high = narrowed(a, b), widened(a, b)
    assert at_most(low, a) and at_most(a, high) and at_most(low, high)
    assert at_most(narrowed(low, c), high), "transitive up the chain"
    again = msgspec.structs.replace(a, apps=a.apps[::-1], sinks=a.sinks[::-1], vocabulary=a.vocabulary[::-1])
    for one, other in ((a, again), (a, low), (a, high), (low, high)):
        if at_most(one, other) and at_most(other, one):
            assert capabilities(one) == capabilities(other) and may(one) == may(other)
    assert at_most(a, again) and at_most(again, a)


def narrowed(a: Policy, b: Policy) -> Policy:
    """`a` with the lower of both policies' bounds and the programs that both have."""
    return _combined(a, b, lower=True)


def widened(a: Policy, b: Policy) -> Policy:
    """`a` with the higher of both policies' bounds."""
    return _combined(a, b, lower=False)


def _combined(a: Policy, b: Policy, *, lower: bool) -> Policy:
    pick = min if lower else max
    return msgspec.structs.replace(
        a,
        apps=tuple(app for app in a.apps if not lower or app.id in {other.id for other in b.apps}),
        hold_days=pick(a.hold_days, b.hold_days),
        sampling_share=pick(a.sampling_share, b.sampling_share),
        minimum_people=(max if lower else min)(a.minimum_people, b.minimum_people),
    )


@given(policies(), st.data())
def test_what_two_settings_leave_is_below_what_either_leaves(policy: Policy, data: st.DataObject) -> None:
    """The meet: fleet and participant, in either order."""

    def drawn() -> LocalSettings:
        ids = [app.id for app in policy.apps]
        return LocalSettings(
            apps=tuple(data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else ()),
            hold_days=data.draw(st.integers(1, policy.hold_days)),
            budget=LocalBudget(cpu_percent=data.draw(st.integers(1, policy.budget.cpu_percent))),
        )

    fleet, own = drawn(), drawn()
    try:
        both = narrow(narrow(policy, fleet), own)
    except PolicyRefused:
        return
    for one in (narrow(policy, fleet), narrow(policy, own)):
        assert at_most(both, one) and may(both) <= may(one) <= may(policy)
