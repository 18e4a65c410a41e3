from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.cases import Case, read_cases
from evals.formats.case_format import CaseFormat, Imported, Wanted
from evals.formats.commands import NAMES
from evals.formats.registry import FORMATS
from evals.formats.yaml_text import dumped, loaded
from evals.shipped import case_files
from tests.test_evals.formats_world import CASES, a_few, a_run, read_back

EVERY = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())


def by_id(cases: tuple[Case, ...]) -> dict[str, dict[str, object]]:
    return {case.id: case.model_dump(exclude_unset=True) for case in cases}


def together(found: list[Imported]) -> tuple[Case, ...]:
    assert not any(imported.remarks for imported in found)
    return tuple(case for imported in found for case in imported.cases)


@EVERY
def test_every_shipped_case_comes_back_as_it_was(form: CaseFormat, tmp_path: Path) -> None:
    for path in case_files().values():
        cases = read_cases(path)
        assert by_id(together(read_back(form, cases, tmp_path))) == by_id(cases)


@EVERY
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases=st.lists(CASES, min_size=1, max_size=4, unique_by=lambda case: case.id).map(tuple))
def test_whatever_a_case_holds_comes_back_as_it_was(form: CaseFormat, cases: tuple[Case, ...]) -> None:
    with TemporaryDirectory() as folder:
        assert by_id(together(read_back(form, cases, Path(folder)))) == by_id(cases)


@EVERY
def test_cases_come_back_from_the_export_of_a_run_too(form: CaseFormat, tmp_path: Path) -> None:
    cases = a_few()
    wanted = Wanted("run", answers={result.id: result for result in a_run(cases)})
    assert by_id(together(read_back(form, cases, tmp_path, wanted))) == by_id(cases)


@EVERY
def test_nothing_expected_and_no_expectation_stay_apart(form: CaseFormat, tmp_path: Path) -> None:
    back = {case.id: case for case in together(read_back(form, a_few(), tmp_path))}
    assert back["c-2"].expect.judges("size")
    assert back["c-2"].expect.size is None
    assert not back["c-1"].expect.judges("size")


def test_the_command_line_names_every_format() -> None:
    assert tuple(FORMATS) == NAMES


KEYS = st.text("ab1.:- ", min_size=1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.recursive(TEXTS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)))
@settings(deadline=None)
def test_yaml_holds_any_text(value: object) -> None:
    assert loaded(dumped(value).decode()) == value


@pytest.mark.parametrize("text", ["1e3", "0o14", "no", "12:30", "2026-11-20", "~", "null", ".inf", "0x1F", "yes"])
def test_text_that_a_reader_of_yaml_could_take_for_something_else_is_quoted(text: str) -> None:
    assert dumped([text]) == f'- "{text}"\n'.encode()
