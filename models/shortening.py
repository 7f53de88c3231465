"""A long text stands in full once: where it is repeated, its beginning and where to read it."""

from collections.abc import Mapping

from models.codes import mask_numbers

LONG = 40  # characters; what is shorter may stand twice
HEAD = 16


def once(note: str, standing: Mapping[str, str]) -> str:
    """`note` without the long texts that stand elsewhere in full; `standing`: what a field is called → what it says.

    A field of several lines (措施：…) is looked for line by line as well, each without its own label.
    """
    if len(note) < LONG:
        return note
    for label, text in standing.items():
        for part in (text, *(line.partition("：")[2] for line in text.splitlines())):
            words = mask_numbers(part).strip().rstrip("。")  # a step joins its answers without the last full stop of each
            if len(words) >= LONG and words in note:
                short = f"{words[:HEAD]}……（全文见“{label}”）"
                note = note.replace(f"{words}。", short).replace(words, short)
    return note
