"""What accessibility answers, read with distrust."""

import pytest

from glasswork.device.capture import roles
from glasswork.device.capture.atspi import box_of, contains, has_state, host
from glasswork.device.capture.roles import State
from glasswork.schema.words import Role


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://Shop.Example/orders?id=4#top", "shop.example"),
        ("http://user:secret@shop.example:8080/", "shop.example"),
        ("https://shop.example?q=a@b", "shop.example"),
        ("file:///home/someone/letter.html", ""),
        ("data:text/html,hello", ""),
        ("", ""),
    ],
)
def test_of_an_address_only_the_host_is_kept(address: str, expected: str) -> None:
    assert host(address) == expected


def test_a_role_is_harmless_only_if_nothing_can_hide_in_it() -> None:
    assert roles.is_secret_role(roles.PASSWORD_TEXT) is True
    assert roles.is_secret_role(61) is False  # text
    assert roles.is_secret_role(43) is False  # push button
    for opaque in (0, 6, 23, 60, 67, roles.DOCUMENT_WEB, 5000):
        assert roles.is_secret_role(opaque) is None
    assert roles.aria(35) is Role.MENUITEM
    assert roles.aria(5000) is Role.NONE


def test_states_and_boxes() -> None:
    assert has_state(([1 << 12, 0],), State.FOCUSED)
    assert not has_state(([0],), State.FOCUSED)
    assert not has_state(([],), State.FOCUSED)
    assert box_of(((1, 2, 3, 4),)) == (1, 2, 3, 4)
    assert box_of(((-(1 << 31), -(1 << 31), 1, 1),)) is None
    assert box_of(None) is None
    assert contains((10, 10, 5, 5), 14, 10)
    assert not contains((10, 10, 5, 5), 15, 10)
    assert not contains(None, 1, 1)
