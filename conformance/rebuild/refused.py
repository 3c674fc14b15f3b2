"""What a compiler, or an interpreter, says of a text that it refuses."""

import re

UNKNOWN = re.compile(  # but for the beginning and the end of what is no range
    r"error: .(?!begin\b|end\b)(\w+). (?:undeclared|was not declared)|cannot find (?:value|function).*?`(\w+)`"
)
MISSING = re.compile(r"undefined reference to .(\w+)")
# also where a function is called that is not known yet: a compiler of C refuses its definition further down
BESIDE = re.compile(r"[\d:,)]*\s*((fatal )?error\b|note: previous implicit declaration)")
# which is the mistake, and not the use behind it
MOVED = re.compile(r"^ *(\d+) .*\|.*\n\s*\|.* value moved here", re.MULTILINE)
# what is done with something in a function, or several times with what may not be changed, and not where that begins or is declared
CHANGED = re.compile(r"^ *(\d+) .*\|.*\n\s*\|.* (?:cannot borrow as mutable|occurs due to use)", re.MULTILINE)
# in Rust, of a value that is lent out or given away: it may be by another change
CLASHING = re.compile(r"error\[E0(382|499|502|503|505|506)\]")
QUOTED = re.compile(r"^ *(\d+) +[|~+-]", re.MULTILINE)
HEAD = re.compile(r"(error|warning|note|help)\b")


def unknown_in(said: str, name: str) -> dict[int, set[str]]:
    """By line of a file, the names that a compiler does not know there: behind the line, or before it."""
    place, found, told = re.compile(rf"(?<![\w.-]){re.escape(name)}[:(](\d+)"), dict[int, set[str]](), set[str]()
    for line in said.splitlines():
        now, at = {one for pair in UNKNOWN.findall(line) for one in pair if one}, place.search(line)
        told = now or told
        if at and told and (now or "-->" in line):
            found.setdefault(int(at[1]), set()).update(told)
            told = set()
    return found


def missing_in(said: str) -> set[str]:
    """Functions that a linker does not find."""
    return set(MISSING.findall(said))


def lines_of(said: str, name: str) -> set[int]:
    """The lines of a file in which a compiler, or an interpreter, says that an error is: beside the word, or below a line that begins with it."""
    found = set[int]()
    for block in said.split("\n\n"):
        if own := _lines_in(block, name):
            done, moved = ({int(line) for line in form.findall(block)} for form in (CHANGED, MOVED))
            found |= (done or own) | moved
    return found


def _errors(said: str) -> list[str]:
    """What Rust says of each, from the word on: what builds may have said something before it."""
    return re.findall(r"^error\b.*?(?=\n\n|\Z)", said, re.MULTILINE | re.DOTALL)


def _lines_in(block: str, name: str) -> set[int]:
    place, found, head = re.compile(rf"(?<![\w.-]){re.escape(name)}[:(](\d+)"), set[int](), ""
    for line in block.splitlines():
        if match := HEAD.match(line):
            head = match[1]
        if at := place.search(line):
            below = head == "error" if "-->" in line else line.endswith(at[0])
            found |= {int(at[1])} if below or BESIDE.match(line, at.end()) else set()
    return found


def chosen_in(said: str, name: str) -> set[int]:
    """The lines of choices between a number and an address: a compiler of C warns of them, and refuses what is done with the choice."""
    return {
        int(line) for line in re.findall(rf"(?<![\w.-]){re.escape(name)}:(\d+):.*type mismatch in conditional", said)
    }


def mistyped_in(said: str, name: str) -> dict[int, set[str]]:
    """Of each line in which Rust finds a value of another type, the names in it: of which type a variable is goes by where it is used first."""
    found = dict[int, set[str]]()
    for block in (one for one in _errors(said) if one.startswith("error[E0308]")):
        for line in _lines_in(block, name):
            if shown := re.search(rf"^ *{line} +\|(.*)\n +\|(.*)", block, re.MULTILINE):
                under = "".join(text for text, mark in zip(*shown.groups(), strict=False) if mark == "^")
                found.setdefault(line, set()).update(re.findall(r"[a-z_]\w*", under))
    return found


def called_in(said: str, name: str) -> set[int]:
    """The lines where a call begins of which a compiler of C++ says that no function takes all that it is given: any of that may be it."""
    return {int(line) for line in re.findall(rf"(?<![\w.-]){re.escape(name)}:(\d+):\d+: error: no matching ", said)}


def instantiated_in(said: str, name: str) -> set[int]:
    """The lines for which a template was written out that is refused, which a compiler of C++ tells before the error: of each template once."""
    return {int(line) for line in re.findall(rf"(?<![\w.-]){re.escape(name)}:(\d+):\d+:\s+required from", said)}


def expanded_in(said: str, name: str) -> set[int]:
    """The lines where a macro stands in which an error is."""
    return {int(line) for line in re.findall(rf"(?<![\w.-]){re.escape(name)}:(\d+):.* in expansion of macro", said)}


def quoted_in(said: str, name: str) -> dict[int, set[int]]:
    """Of each line in which an error is, the others of the file that a compiler shows with it."""
    found = dict[int, set[int]]()
    for block in _errors(said):
        if lines := sorted(lines_of(block, name)):
            found.setdefault(lines[0], set()).update(int(line) for line in QUOTED.findall(block))
    return found


def beside_in(said: str, name: str) -> dict[int, set[int]]:
    """Of each line in which an error is, the others of the file that a compiler names with it, as where a closure begins."""
    place, found = re.compile(rf"(?<![\w.-]){re.escape(name)}:(\d+):"), dict[int, set[int]]()
    for block in _errors(said):
        for line in lines_of(block, name):
            found.setdefault(line, set()).update({int(other) for other in place.findall(block)} - {line})
    return found


def clashing_in(said: str, name: str) -> set[int]:
    """The lines that are refused for what may be another's sake."""
    blocks = (block for block in _errors(said) if CLASHING.match(block))
    return {line for block in blocks for line in lines_of(block, name)}
