"""What Rust refuses by the look of it: the kinds of most that stands in it are inferred, and are not known from the text."""

import re

UNTYPED = re.compile(r"\b(?:Vec::|vec!|collect\b|None\b|Default::)")  # of that kind which its uses are of
TYPE = re.compile(r"(?<![\w:])[A-Z]\w*[a-z]\w*(?!\w|::|\s*[({])")  # a type's name where a value stands
SIGNED = {"f64", "f32", "isize", "i32", "i64"}
GIVING = re.compile(r"\bfn\s+(\w+).*->\s*&?\s*(.+?)\s*$", re.DOTALL)  # a function's name, and what it gives
ITERATING = re.compile(
    "iter|iter_mut|into_iter|map|enumerate|zip|chain|step_by|skip|take|rev|copied|cloned|collect|sum|product|fold|chunks|windows|chunks_exact"
    "|chunks_exact_mut|as_slice|as_mut_slice|to_vec|clone|len|last|first"
)
EITHER = ({"skip", "take"}, {"sum", "product"}, {"first", "last"}, {"chunks", "chunks_exact"})

PLACE, INDEX = re.compile(r"&\s*(?:mut\s+)?\*?\w+(?:(?:\.|::)\w+)*"), re.compile(r"\[[^\[\]]*\]")


def lends(text: str) -> bool:
    """Whether it is a reference to what is made there, and not to what has a place: it must not be kept."""
    while (plain := INDEX.sub("", text)) != text:
        text = plain
    return text.startswith("&") and not PLACE.fullmatch(text)


def refuses(old: str, new: str) -> bool:
    """Whether one may hardly stand where the other does."""
    is_other = bool(ITERATING.fullmatch(old) or ITERATING.fullmatch(new)) and {old, new} not in EITHER
    is_typed = bool(UNTYPED.search(old)) and not UNTYPED.search(new)
    return is_other or is_typed or (bool(TYPE.search(new)) and not TYPE.search(old))
