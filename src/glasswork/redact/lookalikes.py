"""Letters of other scripts that look like Latin ones, and characters that look like nothing.

Chosen by eye among the letters that common fonts draw alike. Folding is for matching only: what it makes of honest
Cyrillic or Greek is never shown, and keywords in those scripts are folded the same way before they are compared.
"""

_PAIRS = (
    # Cyrillic
    ("авгеёзікмнорстухцһѕјԁԛԝүӏ", "abreeзikmhopctyxцhsjdqwyl"),
    ("АВГЕЁЗІКМНОРСТУХҺЅЈԌԚԜҮӀ", "ABГEEЗIKMHOPCTYXHSJGQWYI"),
    # Greek
    ("αβεικορτχ", "abeikoptx"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    # Armenian, Cherokee
    ("աոօսհցյզ", "wnouhgjq"),
    ("ᎪᏴᏟᎠᎬᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "ABCDEHiJKLMPRSTVWZ"),
    # Latin letters that NFKD leaves alone
    ("ıȷɑɡɩøłđðħŧſʟɴʀʏʙɢʜ", "ijagioldehtsLNRYBGH"),
    ("ØŁĐÐĦŦ", "OLDDHT"),
    # punctuation
    ("。｡∙·‧⋅․…", "........"),
    ("⁄∕⧸", "///"),
    ("∶ː꞉︓：", ":::::"),
    ("−⁃˗‒", "----"),
    ("‘’‚‛′“”„″", "'''''\"\"\"\""),
    ("\u2800\u3000", "  "),
)

_INVISIBLE = "\u115f\u1160\u3164\uffa0\u17b4\u17b5"  # fillers that Unicode calls letters

LOOKALIKES: dict[str, str] = {
    **dict.fromkeys(_INVISIBLE, ""),
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "þ": "th",
}
for _odd, _plain in _PAIRS:
    LOOKALIKES.update(zip(_odd, _plain, strict=True))
