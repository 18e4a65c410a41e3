"""The embedded retriever, held against the contract of all retrievers."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from knowledge.retrieval.retriever import Retriever
from tests.contracts.retriever import RetrieverContract
from tests.library import Library, library_over, sqlite_url


class TestLocalRetriever(RetrieverContract):
    def library(self, folder: Path) -> AbstractAsyncContextManager[Library]:
        return library_over(sqlite_url(folder), Retriever)
