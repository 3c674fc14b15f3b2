"""The end of a process in words."""

import signal


def how(code: int) -> str:
    """What an exit code tells, a negative one being that of a signal."""
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was killed by {signal.Signals(-code).name if -code in set(signal.Signals) else f'signal {-code}'}"
