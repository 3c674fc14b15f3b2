"""What is asked for: an id, an operation, a family or a property stands for all that has it."""

from typing import Any

import pytest
from click.testing import CliRunner
from rnnspec.conformance import BadChoice, UnknownCase, check, parametrize
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.properties.table import PROPERTIES, applies
from rnnspec.conformance.selection import known_ids, selected
from rnnspec.golden import cases
from rnnspec.reference import FAMILIES, OPERATIONS, Family
from rnnspec.tools import main

KNOWN = known_ids()


def of_operations(*operations: str) -> list[str]:
    return [id for id, operation in KNOWN.items() if operation in operations]


def test_every_case_and_every_property_is_known_with_its_operation() -> None:
    properties = {f"{o.name}/property/{p}" for o in OPERATIONS.values() for p in PROPERTIES if applies(p, o)}

    assert set(KNOWN) == {entry.id for entry in cases()} | properties
    assert all(id.partition("/")[0] == operation for id, operation in KNOWN.items())
    assert list(dict.fromkeys(KNOWN.values())) == list(OPERATIONS)


def test_no_choice_is_everything() -> None:
    assert selected(None, KNOWN) == list(KNOWN)


@pytest.mark.parametrize("names", [(), [], iter(())], ids=["tuple", "list", "iterator"])
def test_an_empty_choice_is_refused(names: Any) -> None:
    with pytest.raises(BadChoice, match="None, for all"):
        selected(names, KNOWN)


def test_a_choice_may_be_walked_once() -> None:
    assert selected(iter(["softmax/zero"]), KNOWN) == ["softmax/zero"]


@pytest.mark.parametrize("names", ["softmax", b"softmax", [3]], ids=["text", "bytes", "number"])
def test_what_is_no_list_of_texts_is_refused(names: Any) -> None:
    with pytest.raises(TypeError, match="cases"):
        selected(names, KNOWN)


@pytest.mark.parametrize("id", ["rnn_forward/generic", "lstm_backward/property/split-sequence", "softmax/zero"])
def test_an_id_is_itself(id: str) -> None:
    assert selected([id], KNOWN) == [id]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_is_its_cases_and_its_properties_and_no_others(operation: str) -> None:
    found = selected([operation], KNOWN)

    assert found == of_operations(operation)
    assert {"/property/" in id for id in found} == {False, True}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_is_all_of_its_operations_its_networks_among_them(family: Family) -> None:
    operations = [name for name, operation in OPERATIONS.items() if operation.family == family.name]

    found = selected([family.name], KNOWN)

    assert found == of_operations(*operations)
    assert {f"{name}/generic" for name in operations} <= {*found}
    assert len(operations) >= (4 if family.states else 2)  # a gate is forward and backward
    assert all(id.startswith(f"{family.name}_") for id in found)


def test_a_family_is_none_whose_name_begins_alike() -> None:
    assert not [id for id in selected(["rnn"], KNOWN) if id.startswith("rnn_relu")]
    assert not [id for id in selected(["gru"], KNOWN) if id.startswith("gru_reset_after")]


def test_a_property_may_be_named_as_a_report_names_it() -> None:
    known = known_ids()

    assert selected(["property/any-layout"], known) == selected(["any-layout"], known) != []


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_is_itself_of_every_operation_that_it_applies_to(name: str) -> None:
    assert selected([name], KNOWN) == [f"{o}/property/{name}" for o in OPERATIONS if applies(name, OPERATIONS[o])]


def test_several_names_are_all_that_any_of_them_means_once_and_in_order() -> None:
    names = ["softmax", "repeatable", "softmax/zero", "sigmoid/zero", "softmax"]

    found = selected(names, KNOWN)

    assert {*found} == {*of_operations("softmax"), *selected(["repeatable"], KNOWN), "sigmoid/zero"}
    assert found == [id for id in KNOWN if id in found]
    assert selected({*names}, KNOWN) == found


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("lstm_foward", "did you mean lstm_forward"),
        ("lstm_forward/genric", "did you mean lstm_forward/generic"),
        ("lstm_peepole", "did you mean lstm_peephole"),
        ("repeatible", "did you mean repeatable"),
        ("lstm_forward/property/repeatible", "did you mean lstm_forward/property/repeatable"),
        ("generic", ""),
        ("softmax,sigmoid", ""),
        ("", "`rnnspec list` names all"),
        ("zzz", "`rnnspec list` names all"),
    ],
)
def test_an_unknown_name_is_refused_with_what_comes_near(name: str, hint: str) -> None:
    with pytest.raises(UnknownCase) as refused:
        selected(["softmax", name], KNOWN)

    assert str(refused.value).startswith(f"no case, property, operation or family {name!r}; ")
    assert hint in str(refused.value)


def test_one_text_is_no_list_of_names() -> None:
    words = r"cases is the text 'softmax', want a list: \['softmax'\]"

    with pytest.raises(TypeError, match=words):
        check("reference", cases="softmax")
    with pytest.raises(TypeError, match=words):
        parametrize("reference", cases="softmax")


def test_check_parametrize_and_the_command_mean_the_same() -> None:
    names = ["no-steps", "softmax/zero", "lstm_projected"]
    words = [word for name in names for word in ("--case", name)]

    report = check("reference", cases=names)
    mark = parametrize("reference", cases=names)
    told = CliRunner().invoke(main, ["check", "reference", *words])

    ids = selected(names, KNOWN)
    assert [outcome.id for outcome in report] == ids
    assert [parameter.id for parameter in mark.args[1]] == ids
    assert f"reference is conformant [float64]: {len(ids)} passed" in told.stdout


def test_what_a_dtype_cannot_hold_is_left_out_and_counted() -> None:
    wide = [entry.id for entry in cases() if "float32" not in entry.dtypes]

    checks = Checks(candidate_of("reference"), "float32", [wide[0], "softmax/zero"])

    assert (checks.ids, checks.skipped) == (["softmax/zero"], [wide[0]])
    assert not {*wide} & {*checks.possible}
