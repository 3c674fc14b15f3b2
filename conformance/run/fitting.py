"""Whether a function can be called as the contract calls it, and what else an exception of its says of the call."""

import inspect
from collections.abc import Callable
from typing import Any

from rnnspec.golden.entry import shown
from rnnspec.reference import FUNCTIONS, Kind, Operation

from ..candidate import Arrays
from .guard import guarded
from .telling import place, said, words

Call = tuple[Callable[..., Any], Arrays]  # a function and the inputs, some of which are keywords
POSITIONAL = inspect.Parameter.POSITIONAL_OR_KEYWORD


def raised(error: BaseException, operation: Operation, call: Call | None) -> str:
    """What an operation raised, in words: arguments that do not fit are told with those that do."""
    if type(error) is TypeError and call and not fits(call, operation):
        return f"{operation.name} is called as {called(operation)}: {shown(words(error), 400)}"
    if (name := _weight(error)) and (known := _weights(operation)) and name not in known:
        # the place stays last: a list of known failures leaves it out
        line = f"{said(error).removesuffix(place(error))}; parameters holds {', '.join(known)}{place(error)}"
        return f"{operation.name} raised {line}"
    return f"{operation.name} raised {said(error)}"


def called(operation: Operation) -> str:
    """`rnn_forward(x, a0, parameters)`."""
    return f"{operation.name}({', '.join(_positional(operation))})"


def fits(call: Call, operation: Operation) -> bool:
    """Whether a function's signature takes the arguments; what has none to ask may."""
    function, inputs = call
    keywords = dict.fromkeys(name for name in operation.options if name in inputs)
    signature = None
    try:
        with guarded():
            signature = inspect.signature(function)
            signature.bind(*_positional(operation), **keywords)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a candidate's own signature may raise anything
        return type(error) is not TypeError or signature is None
    return True


def _positional(operation: Operation) -> list[str]:
    parameters = inspect.signature(FUNCTIONS[operation.name]).parameters.values()
    return [p.name for p in parameters if p.kind is POSITIONAL]


def _weight(error: BaseException) -> str:
    """The key of a KeyError, "" for what is none or may be no name."""
    key = error.args[0] if type(error) is KeyError and error.args else None
    return key if type(key) is str else ""


def _weights(operation: Operation) -> list[str]:
    """A backward has its weights from a cache, whose keys are the candidate's business; a network's are nested."""
    flat = operation.kind in (Kind.CELL, Kind.SEQUENCE) and not operation.forward
    return list(operation.parameters) if flat else []
