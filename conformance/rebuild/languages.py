"""Languages of programs: how a text in one has changes beside what stands there."""

from itertools import pairwise
from typing import Any, NamedTuple

from .text import Text

PICK = "RNNSPEC_PICK"  # names the file in the program's environment
MARKS = 4096  # statements whose numbers the file has room for, behind the number that is read and a clock
# behind them: how often the program was to begin anew, and has; how often it crashed; the id of what it is asked; whether it may serve
SERVED = 2 + MARKS
SIZE = SERVED + 8  # numbers in the file
MOMENT = 0.0003  # seconds, of what reads a file ten times a millisecond


class Language(NamedTuple):
    """`prelude` defines `rnnspec_pick`, the number; `choice` is one of several expressions, `other` the last; `instead` is one of several statements.
    A program may have read the number `moment` seconds before it uses it. One in C stands by to begin anew, as in American fuzzy lop's fork
    server (Zalewski 2014, lcamtuf.coredump.cx/afl): the process that is asked is a child of one that has done nothing yet.
    """

    prelude: str
    choice: str
    other: str
    instead: str
    moment: float = 0.0
    mark: str = ""  # says that a statement begins
    of_index: str = ""  # makes a whole number of what is in brackets behind it
    first: str = ""  # before the choices, where the first one says of which type they all are
    lent: Any = None  # the language of expressions that lend something, which must not be kept
    is_last: bool = False  # whether the prelude stands behind all else


C = Language(
    r"""#ifndef RNNSPEC_PICKED
#define RNNSPEC_PICKED
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile int *rnnspec_picked(void) {
    static volatile int none[4106], *at;
    if (at) return at;
    const char *path = getenv("RNNSPEC_PICK");
    void *shared = path ? mmap(0, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, open(path, O_RDWR), 0) : MAP_FAILED;
    return at = shared == MAP_FAILED ? none : (volatile int *)shared;
}
#ifndef __cplusplus
int kill(pid_t, int), setenv(const char *, const char *, int), usleep(unsigned);
#endif
__attribute__((constructor)) static void rnnspec_serve(void) {
    volatile int *served = rnnspec_picked() + 4098;
    char said[] = "{\"id\":\"            \",\"error\":\"it crashed\"}\n";
    int i;
    if (!served[7] || getenv("RNNSPEC_SERVED") || setenv("RNNSPEC_SERVED", "1", 1)) return;
    for (;;) {
        int asked = served[0], how = 0;
        pid_t ended = 0, child = fork();
        if (child <= 0) return;
        served[1] = asked;
        while (!(ended = waitpid(child, &how, WNOHANG)) && served[0] == asked) usleep(50);
        if (!ended) { kill(child, 9); waitpid(child, &how, 0); continue; }
        if (how == 0) _exit(0);
        for (i = 0; i < 12; i++) said[7 + i] = ((volatile char *)(served + 3))[i];
        served[2]++;
        if (write(1, said, sizeof said - 1) < 0) _exit(1);
    }
}
#define rnnspec_pick (*rnnspec_picked())
#define rnnspec_mark(n) (rnnspec_picked()[2 + (n)] = ++rnnspec_picked()[1])
#endif
""",
    "rnnspec_pick == {n} ? ({new}) :\n",
    "({old})",
    "if (rnnspec_pick == {n}) { {new}; }\nelse ",
    mark="rnnspec_mark({n}); ",
    of_index="(long)",
)
JAVASCRIPT = Language(
    """{reader}
let rnnspec_read = -1, rnnspec_number = 0;
function rnnspec_pick() {
    const now = performance.now();
    if (now - rnnspec_read > 0.1) {
        rnnspec_number = process.env.RNNSPEC_PICK ? rnnspec_fs.readFileSync(process.env.RNNSPEC_PICK).readInt32LE(0) : 0;
        rnnspec_read = now;
    }
    return rnnspec_number;
}
let rnnspec_marked, rnnspec_clock = 0;
function rnnspec_mark(n) {
    rnnspec_marked ??= process.env.RNNSPEC_PICK ? rnnspec_fs.openSync(process.env.RNNSPEC_PICK, "r+") : -1;
    if (rnnspec_marked >= 0) rnnspec_fs.writeSync(rnnspec_marked, Int32Array.of(++rnnspec_clock), 0, 4, 8 + 4 * n);
}
""",
    "rnnspec_pick() == {n} ? ({new}) :\n",
    "({old})",
    "if (rnnspec_pick() == {n}) { {new}; }\nelse ",
    MOMENT,
    mark="rnnspec_mark({n}); ",
)
RUST = Language(
    """fn rnnspec_pick() -> i32 {
    use std::sync::Mutex;
    static READ: Mutex<Option<(std::time::Instant, i32)>> = Mutex::new(None);
    let mut read = READ.lock().unwrap();
    match *read {
        Some((when, number)) if when.elapsed().as_micros() < 100 => number,
        _ => {
            let bytes = std::env::var("RNNSPEC_PICK").ok().and_then(|path| std::fs::read(path).ok()).unwrap_or(vec![0; 4]);
            let number = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            *read = Some((std::time::Instant::now(), number));
            number
        }
    }
}
""",
    "if rnnspec_pick() == {n} { rnnspec_one = {new}; }\nelse ",
    "{ unreachable!() } rnnspec_one }",
    "if rnnspec_pick() == {n} { {new}; }\nelse ",
    MOMENT,
    first="{ let rnnspec_one; if !matches!(rnnspec_pick(), {several}) { rnnspec_one = {old}; }\nelse ",
    is_last=True,
)
LENT = RUST._replace(
    choice="if rnnspec_pick() == {n} { {new} }\nelse ",
    other="{ unreachable!() }",
    first="if !matches!(rnnspec_pick(), {several}) { {old} }\nelse ",
)
SCRIPTS = (".js", ".mjs", ".cjs")
ENDINGS = {
    **dict.fromkeys((".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh"), C),
    **dict.fromkeys(SCRIPTS, JAVASCRIPT),
    ".rs": RUST._replace(lent=LENT),
}


def prelude(text: Text) -> str:
    language = ENDINGS[text.path.suffix]
    is_module = text.path.suffix == ".mjs" or any(
        one.text in ("import", "export") and after.text not in ("(", ".") for one, after in pairwise(text.tokens)
    )
    reader = 'import * as rnnspec_fs from "node:fs";' if is_module else 'const rnnspec_fs = require("node:fs");'
    return language.prelude.replace("{reader}", reader)
