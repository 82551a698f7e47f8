"""The arithmetic that national numbers share: weighted sums, ISO 7064, Luhn, Verhoeff, and days inside a number."""

from collections.abc import Iterable
from datetime import date

_TWICE = str.maketrans("0123456789", "0246813579")  # a digit doubled, nine taken off where that makes two digits
_DIHEDRAL = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_PERMUTED = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def weighted(number: str, weights: Iterable[int]) -> int:
    """The sum of the digits times their weights; a shorter side ends it."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B: the check digit of cards and of several national ids."""
    return sum(map(int, digits[-1::-2] + digits[-2::-2].translate(_TWICE))) % 10 == 0


def verhoeff(digits: str) -> bool:
    """Verhoeff 1969: a check digit from the dihedral group of order ten, with a permutation by place."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = int(_DIHEDRAL[check][int(_PERMUTED[place % 8][int(digit)])])
    return check == 0


def mod_11_10(digits: str) -> bool:
    """ISO 7064 MOD 11,10 over all digits, the last one being the check digit."""
    product = 10
    for digit in digits[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (product + int(digits[-1])) % 10 == 1


def day(year: str, month: str, day_: str) -> bool:
    """Whether such a day exists. Two digits of a year are taken for a leap year when any century makes them one."""
    try:
        date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day_))
    except ValueError:
        return False
    return True


def yymmdd(number: str, *, month_off: tuple[int, ...] = (0,), day_off: tuple[int, ...] = (0,)) -> bool:
    """Whether a number begins with a day, year first. Some registers add an offset to the month or to the day."""
    return any(
        day(number[:2], str(int(number[2:4]) - m), str(int(number[4:6]) - d)) for m in month_off for d in day_off
    )


def ddmmyy(number: str, *, month_off: tuple[int, ...] = (0,), day_off: tuple[int, ...] = (0,)) -> bool:
    """The same with the day first."""
    return yymmdd(number[4:6] + number[2:4] + number[:2], month_off=month_off, day_off=day_off)
