"""JSON lines."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hannun.base.errors import SourceError
from hannun.ingest.readers import open_rows
from tests.ingest.readers.reading import read, spec, values, write

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(objects=st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}), max_size=20), block=st.sampled_from([64, 200, 1 << 20]))
def test_values_come_as_text_and_nested_ones_as_the_same_json(tmp_path, objects, block):
    path = write(tmp_path, "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in objects))
    rows, bad = read(path, block, format="jsonl", columns=("a", "b"), null_values=())
    found = {row["_row"]: row for row in rows}
    for number, item in enumerate(objects, 1):
        if number not in found:
            assert "\0" in json.dumps(item).encode().decode("unicode_escape", "replace") or "\\ud" in json.dumps(item)
            continue
        for key, value in item.items():
            text = found[number][key]
            if value is None or isinstance(value, str):
                assert text == value
            else:
                assert json.loads(text) == value
    assert sorted([*found, *(row.row for row in bad)]) == list(range(1, len(objects) + 1))


def test_numbers_keep_their_digits(tmp_path):
    line = '{"a": 12345678901234567890, "b": 1.10, "c": 1e5, "d": true, "e": {"x": [0.10, "é", null]}, "f": null, "g": ""}\n'
    rows, _ = read(write(tmp_path, line), format="jsonl")
    assert values(rows) == [("12345678901234567890", "1.10", "1e5", "true", '{"x":[0.10,"é",null]}', None, None)]


def test_lines_that_are_no_objects_are_bad_with_their_reason(tmp_path):
    lines = [
        b'{"a": 1}',
        b"{",
        b"[1]",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b"[" * 100_000,
    ]
    rows, bad = read(write(tmp_path, b"\r\n".join([*lines, b"", b'{"a": 2}'])), format="jsonl")
    assert values(rows) == [("1",), ("2",)]
    assert [(row.row, row.reason) for row in bad] == [
        (2, "not_json"),
        (3, "not_an_object"),
        (4, "not_json"),
        (5, "duplicate_key"),
        (6, "nul_byte"),
        (7, "undecodable"),
        (8, "undecodable"),
        (9, "not_json"),
    ]
    assert rows[-1]["_row"] == 10


def test_without_columns_every_key_that_was_met_is_there(tmp_path):
    path = write(tmp_path, "".join(f'{{"a": {number}}}\n' for number in range(20)) + '{"b": "new"}\n')
    batches = list(open_rows(path, spec(format="jsonl"), block_bytes=64))
    assert batches[0].rows.column_names == ["a", "_row"]
    assert batches[-1].rows.to_pylist()[-1] == {"a": None, "b": "new", "_row": 21}


def test_a_json_array_is_refused_with_the_mend(tmp_path):
    with pytest.raises(SourceError, match="jq -c"):
        read(write(tmp_path, '[{"a": 1}]'), format="jsonl")
