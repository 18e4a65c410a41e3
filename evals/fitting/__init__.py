"""Fits the confidence: labelled questions are asked, and what the turns knew is held against what was right.

`questions` reads them, `asking` puts them to the assistant, `regression` fits and leaves shops out,
`record` writes `assistant/calibration.toml`, and `command` is ``daogou eval fit-confidence``.
"""
