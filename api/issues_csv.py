"""A report's issues as a CSV that a spreadsheet opens with the right characters, and runs nothing of."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from knowledge.text import Lang

_HEADER: Final[Mapping[Lang, tuple[str, ...]]] = {
    "en": ("file", "row", "column", "value", "problem", "mend", "severity", "code"),
    "zh": ("文件", "行", "列", "内容", "问题", "怎么改", "级别", "代码"),
}
_SEVERITY: Final[Mapping[Lang, Mapping[str, str]]] = {
    "en": {"error": "error", "warning": "warning"},
    "zh": {"error": "错误", "warning": "提醒"},
}
_MORE: Final[Mapping[Lang, str]] = {"en": "{count} more of the same kind", "zh": "同类问题还有 {count} 处"}
# A spreadsheet takes a cell that begins so for a formula; East Asian ones take the wide signs too.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def issues_csv(report: Mapping[str, Any], lang: Lang) -> str:
    """Return the issues of an `ImportReport.as_json`, with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADER[lang])
    for file in report["files"]:
        for issue in file["issues"]:
            told = ("file", "row", "field", "value", "problem", "mend")
            severity = _SEVERITY[lang].get(issue["severity"], issue["severity"])
            writer.writerow([*(_cell(issue[name]) for name in told), severity, issue["code"]])
        for code, count in file["left_out"].items():
            writer.writerow([_cell(file["file"]), "", "", "", _MORE[lang].format(count=count), "", "", code])
    return "\ufeff" + out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
