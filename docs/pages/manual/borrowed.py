"""Pages that stand in the repository already: docs/*.md and the sections of README.md, with their links as the site has them."""

import json
import re
from collections.abc import Callable, Iterator
from os.path import relpath
from pathlib import Path

from .writing import fence, orphan

ROOT = Path(__file__).parents[3]
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]*)(#[^)\s]*)?\)")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
LANGUAGES = {
    ".py": "python",
    ".c": "c",
    ".h": "c",
    ".json": "json",
    ".mjs": "javascript",
    ".rs": "rust",
    ".toml": "toml",
}
LARGEST = 100_000  # characters of a file that is shown


def docs() -> list[str]:
    """The pages of docs/, without their ending."""
    return sorted(path.stem for path in (ROOT / "docs").glob("*.md"))


def section(title: str, page: str) -> str:
    """A section of README.md as a part of a page, "" for what stands in front of all. Raises KeyError where there is none."""
    first, *parts = HEADING.split((ROOT / "README.md").read_text(encoding="utf-8"))
    known = {"": first.partition("\n")[2], **dict(zip(parts[::2], parts[1::2], strict=True))}
    return relinked(known[title].strip("\n"), "", page)


def relinked(text: str, folder: str, page: str) -> str:
    """A text of a folder of the repository, its links from where the page lies; what is too large or a folder is named alone."""

    def put(found: re.Match[str]) -> str:
        image, words, path, anchor = found.groups()
        if "://" in path or not path:
            return found[0]
        place = placed((ROOT / folder / path).resolve().relative_to(ROOT).as_posix())
        return f"{image}[{words}]({relpath(place, Path(page).parent)}{anchor or ''})" if place else words

    return LINK.sub(put, text)


def placed(path: str) -> str:
    """Where the site has a file of the repository; "" where it does not."""
    whole = ROOT / path
    if path == "README.md":
        return "index.md"
    if re.fullmatch(r"docs/[\w-]+\.(md|svg)", path):
        return path.removeprefix("docs/")
    if not whole.is_file():
        return ""
    return f"files/{path}.md" if whole.stat().st_size < LARGEST else ""


def pages() -> Iterator[tuple[str, str]]:
    """The pages of docs/, and of what they and README.md link to."""
    texts = {"": (ROOT / "README.md").read_text(encoding="utf-8")}
    for name in docs():
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        texts[f"docs/{name}"] = text
        yield f"{name}.md", relinked(text, "docs", f"{name}.md")
    linked = {
        (ROOT / ("docs" if name else "") / path).resolve().relative_to(ROOT).as_posix()
        for name, text in texts.items()
        for _, _, path, _ in LINK.findall(text)
        if path and "://" not in path
    }
    for path in sorted(linked | {f"examples/own/{p.name}" for p in (ROOT / "examples/own").glob("[a-z]*.*")}):
        if (place := placed(path)).startswith("files/"):
            yield place, orphan(of_file(path, place), searched=Path(path).suffix in READ)


def of_file(path: str, place: str) -> Iterator[str]:
    """A file of the repository as a page: Markdown and notebooks as they are read, others as they are."""
    text = (ROOT / path).read_text(encoding="utf-8")
    reading = READ.get(Path(path).suffix)
    if reading:
        yield relinked(reading(text), path.rpartition("/")[0], place)
    else:
        yield from (f"# {path}", "", *fence(LANGUAGES.get(Path(path).suffix, "text"), text))


def of_notebook(text: str) -> str:
    """A notebook's cells as Markdown, without outputs."""
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
    return "\n\n".join("\n".join(fence("python", said)) if kind == "code" else said for kind, said in cells)


READ: dict[str, Callable[[str], str]] = {".md": str, ".ipynb": of_notebook}
