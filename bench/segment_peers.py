"""What a segmenter is compared with: cuts by the best idle gap, and our own port of the back-edge method.

The back-edge method (Leno et al., "Identifying candidate routines for Robotic Process Automation from unsegmented UI
logs", ICPM 2020; read from RPM_Segmentator's SegmentsDiscoverer.java, Apache-2.0, and written anew): the graph of
which kind of step directly follows which; its strongly connected components; the header of each, which is the one node
whose immediate dominator lies outside; edges into the header are back-edges, and a component without a header loses the
loop edge of its longest way; what a back-edge leads to begins a segment.
"""

import time
from collections import Counter, defaultdict
from itertools import pairwise

Graph = dict[int, set[int]]
START = -1


def back_edge(kinds: list[int], seconds: float = 60.0) -> list[bool] | None:
    """Before which steps a segment begins, or None where the time is over."""
    until = time.monotonic() + seconds
    graph: Graph = defaultdict(set)
    follows = Counter(pairwise(kinds))
    graph[START].add(kinds[0])
    for left, right in follows:
        graph[left].add(right)
    edges = _back_edges(graph, until)
    if edges is None:
        return None
    return [True, *((left, right) in edges for left, right in pairwise(kinds))]


def _back_edges(graph: Graph, until: float) -> set[tuple[int, int]] | None:
    found: set[tuple[int, int]] = set()
    waiting = [set(graph) | {node for nodes in graph.values() for node in nodes}]
    while waiting:
        for part in _components(graph, waiting.pop()):
            if time.monotonic() > until:
                return None
            if len(part) < 2:
                continue
            above = _dominators(graph)
            headers = [node for node in part if above.get(node) not in part]
            if len(headers) == 1:
                edges = {(node, headers[0]) for node in part if headers[0] in graph[node]}
                found |= edges
            else:
                edges = {_longest(graph, part, min(headers or part))}
            for left, right in edges:
                graph[left].discard(right)
            if not headers or len(headers) > 1:
                waiting.append(part)
            # Inner loops are loops of the same routine: only the outermost header begins a segment.
    return found


def _components(graph: Graph, nodes: set[int]) -> list[set[int]]:
    """Tarjan's strongly connected components of the graph on `nodes`, without recursion."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on: set[int] = set()
    parts: list[set[int]] = []
    for root in nodes:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        work = [(root, iter(sorted(graph.get(root, set()) & nodes)))]
        while work:
            node, after = work[-1]
            for other in after:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on.add(other)
                    work.append((other, iter(sorted(graph.get(other, set()) & nodes))))
                    break
                if other in on:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part: set[int] = set()
                    while node not in part:
                        other = stack.pop()
                        on.discard(other)
                        part.add(other)
                    parts.append(part)
    return parts


def _dominators(graph: Graph) -> dict[int, int]:
    """The immediate dominator of each node that START reaches (Cooper, Harvey and Kennedy 2001)."""
    order: list[int] = []
    seen = {START}
    work = [(START, iter(sorted(graph[START])))]
    while work:
        node, after = work[-1]
        for other in after:
            if other not in seen:
                seen.add(other)
                work.append((other, iter(sorted(graph.get(other, ())))))
                break
        else:
            order.append(node)
            work.pop()
    rank = {node: place for place, node in enumerate(order)}
    before: Graph = defaultdict(set)
    for left in order:
        for right in graph.get(left, ()):
            before[right].add(left)
    above = {START: START}
    changed = True
    while changed:
        changed = False
        for node in reversed(order[:-1]):
            best = None
            for other in before[node]:
                if other in above:
                    best = other if best is None else _meet(best, other, above, rank)
            if best is not None and above.get(node) != best:
                above[node] = best
                changed = True
    return above


def _meet(left: int, right: int, above: dict[int, int], rank: dict[int, int]) -> int:
    while left != right:
        while rank[left] < rank[right]:
            left = above[left]
        while rank[right] < rank[left]:
            right = above[right]
    return left


def _longest(graph: Graph, part: set[int], root: int) -> tuple[int, int]:
    """The edge that closes a loop at the greatest depth of a depth-first walk through the part."""
    best, edge = -1, (root, next(iter(sorted(graph[root] & part)), root))
    depth = {root: 0}
    way = [(root, iter(sorted(graph[root] & part)))]
    on = {root}
    while way:
        node, after = way[-1]
        for other in after:
            if other in on and depth[node] > best:
                best, edge = depth[node], (node, other)
            if other not in depth:
                depth[other] = depth[node] + 1
                on.add(other)
                way.append((other, iter(sorted(graph.get(other, set()) & part))))
                break
        else:
            on.discard(node)
            way.pop()
    return edge
