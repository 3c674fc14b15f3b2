"""The notebook that a course hands out: it runs as it stands, names its mistakes, and finds none in a right student."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from rnnspec.conformance.deviations.catalogue import CATALOGUE

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "course.ipynb"
RIGHTED = {
    "np.exp(x) / np.sum(np.exp(x))": "np.exp(x - x.max(0)) / np.sum(np.exp(x - x.max(0)), axis=0)",
    "output * c_next": "output * np.tanh(c_next)",
    "1 / (1 + np.exp(-x))": "(1 + np.tanh(x / 2)) / 2",
}


def notebook() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def ran(pages: Any, folder: Path) -> list[Any]:
    """The outputs of each cell of code. Raises CellExecutionError."""
    NotebookClient(pages, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return [cell.outputs for cell in pages.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    return ran(notebook(), tmp_path_factory.mktemp("course"))


def test_it_is_a_notebook_of_one_page_without_outputs() -> None:
    found = notebook()

    nbformat.validate(found)
    codes = [cell for cell in found.cells if cell.cell_type == "code"]
    assert [(cell.outputs, cell.execution_count) for cell in codes] == [([], None)] * 3
    assert sum(len(cell.source.splitlines()) for cell in found.cells) < 70


def test_a_report_is_shown_as_html_and_as_text_elsewhere(outputs: list[Any]) -> None:
    (shown,) = [output.data for output in outputs[1] if output.output_type == "execute_result"]

    assert "<b>./student.py</b> is <b>not conformant</b>" in shown["text/html"]
    assert "Explained by <code>softmax-over-everything</code>" in shown["text/html"]
    assert "http" not in shown["text/html"]
    assert "<script" not in shown["text/html"]
    assert shown["text/plain"].startswith("<Report of ./student.py [float64]: not conformant")


def test_the_map_and_the_explanation_are_printed(outputs: list[Any]) -> None:
    said = "".join(output.text for output in outputs[2])

    assert "checking" not in said  # no bar of progress
    assert "the error of a_next in lstm_cell_forward/" in said
    explained = said.partition("explained by `")[2].partition("`")[0]
    assert explained in CATALOGUE


def test_a_student_who_rights_it_is_conformant(tmp_path: Path) -> None:
    pages = notebook()
    student = next(cell for cell in pages.cells if cell.source.startswith("%%writefile"))
    for wrong, right in RIGHTED.items():
        assert wrong in student.source
        student.source = student.source.replace(wrong, right)

    outputs = ran(pages, tmp_path)

    assert "is <b>conformant</b>" in outputs[1][0].data["text/html"]
    assert "./student.py is conformant" in "".join(output.text for output in outputs[2])
