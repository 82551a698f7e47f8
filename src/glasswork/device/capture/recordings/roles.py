"""What Windows and macOS call an element, in the words of ARIA. What is missing is `none`.

Windows: control types of UI Automation. macOS: the roles of NSAccessibility (AXRoleConstants.h); a subrole that
says more wins.
"""

from typing import Final

from glasswork.redact import RedactionFailed, is_secret_label
from glasswork.schema.words import Role

CONTROL_TYPES: Final[dict[str, Role]] = {
    "ButtonControl": Role.BUTTON,
    "CheckBoxControl": Role.CHECKBOX,
    "ComboBoxControl": Role.COMBOBOX,
    "DataGridControl": Role.GRID,
    "DataItemControl": Role.ROW,
    "DocumentControl": Role.DOCUMENT,
    "EditControl": Role.TEXTBOX,
    "GroupControl": Role.GROUP,
    "HeaderControl": Role.ROW,
    "HeaderItemControl": Role.COLUMNHEADER,
    "HyperlinkControl": Role.LINK,
    "ImageControl": Role.IMG,
    "ListControl": Role.LISTBOX,
    "ListItemControl": Role.OPTION,
    "MenuBarControl": Role.MENUBAR,
    "MenuControl": Role.MENU,
    "MenuItemControl": Role.MENUITEM,
    "PaneControl": Role.GROUP,
    "ProgressBarControl": Role.PROGRESSBAR,
    "RadioButtonControl": Role.RADIO,
    "ScrollBarControl": Role.SCROLLBAR,
    "SeparatorControl": Role.SEPARATOR,
    "SliderControl": Role.SLIDER,
    "SpinnerControl": Role.SPINBUTTON,
    "SplitButtonControl": Role.BUTTON,
    "StatusBarControl": Role.STATUS,
    "TabControl": Role.TABLIST,
    "TabItemControl": Role.TAB,
    "TableControl": Role.TABLE,
    "TextControl": Role.TEXT,
    "TitleBarControl": Role.GROUP,
    "ToolBarControl": Role.TOOLBAR,
    "ToolTipControl": Role.TOOLTIP,
    "TreeControl": Role.TREE,
    "TreeItemControl": Role.TREEITEM,
    "WindowControl": Role.WINDOW,
}

AX_ROLES: Final[dict[str, Role]] = {
    "AXApplication": Role.APPLICATION,
    "AXBusyIndicator": Role.PROGRESSBAR,
    "AXButton": Role.BUTTON,
    "AXCell": Role.CELL,
    "AXCheckBox": Role.CHECKBOX,
    "AXComboBox": Role.COMBOBOX,
    "AXDisclosureTriangle": Role.BUTTON,
    "AXGroup": Role.GROUP,
    "AXHeading": Role.HEADING,
    "AXImage": Role.IMG,
    "AXIncrementor": Role.SPINBUTTON,
    "AXLink": Role.LINK,
    "AXList": Role.LIST,
    "AXMenu": Role.MENU,
    "AXMenuBar": Role.MENUBAR,
    "AXMenuBarItem": Role.MENUITEM,
    "AXMenuButton": Role.BUTTON,
    "AXMenuItem": Role.MENUITEM,
    "AXOutline": Role.TREE,
    "AXPopUpButton": Role.COMBOBOX,
    "AXProgressIndicator": Role.PROGRESSBAR,
    "AXRadioButton": Role.RADIO,
    "AXRadioGroup": Role.GROUP,
    "AXRow": Role.ROW,
    "AXScrollArea": Role.GROUP,
    "AXScrollBar": Role.SCROLLBAR,
    "AXSheet": Role.DIALOG,
    "AXSlider": Role.SLIDER,
    "AXSplitGroup": Role.GROUP,
    "AXStaticText": Role.TEXT,
    "AXTabGroup": Role.TABLIST,
    "AXTable": Role.TABLE,
    "AXTextArea": Role.TEXTBOX,
    "AXTextField": Role.TEXTBOX,
    "AXToolbar": Role.TOOLBAR,
    "AXWebArea": Role.DOCUMENT,
    "AXWindow": Role.WINDOW,
}

AX_SUBROLES: Final[dict[str, Role]] = {
    "AXDialog": Role.DIALOG,
    "AXOutlineRow": Role.TREEITEM,
    "AXSearchField": Role.SEARCHBOX,
    "AXSwitch": Role.SWITCH,
    "AXSystemDialog": Role.ALERTDIALOG,
    "AXTabButton": Role.TAB,
    "AXToggle": Role.BUTTON,
}

SECURE_SUBROLE: Final = "AXSecureTextField"

EDITABLE: Final = frozenset((Role.TEXTBOX, Role.SEARCHBOX, Role.COMBOBOX, Role.SPINBUTTON))
"""Roles that are typed into."""


def aria(control_type: str, ax_role: str = "", ax_subrole: str = "") -> Role:
    """The ARIA role of an element of either system."""
    return CONTROL_TYPES.get(control_type) or AX_SUBROLES.get(ax_subrole) or AX_ROLES.get(ax_role) or Role.NONE


def named_secret(*names: str, field_type: str = "", autocomplete: str = "") -> bool:
    """Whether a field's names, HTML type or `autocomplete` say that it holds a secret, or cannot be judged."""
    try:
        return any(is_secret_label(name, field_type=field_type, autocomplete=autocomplete) for name in names or ("",))
    except RedactionFailed:
        return True
