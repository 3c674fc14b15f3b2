"""Where rnnspec can be installed from: it is on no package index, where a name may be anybody's."""

import json
import shlex
from importlib.metadata import PackageNotFoundError, distribution

FOLDER = "./.rnnspec"  # a submodule, hidden: pytest would collect the tests that it has


def address() -> str:
    """The git address and commit that this rnnspec was installed from, as pip has noted, "" where it is no address for others."""
    try:
        noted = json.loads(distribution("rnnspec").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    url, commit = str(noted.get("url", "")), str(noted.get("vcs_info", {}).get("commit_id", ""))
    if not commit or not url.startswith(("https://", "ssh://")):
        return ""  # a folder of this machine
    return shlex.quote(f"git+{url}@{commit}")
