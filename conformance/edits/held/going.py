"""In which ways a backward may go with a forward that has what is found."""

from collections.abc import Sequence

from ..finding import RECURRENCES, Finding
from ..generated.texts.running import is_back
from ..generated.texts.walked import is_walked
from ..trace.handing import keeps_outputs
from ..trace.trace import Trace
from ..trace.ways import BLOCKS, CACHED, FOLLOWED, FROM_FIRST, MASKED, OF_LOOPS, OUTPUTS, REMADE, WAYS, WHOLE


def ways_of(trace: Trace, finding: Finding) -> Sequence[str]:
    """The likelier first."""
    if finding.texts:
        if any(map(is_back, finding.texts)) or not trace.begun:
            return (CACHED,)
        return (CACHED, FOLLOWED, *(OF_LOOPS if any(map(is_walked, finding.texts)) else ()))
    members = [*finding.members(trace)]
    if any(map(trace.is_ahead, members)):
        masked = (MASKED,) if any(map(trace.is_of_lengths, members)) else ()
        if trace.operation.family not in RECURRENCES:
            return (*WAYS, WHOLE, *masked, FROM_FIRST)
        return (*WAYS, WHOLE, *((OUTPUTS,) if keeps_outputs(trace) else ()), *BLOCKS, *masked, *REMADE)
    return (CACHED, *(FOLLOWED for i in members[:1] if i < trace.begun))
