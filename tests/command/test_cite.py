"""`rnnspec cite`: what CITATION.cff says, with the version and the goldens' digest."""

import re
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from rnnspec.golden import read_manifest
from rnnspec.tools import main
from rnnspec.tools.citing import Citation, bibtex, fields, written

CFF = yaml.safe_load((Path(__file__).resolve().parents[2] / "CITATION.cff").read_text(encoding="utf-8"))


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, words, prog_name="rnnspec")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def entry(text: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", text, re.MULTILINE))


def test_the_file_is_read_as_a_library_of_yaml_reads_it() -> None:
    values, authors = fields(written())

    assert authors == [author["name"] for author in CFF["authors"]]
    assert values == {name: str(value) for name, value in CFF.items() if not isinstance(value, list)}


def test_the_file_is_of_this_version() -> None:
    assert CFF["version"] == metadata.version("rnnspec")


def test_both_styles_have_the_version_and_the_goldens() -> None:
    result = run("cite")

    assert result.exit_code == 0
    text, bib = result.stdout.split("\n\n")
    digest, version = read_manifest().digest, metadata.version("rnnspec")
    assert text == (
        f"{CFF['authors'][0]['name']} ({CFF['date-released'].year}). {CFF['title']} (version {version}) "
        f"[Computer software]. Goldens {digest}."
    )
    assert entry(bib) == {
        "author": f"{{{CFF['authors'][0]['name']}}}",
        "title": f"{{{CFF['title']}}}",
        "year": str(CFF["date-released"].year),
        "month": str(CFF["date-released"].month),
        "version": version,
        "license": "MIT",
        "note": f"goldens {digest}",
    }
    assert run("cite", "--style", "text").stdout == f"{text}\n"
    assert run("cite", "--style", "bibtex").stdout == bib


def test_what_is_a_sign_of_bibtex_is_escaped() -> None:
    odd = Citation(("A & B {C}",), "100 % #1_a", "2026", "02", "1.0", "MIT", "ab")

    found = entry(bibtex(odd))

    assert found["author"] == r"{A \& B \{C\}}"
    assert found["title"] == r"{100 \% \#1\_a}"
    assert found["month"] == "2"


@pytest.mark.parametrize(
    ("words", "says"),
    [(("--goldens", "nothing"), "does not exist"), (("--goldens", "."), "manifest"), (("--style", "apa"), "'apa'")],
)
def test_what_cannot_be_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run("cite", *words)

    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
