"""The formats by their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from evals.formats.case_format import CaseFormat
from evals.formats.deepeval import DeepEval
from evals.formats.inspect_dataset import InspectDataset
from evals.formats.openevals import OpenEvals
from evals.formats.promptfoo import Promptfoo
from evals.formats.ragas import Ragas
from evals.formats.tau2 import Tau2

_ALL: Final[tuple[CaseFormat, ...]] = (Ragas(), Promptfoo(), InspectDataset(), DeepEval(), OpenEvals(), Tau2())
FORMATS: Final[Mapping[str, CaseFormat]] = MappingProxyType({one.name: one for one in _ALL})
