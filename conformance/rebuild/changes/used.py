"""What the functions of a text use, of which changes are made."""

import re
from collections import Counter, defaultdict
from functools import cached_property
from itertools import pairwise

from ..blocks import is_statement
from ..kinds import Kinds
from ..languages import CPP, SCRIPTS
from .arrays import Arrays
from .change import UP_TO

DECLARED = {",", ")", ":", "=", "[", ";"}  # behind a name that is
MAKING = {"?", "||", ",", "]", "}"}  # behind what is made where it is not yet, or beside others
BINARY = {"+", "-", "*", "/"}
LONGEST = 40  # characters of what may be a factor
GIVING_NOTHING = re.compile(r"\bvoid\s+(?:\w+::)*(\w+)\s*\(")
TYPES = re.compile(r"\b(?:struct|class|using|namespace|typedef[^;{}]*\b)\s+(\w+)\s*[{=;:]")

VALUE = r"\w+ = -?(?:\d[\w.]*(?:(?<=e)-\d+)?|(?i:\w*(?:inf|max|min)\w*))"  # a number, or a constant that is one
GROUP = re.compile(rf"(?!.*\bconst\b)(?:let |var |(?:[\w:]+ )+)({VALUE}(?:, {VALUE})*)")


class Used(Arrays):
    """By a function's number, in the text's order."""

    @cached_property
    def kinds(self) -> Kinds:
        return Kinds(self.text, self.names)

    @cached_property
    def factors(self) -> dict[int, list[str]]:
        """By function, what its products and sums are of and what is an element, what is used most first."""
        found = dict[int, dict[str, int]]()
        for row in self.text.rows:
            own = found.setdefault(row.function, {})
            for part in self.text.parts(row.first, row.end):
                beside = {self.tokens[p].text for p in (part.first - 1, part.end) if 0 <= p < len(self.tokens)}
                text = self.text.cut(part)
                is_some = bool(beside & BINARY) or text.endswith("]")
                if is_some and len(text) <= LONGEST and self.tokens[part.first].text != "(":
                    own[text] = own.get(text, 0) + 1
        return {key: sorted(own, key=lambda text: -own[text]) for key, own in found.items()}

    @cached_property
    def calls(self) -> dict[tuple[str, int], dict[tuple[str, ...], None]]:
        """By function and number of arguments, what it is called with."""
        found = dict[tuple[str, int], dict[tuple[str, ...], None]]()
        places = (p for row in self.text.rows if row.is_inside for p in range(row.first, row.end))
        for place in (p for p in places if p + 1 in self.text.pairs and not self.names.is_declared(p)):
            if self.tokens[place].kind == "name" and self.tokens[place + 1].text == "(":
                several = self.text.cuts(place + 2, self.text.pairs[place + 1])
                own = found.setdefault((self.tokens[place].text, len(several)), {})
                own[tuple(self.said(a, b) for a, b in several)] = None
        return found

    @cached_property
    def called_with(self) -> defaultdict[tuple[str, ...], list[str]]:
        """The functions that are called with the same arguments."""
        found = defaultdict[tuple[str, ...], list[str]](list)
        for (name, _), several in self.calls.items():
            for given in several:
                found[given].append(name)
        return found

    @cached_property
    def with_argument(self) -> dict[str, list[str]]:
        """The calls that have one, of several."""
        found = defaultdict[str, list[str]](list)
        for (name, count), several in self.calls.items():
            for given in several if count > 1 and name not in self.names.doing else ():
                for one in given:
                    found[one].append(f"{name}({', '.join(given)})")
        return found

    @cached_property
    def bounds(self) -> dict[int, dict[str, dict[str, None]]]:
        """By function and by what counts in a loop, up to where: `i < n`, `0..n`."""
        found = dict[int, dict[str, dict[str, None]]]()
        for row in self.text.rows:
            for place in range(row.first + 2, row.end):
                mark, name = self.tokens[place - 1].text, self.tokens[place - 2].text
                if mark == ".." and place > row.first + 3:
                    name = self.tokens[place - 4].text
                bound = self.text.part_from(place, row.end)
                if mark in ("<", "..") and bound and name.isidentifier():
                    found.setdefault(row.function, {}).setdefault(name, {})[self.text.cut(bound)] = None
        return found

    @cached_property
    def ends(self) -> defaultdict[int, dict[str, None]]:
        """By function, up to where its loops and ranges go."""
        found = defaultdict[int, dict[str, None]](dict)
        for row in self.text.rows:
            for place in range(row.first + 1, row.end):
                if self.tokens[place - 1].text in UP_TO and (bound := self.text.part_from(place, row.end)):
                    found[row.function][self.text.cut(bound)] = None
        return found

    @cached_property
    def beginnings(self) -> defaultdict[int, dict[str, str]]:
        """By function, the names that are declared with a number, and that number."""
        found = defaultdict[int, dict[str, str]](dict)
        for row in self.text.rows:
            for place in (p for p in range(row.first + 1, row.end - 2) if self.begins(p)):
                found[row.function][self.tokens[place].text] = self.tokens[place + 2].text
        return found

    @cached_property
    def begun(self) -> defaultdict[int, list[str]]:
        """By function, what gives the names of a declaration their first values once more, where one is no number or they are several."""
        found = defaultdict[int, list[str]](list)
        for row in self.text.rows if self.text.path.suffix != ".rs" else ():
            match = GROUP.fullmatch(self.said(row.first, row.end))
            if match and ("," in match[1] or not match[1][-1].isdigit()):
                found[row.function].append(match[1])
        return found

    def begins(self, place: int) -> bool:
        """Whether a name stands there that is declared with a number."""
        if not 0 < place < len(self.tokens) - 2:
            return False
        before, name, mark, value = self.tokens[place - 1 : place + 3]
        is_new = before.kind == "word" or before.text == ","
        return is_new and (name.kind, mark.text, value.kind) == ("name", "=", "number")

    @cached_property
    def greatest(self) -> defaultdict[int, set[str]]:
        """By function, names that stand where the greatest of several is chosen."""
        found = defaultdict[int, set[str]](set)
        for row in self.text.rows:
            own = self.tokens[row.first : row.end]
            is_chosen = own[:1] and own[0].text == "if" and {"<", ">"} & {one.text for one in own}
            if is_chosen or any("max" in one.text.lower() for one in own):
                found[row.function] |= {one.text for one in own if one.kind == "name"}
        return found

    @cached_property
    def unused(self) -> dict[int, list[str]]:
        """By function, names that stand in its head, or are declared, and nowhere else."""
        times, new = defaultdict[int, Counter[str]](Counter), defaultdict[int, list[str]](list)
        for row in self.text.rows:
            is_head = not row.is_inside and self.tokens[min(row.end, len(self.tokens) - 1)].text == "{"
            for place in range(row.first, row.end):
                token = self.tokens[place]
                after = self.tokens[place + 1].text if place + 1 < len(self.tokens) else ""
                times[row.function][token.text] += token.kind == "name"
                is_new = after in DECLARED and (self.names.is_declared(place) or (is_head and self._is_given(place)))
                if token.kind == "name" and (is_new or place in self.text.bound):
                    new[row.function].append(token.text)
                once = {key: [name for name in several if times[key][name] == 1] for key, several in new.items()}
        return {key: [name for name in several if name[0] != "_"] for key, several in once.items()}  # which is to be so

    @cached_property
    def unmade(self) -> dict[int, dict[str, None]]:
        """By function, what of `this` elements are written into, and that is itself never written to, in JavaScript."""
        if self.text.path.suffix not in SCRIPTS:
            return {}
        filled = defaultdict[int, dict[str, None]](dict)
        made = {
            f"this.{one.text}" for one, after in pairwise(self.tokens) if after.text == "="
        }  # a class's fields, too
        for row in self.text.rows:
            for place in (p for p in range(row.first, row.end - 2) if self.tokens[p].text == "this"):
                name, after = f"this.{self.tokens[place + 2].text}", self.tokens[place + 3 : place + 4]
                if not after or after[0].text in MAKING:
                    made.add(name)
                elif after[0].text == "[" and self._is_written_to(self.text.pairs.get(place + 3, 0)):
                    filled[row.function][name] = None
        return {key: {name: None for name in names if name not in made} for key, names in filled.items()}

    def _is_written_to(self, end: int) -> bool:
        return 0 < end < len(self.tokens) - 1 and self.tokens[end + 1].text == "="

    def _is_given(self, place: int) -> bool:
        """Whether a function has a name there in its head by which it is given something."""
        before, after = (self.tokens[at].text for at in (place - 1, place + 1))
        ending = self.text.path.suffix
        if ending == ".rs":
            return after == ":"
        return before in ("(", ",", "{") if ending in SCRIPTS else before in ("*", "&")

    @cached_property
    def statements(self) -> defaultdict[int, dict[str, None]]:
        """By function, those that may stand elsewhere."""
        found = defaultdict[int, dict[str, None]](dict)
        for row in (one for one in self.text.rows if is_statement(self.text, one)):
            found[row.function][self.said(row.first, row.end)] = None
        return found

    @cached_property
    def giving_nothing(self) -> set[str]:
        """Functions that are declared to give no value, in C."""
        return {match[1] for match in GIVING_NOTHING.finditer(self.text.whole)}

    @cached_property
    def scopes(self) -> set[str]:
        """Names that are reached into by `::`, in C++."""
        return {one.text for one, after in pairwise(self.tokens) if one.kind == "name" and after.text == "::"}

    @cached_property
    def types(self) -> set[str]:
        """Scopes, names of what is declared as a type, and in C++ those that stand before what a template is of, and nowhere else."""
        of_templates, others = set[str](), set[str]()
        for place, (one, after) in enumerate(pairwise(self.tokens)):
            if one.kind == "name" and self.is_cpp:
                is_reached = place > 0 and self.tokens[place - 1].text in (".", "->")
                is_before = after.text == "<" and after.start == one.end and not is_reached
                (of_templates if is_before else others).add(one.text)
        return {*self.scopes, *(of_templates - others), *(match[1] for match in TYPES.finditer(self.text.whole))}

    @cached_property
    def is_cpp(self) -> bool:
        """Whether it is C++, as far as its name or a template in it tells."""
        return self.text.path.suffix in CPP or bool(re.search(r"\btemplate\s*<", self.text.whole))

    @cached_property
    def special(self) -> re.Pattern[str]:
        """Any of these, or of the functions that give nothing."""
        names = "|".join(map(re.escape, sorted({*self.types, *self.giving_nothing})))
        return re.compile(rf"\b({names or '(?!)'})\b")

    @cached_property
    def conditions(self) -> dict[int, dict[str, None]]:
        """By function, its conditions, and what they would be turned round."""
        found = dict[int, dict[str, None]]()
        for row in self.text.rows:
            for place in range(row.first, row.end - 1):
                if self.tokens[place].text == "if" and place + 1 in self.text.pairs:
                    own = self.said(place + 2, self.text.pairs[place + 1])
                    found.setdefault(row.function, {}).update({own: None, f"!({own})": None})
        return found
