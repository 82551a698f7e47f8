"""How well found boundaries agree with true ones. All take lists of bool, one a row: a task begins with it."""

Flags = list[bool]


def f1(true: Flags, found: Flags, within: int = 0) -> float:
    """Twice the matched boundaries by all; each matches one at most, no more than `within` rows away."""
    left, right = ([place for place, flag in enumerate(flags) if flag] for flags in (true, found))
    i = j = matched = 0
    while i < len(left) and j < len(right):
        if abs(left[i] - right[j]) <= within:
            matched, i, j = matched + 1, i + 1, j + 1
        elif left[i] < right[j]:
            i += 1
        else:
            j += 1
    return 2 * matched / (len(left) + len(right)) if left or right else 1.0


def window(true: Flags) -> int:
    """Half the mean length of a true segment, the usual window of both measures below."""
    return max(2, round(len(true) / (sum(true) + 1) / 2))


def window_diff(true: Flags, found: Flags) -> float:
    """The share of windows in which the numbers of boundaries differ (Pevzner and Hearst 2002)."""
    width, left, right = window(true), _counts(true), _counts(found)
    places = range(len(true) - width)
    return sum(left[n + width] - left[n] != right[n + width] - right[n] for n in places) / max(1, len(places))


def pk(true: Flags, found: Flags) -> float:
    """The share of windows whose ends are in one segment in one of the two and not in the other (Beeferman 1999)."""
    width, left, right = window(true), _counts(true), _counts(found)
    places = range(len(true) - width)
    return sum((left[n + width] == left[n]) != (right[n + width] == right[n]) for n in places) / max(1, len(places))


def scores(true: Flags, found: Flags) -> tuple[float, float, float, float]:
    """F1, F1 within two rows, WindowDiff and Pk."""
    return f1(true, found), f1(true, found, 2), window_diff(true, found), pk(true, found)


def _counts(flags: Flags) -> list[int]:
    total, counts = 0, []
    for flag in flags:
        total += flag
        counts.append(total)
    return counts
