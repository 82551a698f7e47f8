"""HTML elements in the words of ARIA: the roles that the HTML Accessibility API Mappings give them."""

from collections.abc import Mapping
from typing import Final

from glasswork.schema.words import Role

_TAGS: Final[dict[str, Role]] = {
    "area": Role.LINK,
    "article": Role.GROUP,
    "aside": Role.REGION,
    "button": Role.BUTTON,
    "details": Role.GROUP,
    "dialog": Role.DIALOG,
    "fieldset": Role.GROUP,
    "footer": Role.REGION,
    "form": Role.FORM,
    "header": Role.REGION,
    "hr": Role.SEPARATOR,
    "html": Role.DOCUMENT,
    "iframe": Role.GROUP,
    "img": Role.IMG,
    "li": Role.LISTITEM,
    "main": Role.REGION,
    "menu": Role.LIST,
    "meter": Role.PROGRESSBAR,
    "nav": Role.REGION,
    "ol": Role.LIST,
    "optgroup": Role.GROUP,
    "option": Role.OPTION,
    "output": Role.STATUS,
    "progress": Role.PROGRESSBAR,
    "section": Role.REGION,
    "select": Role.COMBOBOX,
    "summary": Role.BUTTON,
    "svg": Role.IMG,
    "table": Role.TABLE,
    "td": Role.CELL,
    "textarea": Role.TEXTBOX,
    "th": Role.COLUMNHEADER,
    "tr": Role.ROW,
    "ul": Role.LIST,
    **{f"h{level}": Role.HEADING for level in range(1, 7)},
}

_INPUTS: Final[dict[str, Role]] = {
    "button": Role.BUTTON,
    "checkbox": Role.CHECKBOX,
    "color": Role.BUTTON,
    "file": Role.BUTTON,
    "hidden": Role.NONE,
    "image": Role.BUTTON,
    "number": Role.SPINBUTTON,
    "radio": Role.RADIO,
    "range": Role.SLIDER,
    "reset": Role.BUTTON,
    "search": Role.SEARCHBOX,
    "submit": Role.BUTTON,
}
"""The `type` of an `input`; every other one is a text box."""

ARIA: Final = {role.value: role for role in Role if role not in (Role.NONE, Role.TERMINAL, Role.TEXT, Role.WINDOW)}
"""The roles of ARIA by their names."""


def role_of(tag: str, attributes: Mapping[str, str]) -> Role:
    """The role of an element: what its `role` attribute says, or else what its tag and type are; `none` for others."""
    for token in attributes.get("role", "").lower().split():
        if token in ARIA:
            return ARIA[token]
    tag = tag.lower()
    if tag == "input":
        return _INPUTS.get(attributes.get("type", "").lower(), Role.TEXTBOX)
    if tag == "a":
        return Role.LINK if "href" in attributes else Role.NONE
    if tag == "select" and ("multiple" in attributes or attributes.get("size", "1") not in ("", "0", "1")):
        return Role.LISTBOX
    if attributes.get("contenteditable", "false").lower() in ("", "true", "plaintext-only"):
        return Role.TEXTBOX
    return _TAGS.get(tag, Role.NONE)
