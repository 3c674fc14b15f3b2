"""What rnnspec is to check: fill in what there is, leave the rest.

    rnnspec check $candidate

`rnnspec show lstm_forward` prints an operation's arrays, shapes and options; `rnnspec list` names all operations.
"""

from rnnspec.conformance import Unsupported

$functions
