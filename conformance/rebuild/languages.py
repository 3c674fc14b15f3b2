"""Languages of programs: how a text in one has changes beside what stands there."""

import sys
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
    A program may have read the number `moment` seconds before it uses it. One in C or Rust stands by to begin anew, as in American fuzzy lop's fork
    server (Zalewski 2014, lcamtuf.coredump.cx/afl): the process that is asked is a child of one that has done nothing yet.
    """

    prelude: str
    choice: str
    other: str
    instead: str
    moment: float = 0.0
    mark: str = ""  # says that a statement begins
    of_index: str = ""  # makes a whole number of a number in brackets behind it
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
#ifdef __cplusplus
template <class T> static inline T rnnspec_index(T k) { return k; }
static inline long rnnspec_index(double k) { return (long)k; }
static inline long rnnspec_index(float k) { return (long)k; }
#if __cplusplus < 201103L && !defined noexcept
#define noexcept(x) 0
#endif
#else
#define rnnspec_index (long)
#endif
#ifndef __GNUC__
#define __builtin_classify_type(x) 1
#endif
#endif
""",
    "rnnspec_pick == {n} ? ({new}) :\n",
    "({old})",
    "if (rnnspec_pick == {n}) { {new}; }\nelse ",
    mark="rnnspec_mark({n}); ",
    of_index="rnnspec_index",
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
    r"""#[allow(warnings)]
fn rnnspec_pick() -> i32 {
    rnnspec_served::read(0)
}
#[allow(warnings)]
mod rnnspec_served {
    use std::sync::atomic::{AtomicUsize, Ordering};
    unsafe extern "C" {
        fn mmap(at: *mut i32, size: usize, protection: i32, flags: i32, file: i32, from: i64) -> *mut i32;
        fn fork() -> i32;
        fn waitpid(child: i32, how: *mut i32, options: i32) -> i32;
        fn kill(child: i32, signal: i32) -> i32;
        fn usleep(moment: u32) -> i32;
        fn write(file: i32, text: *const u8, size: usize) -> isize;
        fn _exit(code: i32) -> !;
    }
    static AT: AtomicUsize = AtomicUsize::new(0);
    static NONE: [i32; 4106] = [0; 4106];
    fn shared() -> *mut i32 {
        let known = AT.load(Ordering::Relaxed);
        if known != 0 { return known as *mut i32; }
        let file = std::env::var_os("RNNSPEC_PICK").and_then(|path| std::fs::File::options().read(true).write(true).open(path).ok());
        let at = file.map_or(std::ptr::null_mut(), |file| unsafe {
            mmap(std::ptr::null_mut(), 4 * NONE.len(), 3, 1, std::os::fd::IntoRawFd::into_raw_fd(file), 0)
        });
        let at = if at.is_null() || at as isize == -1 { NONE.as_ptr() as *mut i32 } else { at };
        AT.store(at as usize, Ordering::Relaxed);
        at
    }
    pub fn read(place: usize) -> i32 {
        unsafe { shared().add(place).read_volatile() }
    }
    fn put(place: usize, number: i32) {
        unsafe { shared().add(place).write_volatile(number) }
    }
    extern "C" fn serve() {
        if read(4105) == 0 || std::env::var_os("RNNSPEC_SERVED").is_some() { return; }
        unsafe { std::env::set_var("RNNSPEC_SERVED", "1") };
        loop {
            let (asked, mut how, mut ended) = (read(4098), 0, 0);
            let child = unsafe { fork() };
            if child <= 0 { return; }
            put(4099, asked);
            while ended == 0 && read(4098) == asked {
                ended = unsafe { waitpid(child, &mut how, 1) };
                if ended == 0 { unsafe { usleep(50) }; }
            }
            if ended == 0 { unsafe { kill(child, 9); waitpid(child, &mut how, 0) }; continue; }
            if how == 0 { unsafe { _exit(0) } }
            let id: String = (0..12).map(|k| unsafe { *(shared().add(4101) as *const u8).add(k) } as char).collect();
            let said = format!("{{\"id\":\"{id}\",\"error\":\"it crashed\"}}\n");
            put(4100, read(4100) + 1);
            if unsafe { write(1, said.as_ptr(), said.len()) } < 0 { unsafe { _exit(1) } }
        }
    }
    #[used]
    #[unsafe(link_section = ".init_array")]
    static BEGIN: extern "C" fn() = serve;
}
""",
    "if rnnspec_pick() == {n} { rnnspec_one = {new}; }\nelse ",
    "{ unreachable!() } rnnspec_one }",
    "if rnnspec_pick() == {n} { {new}; }\nelse ",
    MOMENT,
    first="{ let rnnspec_one; if !matches!(rnnspec_pick(), {several}) { rnnspec_one = {old}; }\nelse ",
    is_last=True,
)
READING = (  # where no code of a crate may be unsafe, or a compiler is older than what says so above
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
"""
)
LENT = RUST._replace(
    choice="if rnnspec_pick() == {n} { {new} }\nelse ",
    other="{ unreachable!() }",
    first="if !matches!(rnnspec_pick(), {several}) { {old} }\nelse ",
)
SCRIPTS = (".js", ".mjs", ".cjs")
CPP = (".cc", ".cpp", ".cxx", ".hpp", ".hh")
# behind a number: 0, where an expression may stand in for the old. Of choices in one another a compiler says of the last one alone that its type is wrong
TYPED = {
    **dict.fromkeys(
        (".c", ".h"),
        " + 0 * sizeof(char[1 - 2 * ((798 >> __builtin_classify_type({new}) ^ 798 >> __builtin_classify_type({old})) & 1)])",
    ),
    **dict.fromkeys(CPP, " + 0 * noexcept(1 ? ({new}) : ({old}))"),
}
ENDINGS = {
    **dict.fromkeys((".c", ".h", *CPP), C),
    **dict.fromkeys(SCRIPTS, JAVASCRIPT),
    ".rs": RUST._replace(lent=LENT),
}


def prelude(text: Text, is_plain: bool = False) -> str:
    """What defines `rnnspec_pick`; where it `is_plain` a program in Rust does not begin anew."""
    language = ENDINGS[text.path.suffix]
    if language.lent and (is_plain or sys.platform != "linux"):
        return READING
    is_module = text.path.suffix == ".mjs" or any(
        one.text in ("import", "export") and after.text not in ("(", ".") for one, after in pairwise(text.tokens)
    )
    reader = 'import * as rnnspec_fs from "node:fs";' if is_module else 'const rnnspec_fs = require("node:fs");'
    return language.prelude.replace("{reader}", reader)
