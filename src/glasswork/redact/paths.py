"""Where a path through somebody's folder ends: names have spaces in them, and sentences go on behind it."""

import re

from glasswork.redact.checks import Spans

_MOST_WORDS = 5  # of the name of a folder or a file
_SEPARATOR = re.compile(r"[\\/]")
_ENDING = re.compile(r"\.\w{1,5}(?!\w)")


def below(text: str, start: int, end: int) -> Spans:
    """A path as far as its folders go, and the file at its end: up to a word with an ending, or else one word."""
    position = start
    for separator in _SEPARATOR.finditer(text, start, end):
        if text.count(" ", position, separator.start()) >= _MOST_WORDS:
            break
        position = separator.end()
    words = text[position:end].split(" ")[:_MOST_WORDS]
    named = [(n, ending.end()) for n, word in enumerate(words) for ending in _ENDING.finditer(word)]
    last, length = named[-1] if named else (0, len(words[0]))
    yield start, position + len(" ".join([*words[:last], ""])) + length
