"""How long edits are tried: until time is up, and behind one that fits for some more."""

from dataclasses import dataclass, field
from math import inf

from ...clock import spent

# behind one that fits a quarter more is tried, and so many edits, whatever a machine takes for them …
AGAIN, MORE = 0.25, 2000
A_WHILE = 0.2  # … but not for longer than twice this, in seconds, and twice that share of the time until then
A_SECOND = 1.0  # as long again and this for what explains all, where some is explained
EVERY = 64  # edits, between two looks at the clock


@dataclass
class Patience:
    """For so many seconds."""

    seconds: float
    tried: int = 0
    _enough: float = inf
    _begun: float = field(default_factory=spent)

    def __post_init__(self) -> None:
        self._until = self._begun + self.seconds

    def is_over(self) -> bool:
        """Asked once for each edit that is tried."""
        self.tried += 1
        return self.tried > self._enough or (self.tried % EVERY == 0 and spent() > self._until)

    def is_named(self) -> None:
        """One fits."""
        now = spent()
        self._enough = min(self._enough, (1 + AGAIN) * self.tried + MORE)
        self._until = min(self._until, now + 2 * (AGAIN * (now - self._begun) + A_WHILE))

    def is_named_in_part(self) -> None:
        """One fits some of what is wrong."""
        now = spent()
        self._until = min(self._until, now + (now - self._begun) + A_SECOND)
