"""Uploads over HTTP: what comes in, how far it is, what became of it."""

from __future__ import annotations

import asyncio
import csv
import io

import pytest

from api.settings import ApiSettings
from api.uploads import safe_name
from knowledge.home import Home
from tests.test_api.conftest import Caller, World, world_over
from tests.test_api.merchant_world import TABLE, merchant_at, table_of

STAFF_ROUTES = ("/imports", "/imports/im_1", "/imports/im_1/issues.csv", "/products", "/products/a", "/documents",
                "/documents/a.md", "/mappings", "/versions", "/versions/compare?older=0")  # fmt: skip


async def test_every_route_of_the_catalog_asks_for_a_staff_token(world: World) -> None:
    client, base = world.server.client, "/v1/shops/maple"
    answers = [await client.get(base + path) for path in STAFF_ROUTES]
    answers += [
        await client.post(base + path)
        for path in ("/imports", "/imports/im_1/cancel", "/imports/im_1/mapping", "/versions/1/rollback")
    ]
    answers += [await client.delete(base + path) for path in ("/products/a", "/documents/a.md", "/mappings/m")]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "no_token")}
    shopper = await world.shopper()
    told = await Caller(client, shopper.token, base).get("/imports")
    assert (told.status_code, told.json()["code"]) == (403, "staff_only")


async def test_a_shop_of_others_is_not_there(world: World) -> None:
    answer = await merchant_at(world.sam, "lingxi").uploads({"p.csv": TABLE})
    assert (answer.status_code, answer.json()["code"]) == (404, "shop_not_found")
    assert await merchant_at(world.lin, "lingxi").handles() == []


async def test_uploaded_files_are_imported_and_reported(world: World) -> None:
    merchant = merchant_at(world.sam)
    job = await merchant.imports({"p.csv": TABLE, "documents/returns.md": "# Returns\n\nWithin 45 days.\n"})
    assert (job["state"], job["problem"], job["attempts"]) == ("done", None, 1)
    assert job["report"]["totals"]["product"]["new"] == 3
    assert [(file["file"], file["kind"]) for file in job["report"]["files"]] == [
        ("p.csv", "product"),
        ("documents/returns.md", "document"),
    ]
    assert await merchant.handles() == ["a", "b", "c"]
    document = (await merchant.get("/documents/documents/returns.md"))["document"]
    assert [passage["text"] for passage in document["passages"]] == ["Within 45 days."]
    again = await merchant.imports({"p.csv": TABLE})
    assert again["report"]["totals"]["product"]["unchanged"] == 3
    listed = (await merchant.get("/imports"))["imports"]
    assert [one["import_id"] for one in listed] == [again["import_id"], job["import_id"]]
    assert "files" not in listed[0]["report"]
    assert list(world.server.services.jobs.folder.glob("*")) == []


async def test_a_dry_run_tells_what_would_happen_and_writes_nothing(world: World) -> None:
    merchant = merchant_at(world.sam)
    await merchant.imports({"p.csv": TABLE})
    changed = TABLE.replace("B-1,6", "B-1,8").replace("c,Clay", "d,Clay")
    told = await merchant.imports({"p.csv": changed}, dry_run="true", replace="true")
    assert told["report"]["dry_run"] is True
    assert told["report"]["totals"]["product"] == {"new": 1, "changed": 1, "unchanged": 1, "removed": 1, "rejected": 0}
    assert await merchant.handles() == ["a", "b", "c"]
    assert len((await merchant.get("/versions"))["versions"]) == 1
    done = await merchant.imports({"p.csv": changed}, replace="true")
    assert done["report"]["totals"] == told["report"]["totals"]
    assert await merchant.handles() == ["a", "b", "d"]


async def test_issues_come_as_a_csv_that_a_spreadsheet_cannot_run(world: World) -> None:
    merchant = merchant_at(world.sam)
    job = await merchant.imports({"=cmd.csv": TABLE + "d,Dish,D-1,=1+1\ne,Eel,E-1,＝1+1\n"})
    assert job["state"] == "done"
    answered = await merchant.caller.get(f"/imports/{job['import_id']}/issues.csv")
    assert answered.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answered.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answered.content.decode("utf-8-sig"))))
    assert (rows[0]["row"], rows[0]["column"]) == ("5", "Variant Price")
    assert {"'=1+1", "'＝1+1"} <= {row["value"] for row in rows}
    assert rows[0]["file"] == "'=cmd.csv"
    assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for row in rows for cell in row.values())
    zh = await merchant.caller.get(f"/imports/{job['import_id']}/issues.csv", lang="zh")
    assert zh.content.decode("utf-8-sig").startswith("文件,行,列")


async def test_files_that_are_no_catalog_end_as_failed_with_the_reason(world: World) -> None:
    merchant = merchant_at(world.sam)
    job = await merchant.imports({"坏了.csv": b"\x00\x01\x02\xff\xfe"})
    assert (job["state"], job["problem"]["code"]) == ("failed", "nothing_usable")
    assert job["report"]["files"][0]["issues"]
    assert job["files"][0]["name"] == "坏了.csv"


async def test_what_is_no_upload_is_refused(world: World) -> None:
    merchant = merchant_at(world.sam)
    caller = merchant.caller
    headers = caller.headers
    answers = [
        await caller.post("/imports", {"files": []}),
        await caller.client.post(caller.path + "/imports", headers=headers, data={"replace": "true"}),
        await caller.client.post(caller.path + "/imports", headers=headers, files=[("replace", (None, "true"))]),
        await merchant.uploads({"p.csv": TABLE}, replace="perhaps"),
        await caller.client.post(
            caller.path + "/imports",
            headers={**headers, "Content-Type": "multipart/form-data; boundary=x"},
            content=b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\nHandle,Ti',
        ),
    ]
    codes = ["not_multipart", "not_multipart", "no_file", "invalid_request", "upload_incomplete"]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, code) for code in codes]
    assert list(world.server.services.jobs.folder.glob("*")) == []
    assert (await merchant.get("/imports"))["imports"] == []


async def test_an_upload_above_the_limit_is_refused_and_leaves_nothing(home: Home) -> None:
    async with world_over(home, ApiSettings(upload_limit_bytes=100_000)) as world:
        merchant = merchant_at(world.sam)
        answer = await merchant.uploads({"p.csv": b"x" * 200_000})
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert list(world.server.services.jobs.folder.glob("*")) == []
        assert (await merchant.imports({"p.csv": TABLE}))["state"] == "done"


async def test_two_files_of_one_name_are_both_kept(world: World) -> None:
    merchant = merchant_at(world.sam)
    sent = [("files", ("p.csv", b"Handle,Title,Variant Price\na,A,5\n")),
            ("files", ("p.csv", b"Handle,Title,Variant Price\nb,B,6\n"))]  # fmt: skip
    caller = merchant.caller
    answered = await caller.client.post(caller.path + "/imports", files=sent, headers=caller.headers)
    job = await merchant.ended(answered.json()["import_id"])
    assert [file["name"] for file in job["files"]] == ["p.csv", "p (2).csv"]
    assert await merchant.handles() == ["a", "b"]


async def test_one_import_of_a_shop_runs_at_a_time_and_others_of_other_shops_beside_it(world: World) -> None:
    maple, lingxi = merchant_at(world.lin), merchant_at(world.lin, "lingxi")
    first = (await maple.uploads({"p.csv": table_of(3000)})).json()["import_id"]
    second = (await maple.uploads({"p.csv": TABLE})).json()["import_id"]
    other = await lingxi.imports({"p.csv": TABLE})
    assert other["state"] == "done"
    assert (await maple.job(second))["state"] == "queued"
    ends = [(await maple.ended(one)) for one in (first, second)]
    assert [job["state"] for job in ends] == ["done", "done"]
    assert ends[0]["ended_at"] <= ends[1]["started_at"]


async def test_progress_tells_phase_file_rows_and_rate(world: World) -> None:
    merchant = merchant_at(world.lin)
    import_id = (await merchant.uploads({"p.csv": table_of(8000)})).json()["import_id"]
    seen = []
    while (job := await merchant.job(import_id))["state"] in ("queued", "running"):
        seen.append(job["progress"])
        await asyncio.sleep(0.01)
    told = [one for one in seen if one]
    assert "write" in {one["phase"] for one in told}  # opening and counting are over in a moment
    written = [one["rows_done"] for one in told if one["phase"] == "write"]
    assert written == sorted(written)
    rated = [one for one in told if one["rows_per_second"]]
    assert rated
    assert rated[-1]["rows_total"] == 8000
    assert rated[-1]["seconds_left"] >= 0
    assert job["progress"] is None


async def test_a_cancelled_import_leaves_the_catalog_as_it_was(world: World) -> None:
    merchant = merchant_at(world.lin)
    await merchant.imports({"p.csv": table_of(200, price=5)})
    import_id = (await merchant.uploads({"p.csv": table_of(6000, price=9)})).json()["import_id"]
    waiting = (await merchant.uploads({"q.csv": TABLE})).json()["import_id"]
    await merchant.wrote(import_id, 300)
    for one in (import_id, waiting):
        assert (await merchant.caller.post(f"/imports/{one}/cancel")).status_code == 200
    assert [(await merchant.ended(one))["state"] for one in (import_id, waiting)] == ["cancelled", "cancelled"]
    page = await merchant.get("/products", limit=1)
    assert (page["total"], page["products"][0]["price_from"]["amount"]) == (200, "5")
    assert len((await merchant.get("/versions"))["versions"]) == 1
    refused = await merchant.caller.post(f"/imports/{import_id}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "import_ended")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\shop\\产品.csv", "C_/shop/产品.csv"),
        ("/abs/.hidden.csv", "abs/hidden.csv"),
        ("a\x00b\nc.csv", "a_b_c.csv"),
        ("..", "upload"),
        ("表" * 100 + ".csv", "表" * 48 + ".csv"),
    ],
)
def test_a_file_name_stays_in_its_folder(given: str, kept: str) -> None:
    assert safe_name(given) == kept


async def test_an_export_that_comes_again_without_its_pictures_keeps_them(world: World) -> None:
    merchant = merchant_at(world.sam)
    table = "Handle,Title,Variant Price,Image Src\na,A,5,images/a.svg\n"
    picture = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    await merchant.imports({"p.csv": table, "images/a.svg": picture})
    again = await merchant.imports({"p.csv": table.replace("A,5", "A,6")})
    assert (again["report"]["totals"]["product"]["changed"], again["report"]["warnings"]) == (1, 0)
    product = (await merchant.get("/products/a"))["product"]
    assert product["images"] == ["/media/maple/a.svg"]
    missing = await merchant.imports({"p.csv": table.replace("a.svg", "../../../b.svg")})
    assert [issue["code"] for issue in missing["report"]["files"][0]["issues"]] == ["image_missing"]


async def test_staff_look_into_the_catalog_page_by_page_and_remove_what_is_wrong(world: World) -> None:
    merchant = merchant_at(world.sam)
    await merchant.imports({"p.csv": TABLE, "returns.md": "# Returns\n\nWithin 45 days.\n"})
    first = await merchant.get("/products", limit=2)
    assert ([one["handle"] for one in first["products"]], first["total"]) == (["a", "b"], 3)
    rest = await merchant.get("/products", limit=2, cursor=first["cursor"])
    assert ([one["handle"] for one in rest["products"]], rest["cursor"]) == (["c"], None)
    for query in ("birch", "B-1"):
        assert [one["handle"] for one in (await merchant.get("/products", query=query))["products"]] == ["b"]
    assert (await merchant.get("/products", query="%"))["total"] == 0
    product = (await merchant.get("/products/a"))["product"]
    assert product["variants"][0]["price"] == {"amount": "5", "currency": "USD"}
    assert product["source"] == {"file": "p.csv", "row": 2}
    caller = merchant.caller
    for path in ("/products/a", "/documents/returns.md"):
        assert (await caller.client.delete(caller.path + path, headers=caller.headers)).status_code == 200
        assert (await caller.client.delete(caller.path + path, headers=caller.headers)).status_code == 404
        assert (await caller.get(path)).status_code == 404
    assert await merchant.handles() == ["b", "c"]


async def test_versions_are_listed_compared_and_gone_back_to(world: World) -> None:
    merchant = merchant_at(world.sam)
    await merchant.imports({"p.csv": TABLE})
    await merchant.imports({"p.csv": TABLE.replace("B-1,6", "B-1,8")})
    newest, first = (await merchant.get("/versions"))["versions"]
    assert newest["counts"] == {"product": {"changed": 1}}
    told = await merchant.get("/versions/compare", older=first["version"])
    assert told["differences"][0]["fields"] == [{"field": "B-1: price", "before": "6", "after": "8"}]
    back = await merchant.caller.post(f"/versions/{first['version']}/rollback")
    assert back.json()["counts"] == {"new": 0, "changed": 1, "removed": 0}
    assert (await merchant.get("/versions/compare", older=first["version"]))["differences"] == []
    assert (await merchant.caller.post("/versions/99/rollback")).json()["code"] == "version_not_found"
    running = (await merchant.uploads({"p.csv": table_of(3000)})).json()["import_id"]
    await merchant.until(running, lambda job: job["state"] != "queued")
    refused = await merchant.caller.post(f"/versions/{first['version']}/rollback")
    assert (refused.status_code, refused.json()["code"]) == (409, "import_running")
    await merchant.ended(running)


async def test_columns_that_nobody_knows_are_taken_only_when_the_merchant_accepts_the_guess(world: World) -> None:
    merchant = merchant_at(world.sam)
    own = "Item name,Our code,Sells for\nOak Bench,OB-1,120\nPine Stool,PS-1,45\n"
    guessed = await merchant.imports({"own.csv": own})
    assert (guessed["state"], await merchant.handles()) == ("needs_mapping", [])
    assert "mapping_guessed" in [issue["code"] for issue in guessed["report"]["files"][0]["issues"]]
    taken = await merchant.imports({"own.csv": own}, accept_mapping="true")
    assert (taken["state"], len(await merchant.handles())) == ("done", 2)
    again = await merchant.imports({"own.csv": own})
    assert again["report"]["totals"]["product"]["unchanged"] == 2
