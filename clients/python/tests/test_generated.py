"""What ``tenon generate python`` writes. A test of the command compares these files with its output."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest
from generated import hostile_jobs
from generated.draw_jobs import DrawShapes, DrawShapesResult, draw_shapes
from generated.hostile_jobs import hostile_names, typed_dict
from generated.report_jobs import report_print
from generated.shapes_jobs import shape_check_everything

from tenon_jobs import Jobs, JobType, SchemaViolation, SubmitOptions, SubmitRefused

DRAWING: DrawShapes = {"first": {"type": "Circle", "radius": 1}, "others": [{"type": "Empty"}]}

EVERYTHING: dict[str, Any] = {
    "text": "",
    "email": "ann@example.com",
    "offset": -5,
    "big": 5_000_000_000,
    "ratio": "Infinity",
    "price": 1,
    "count": 10,
    "codes": [1, 2, 3],
    "note": None,
    "names": ["ann"],
    "tags": [None, "a"],
    "matrix": [[1]],
    "prices": {"a": 0.5},
    "trees": {"a": {"name": "a", "children": [{"name": "b", "children": []}]}},
    "plain": {"name": "a"},
    "page": {"entries": [], "number": 1},
}


@pytest.fixture
def jobs() -> Jobs:
    """Nothing listens there: whatever is refused was not sent."""
    return Jobs("postgresql://nobody@localhost:1/nothing", submitted_by="python")


def test_valid_payloads_are_accepted() -> None:
    assert draw_shapes.check(DRAWING) is DRAWING
    assert shape_check_everything.check(EVERYTHING) is EVERYTHING
    drawn: DrawShapesResult = draw_shapes.check_result({"type": "Drawn", "file": "a.svg"})
    assert drawn["type"] == "Drawn" and drawn["file"] == "a.svg"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"text": None}, "text breaks type"),
        ({"email": "ann"}, "email breaks pattern"),
        ({"offset": -6}, "offset breaks minimum"),
        ({"offset": 0.5}, "offset breaks type"),
        ({"big": 5_000_000_001}, "big breaks maximum"),
        ({"ratio": "NaN"}, "ratio breaks anyOf"),
        ({"codes": []}, "codes breaks minItems"),
        ({"codes": [1, 2, 3, 4]}, "codes breaks maxItems"),
        ({"note": "0123456789"}, "note breaks maxLength"),
        ({"names": [" "]}, "names[0] breaks pattern"),
        ({"matrix": [[0]]}, "matrix[0][0] breaks minimum"),
        ({"prices": {" ": 1}}, "prices breaks pattern"),
        ({"prices": {"a": 0}}, "prices.a breaks exclusiveMinimum"),
        ({"trees": {"a": {"name": "a"}}}, "trees.a lacks children"),
        ({"trees": {"a": {"name": "a", "children": [{"name": "", "children": []}]}}}, "trees.a.children[0].name breaks pattern"),
    ],
)
def test_each_rule_is_checked(change: dict[str, Any], rule: str) -> None:
    with pytest.raises(SchemaViolation) as violation:
        shape_check_everything.check({**EVERYTHING, **change})
    assert str(violation.value).startswith(f"The payload is not valid: {rule}")


def test_missing_properties_are_named_once() -> None:
    with pytest.raises(SchemaViolation, match="^The payload is not valid: it lacks first, others.$"):
        draw_shapes.check({})


def test_records_that_hold_themselves_are_checked() -> None:
    tree: dict[str, Any] = {"name": "a", "children": [{"name": "b", "children": []}]}
    assert shape_check_everything.check_result(tree) is tree
    with pytest.raises(SchemaViolation, match=r"children\[0\].name breaks pattern"):
        shape_check_everything.check_result({"name": "a", "children": [{"name": "", "children": []}]})


def test_records_of_sealed_interfaces_are_checked() -> None:
    wrong: list[dict[str, Any]] = [
        {"radius": 1},
        {"type": "Circle", "radius": 0},
        {"type": "Triangle"},
        {"type": "Square", "radius": 1},
    ]
    for first in wrong:
        with pytest.raises(SchemaViolation, match="first breaks oneOf"):
            draw_shapes.check({"first": first, "others": []})


def test_times_are_checked() -> None:
    assert report_print.check_result("2026-03-01T12:00:00Z") == "2026-03-01T12:00:00Z"
    with pytest.raises(SchemaViolation, match="it breaks pattern"):
        report_print.check_result("tomorrow")


def test_any_names_and_strings_are_harmless() -> None:
    payload = {"plain": "", "list": [{"type": "a"}], "quotes \"'`\\": "line\nbreak", "__proto__": "a", "\U0001f600 \u00e9": 0.5}
    assert hostile_names.check(payload) is payload
    assert hostile_names.version == 3
    wrong: list[dict[str, Any]] = [{"quotes \"'`\\": "line break"}, {"line\nbreak": 0}, {"\U0001f600 \u00e9": 1}]
    for change in wrong:
        with pytest.raises(SchemaViolation):
            hostile_names.check({**payload, **change})
    hostile_names.check_result({"next": {"type": "*/", "next": {"type": 'So"me', "class": ""}}})
    with pytest.raises(SchemaViolation):
        hostile_names.check_result({"next": {"type": "*/", "next": {"type": "*"}}})
    typed_dict.check({"wide": 1, "count": 9223372036854775807, "color": "A_THIRD [CONSTANT] | MORE", "both": "ab"})
    wrong = [
        {"count": 9223372036854775808},
        {"bytes": "a"},
        {"codes": {"1": 1}},
        {"codes": {"a": 1, "b": 2}},
        {"both": "a"},
    ]
    for change in wrong:
        with pytest.raises(SchemaViolation):
            typed_dict.check({"wide": 1, "count": 0, **change})


def test_all_annotations_can_be_read() -> None:
    classes = [each for each in vars(hostile_jobs).values() if hasattr(each, "__required_keys__")]
    assert len(classes) > 10
    for each in classes:
        get_type_hints(each)


def test_nothing_is_sent_that_is_not_valid(jobs: Jobs) -> None:
    wrong: Any = {"first": {"type": "Circle", "radius": 0}, "others": []}
    with pytest.raises(SubmitRefused, match="^A job of type 'draw.shapes' was not submitted. The payload is not valid: first"):
        draw_shapes.submit(jobs, wrong)
    unwritable: Any = {**DRAWING, "others": [object()]}
    with pytest.raises(SubmitRefused, match="cannot be written as JSON"):
        draw_shapes.submit_all(jobs, [DRAWING, unwritable])


def test_the_version_is_that_of_the_type(jobs: Jobs) -> None:
    with pytest.raises(ValueError, match="version is 2, but the types of 'draw.shapes' here are of version 1"):
        draw_shapes.submit(jobs, DRAWING, SubmitOptions(version=2))


def test_a_type_without_results_has_none() -> None:
    job_type: JobType[dict[str, Any], None] = JobType("a.b", 1, {"type": "object"})
    assert job_type.check_result(None) is None
    with pytest.raises(SchemaViolation, match="has no result"):
        job_type.check_result({})
