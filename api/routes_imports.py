"""Uploads of a shop's files, as jobs that survive a restart. Staff."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.auth import ServicesDep, StaffShopDep
from api.issues_csv import issues_csv
from api.schemas import ColumnsSaid, UploadFields
from api.services import Services
from api.uploads import receive
from assistant.events import iso
from knowledge.errors import Conflict, Invalid, NotFound
from knowledge.importing.jobs import ImportJob, JobOptions, JobState
from knowledge.importing.kept_mappings import keep_mappings
from knowledge.importing.mapping import TARGETS, fingerprint, settled
from knowledge.text import Lang

router = APIRouter(prefix="/v1/shops/{shop_id}/imports", tags=["imports"])

# The queue of one shop; beyond it somebody's script has run away.
MOST_QUEUED = 20

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "replace": {"type": "boolean", "default": False},
                        "dry_run": {"type": "boolean", "default": False},
                        "accept_mapping": {"type": "boolean", "default": False},
                        "mapping": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "description": "A JSON object of column and field, for tables with columns of your own.",
                        },
                    },
                }
            }
        },
    }
}


@router.post("", status_code=202, openapi_extra=_FORM)
async def upload(request: Request, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Take files and queue their import; what a file holds is found out by its content."""
    await _room(parts, shop.id)
    import_id = parts.home.ids.new("im")
    try:
        received = await receive(request, parts.jobs.folder_of(import_id))
        asked = UploadFields.of(received.fields)
        job = await parts.jobs.submit(import_id, shop.id, received.files, JobOptions(**asked.model_dump()))
    except BaseException:
        await parts.jobs.forget_files(import_id)
        raise
    return {"import_id": import_id, "import": _view(parts, job)}


@router.get("")
async def list_imports(
    shop: StaffShopDep, parts: ServicesDep, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> dict[str, Any]:
    """List uploads, the newest first, each without the issues of its report."""
    return {"imports": [_view(parts, job, whole=False) for job in await parts.jobs.of_shop(shop.id, limit)]}


@router.get("/{import_id}")
async def read_import(import_id: str, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Return where one import stands, with its report once it has ended."""
    return {"import": _view(parts, await parts.jobs.get(shop.id, import_id))}


@router.get("/{import_id}/issues.csv")
async def read_issues(import_id: str, shop: StaffShopDep, parts: ServicesDep, lang: Lang | None = None) -> Response:
    """Return the report's issues as CSV; headers in ``lang``, else in the shop's language."""
    job = await parts.jobs.get(shop.id, import_id)
    if job.report is None:
        raise NotFound("This import has no report.", code="no_report")
    shops: Lang = "zh" if shop.locale.casefold().startswith("zh") else "en"
    headers = {"Content-Disposition": f'attachment; filename="issues-{job.id}.csv"'}
    return Response(issues_csv(job.report, lang or shops), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/{import_id}/mapping", status_code=202)
async def say_columns(import_id: str, said: ColumnsSaid, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Say what the columns of a held import's tables hold, and go on with it; kept for the next upload.

    A column that is left out holds what was guessed.
    """
    job = await parts.jobs.get(shop.id, import_id)
    guesses = {file["file"]: file.get("guess") or [] for file in (job.report or {}).get("files", ())}
    if job.state is not JobState.NEEDS_MAPPING:
        raise Conflict("This import does not wait for a mapping.", code="import_not_held")
    accepted: dict[str, dict[str, str]] = {}
    for table in said.tables:
        guess = guesses.get(table.file)
        if not guess:
            raise Invalid(f"The import has no table {table.file!r} to be mapped.", code="usage_mapping_file")
        accepted[fingerprint(tuple(one["column"] for one in guess))] = settled(guess, table.columns)
    await keep_mappings(parts.database, shop.id, accepted, parts.home.clock.now())
    return {"import": _view(parts, await parts.jobs.release(job))}


@router.post("/{import_id}/cancel")
async def cancel_import(import_id: str, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Stop an import; what it has written of the catalog is taken back.

    Of one that waits for a mapping the files are given up, and what could be read of them stays.
    """
    return {"import": _view(parts, await parts.imports.cancel(shop.id, import_id))}


async def _room(parts: Services, shop_id: str) -> None:
    queued = [job for job in await parts.jobs.waiting() if job.shop_id == shop_id]
    if len(queued) >= MOST_QUEUED:
        raise Conflict(f"{len(queued)} imports of this shop wait already.", code="too_many_imports")


def _view(parts: Services, job: ImportJob, *, whole: bool = True) -> dict[str, Any]:
    report = dict(job.report) if job.report is not None else None
    if report is not None and not whole:
        del report["files"]
    return {
        "import_id": job.id,
        "shop": job.shop_id,
        "state": job.state.value,
        "cancelling": job.cancel_requested and job.state is not JobState.CANCELLED,
        "replace": job.options.replace,
        "dry_run": job.options.dry_run,
        # What a column may hold, for the one who is asked.
        "fields": list(TARGETS) if job.state is JobState.NEEDS_MAPPING else None,
        "files": [{"name": name, "bytes": size} for name, size in job.files],
        "created_at": iso(job.created_at),
        "started_at": iso(job.started_at) if job.started_at else None,
        "ended_at": iso(job.ended_at) if job.ended_at else None,
        "attempts": job.attempts,
        "progress": parts.imports.progress(job.id),
        "report": report,
        "problem": job.problem,
    }
