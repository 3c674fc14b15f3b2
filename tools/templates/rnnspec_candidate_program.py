"""A program that rnnspec can check, in any language: this one is Python, and knows nothing of rnnspec.

    rnnspec check $candidate

It reads a JSON object a line and answers with one; docs/protocol.md in rnnspec has the whole page.
"""

import json
import sys

OPERATIONS = {}  # fill in: {"lstm_forward": {"options": []}, ...}


def run(operation, inputs, parameters):
    """The outputs by name, nested lists or {"dtype", "shape", "base64"}; None for what there is not yet."""
    return None


for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "start":
        reply = {"type": "started", "protocol": 1, "operations": OPERATIONS}
    elif message["type"] == "stop":
        break
    else:
        outputs = run(message["operation"], message["inputs"], message["parameters"])
        reply = {"type": "unsupported", "reason": "not written yet"} if outputs is None else {"type": "result", "outputs": outputs}
        reply["id"] = message["id"]
    print(json.dumps(reply), flush=True)
