"""A module that does the worst there is, a function each: where a candidate may break the process that it runs in."""

HOSTILE = """
import ctypes, os, subprocess, sys, time
import numpy as np
from rnnspec.reference import rnn_forward as right, sigmoid

def segfault(): ctypes.string_at(0)
def abort(): os.abort()
def leave(): ctypes.CDLL(None)._exit(0)
def exit(): sys.exit(0)
def hang(): time.sleep(1000)
def spin():
    while True: pass
def exhaust():
    held = []
    while True: held.append(np.ones(1 << 22))
def prints():
    print("x" * 1_000_000)
    os.write(1, b'{"id": "0"}\\n')
    sys.__stdout__.flush()
def writes_10_mb_to_stderr(): sys.stderr.write("noise " * 1_700_000)
def reads_stdin(): sys.stdin.read()
def forks_and_returns_twice(): os.fork()
def closes_every_file(): os.closerange(3, 256)
def leaves_a_daemon():
    daemon = subprocess.Popen(["sleep", "1000"], start_new_session=True, stdin=subprocess.DEVNULL)
    print("daemon", daemon.pid, file=open(os.environ["PIDS"], "a"), flush=True)
def leaves_a_daemon_and_hangs():
    leaves_a_daemon()
    hang()

def rnn_forward(x, a0, parameters, c=None):
    if x.shape[1] > 1:
        globals()[os.environ["HOW"]]()
    return right(x, a0, parameters)
"""
