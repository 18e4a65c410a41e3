"""tau2-bench's retail tasks: the shop's rules, replayed end states, and rewards, over a shop made up here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.public.running import run_public
from evals.public.tau2_retail import is_refused
from evals.tau2.data import GoldAction, RetailDatabase, RetailTask, read_database, read_tasks
from evals.tau2.environment import TOOL_NAMES, RetailEnvironment, replay, tool_schemas
from evals.tau2.scripted import DoesNothing, PlaysGold, SaysReason
from evals.tau2.trials import MOST_STEPS, Call, Say, TaskRun, pass_hat_k, run_task
from evals.tau2.violations import violations
from knowledge.errors import Invalid
from knowledge.home import Home

HOME = {"address1": "2 Oak Rd", "address2": "", "city": "Salem", "country": "USA", "state": "OR", "zip": "97301"}
NEW = {"address1": "9 Pine Rd", "address2": "Flat 3", "city": "Bend", "country": "USA", "state": "OR", "zip": "97701"}


def variant(item_id: str, price: float, options: dict[str, str], *, available: bool = True) -> dict[str, Any]:
    return {"item_id": item_id, "options": options, "available": available, "price": price}


def line(item_id: str, price: float, product: str = "P1", name: str = "Mug", **options: str) -> dict[str, Any]:
    return {"name": name, "product_id": product, "item_id": item_id, "price": price, "options": options}


def order(number: str, status: str, *items: dict[str, Any], paid_by: str = "card_1") -> dict[str, Any]:
    total = sum(item["price"] for item in items)
    payment = {"transaction_type": "payment", "amount": total, "payment_method_id": paid_by}
    return {
        "order_id": number,
        "user_id": "ada_1",
        "address": HOME,
        "items": list(items),
        "status": status,
        "fulfillments": [],
        "payment_history": [payment],
    }


RED, LARGE = {"color": "red"}, {"color": "blue", "size": "L"}
RAW: dict[str, Any] = {
    "products": {
        "P1": {
            "product_id": "P1",
            "name": "Mug",
            "variants": {
                "11": variant("11", 10.5, RED),
                "12": variant("12", 12.0, LARGE),
                "13": variant("13", 9.99, {"color": "green"}, available=False),
                "14": variant("14", 90.0, {"color": "gold"}),
            },
        },
        "P2": {"product_id": "P2", "name": "Hat", "variants": {"21": variant("21", 30.0, {"size": "M"})}},
    },
    "users": {
        "ada_1": {
            "user_id": "ada_1",
            "name": {"first_name": "Ada", "last_name": "Moss"},
            "address": HOME,
            "email": "ada@example.com",
            "payment_methods": {
                "card_1": {"id": "card_1", "source": "credit_card", "brand": "visa", "last_four": "1111"},
                "gift_1": {"id": "gift_1", "source": "gift_card", "balance": 20.0},
                "paypal_1": {"id": "paypal_1", "source": "paypal"},
            },
            "orders": ["#W1", "#W2", "#W3"],
        }
    },
    "orders": {
        "#W1": order("#W1", "pending", line("11", 10.5, **RED), line("11", 10.5, **RED)),
        "#W2": order("#W2", "delivered", line("12", 12.0, **LARGE)),
        "#W3": order("#W3", "pending", line("12", 12.0, **LARGE), paid_by="gift_1"),
    },
}
EXCHANGE: dict[str, Any] = {
    "order_id": "#W2",
    "item_ids": ["12"],
    "new_item_ids": ["11"],
    "payment_method_id": "card_1",
}


def action(name: str, **arguments: Any) -> dict[str, Any]:
    return {"action_id": "a", "name": name, "arguments": arguments, "info": None}


def task(number: str, *actions: dict[str, Any], say: tuple[str, ...] = ()) -> dict[str, Any]:
    told = {"task_instructions": "Be brief.", "domain": "retail", "reason_for_call": "Something about my order."}
    criteria = {"actions": list(actions), "communicate_info": list(say), "nl_assertions": None, "reward_basis": ["DB"]}
    return {
        "id": number,
        "description": None,
        "user_scenario": {"persona": None, "instructions": told},
        "initial_state": None,
        "evaluation_criteria": criteria,
    }


TASKS = [
    task("0", action("get_order_details", order_id="#W2"), action("exchange_delivered_order_items", **EXCHANGE)),
    task("1", action("cancel_pending_order", order_id="#W3", reason="no longer needed"), say=("1,012.00",)),
    task("2", action("find_user_id_by_email", email="nobody@example.com")),
    task("3"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "db.json").write_text(json.dumps(RAW), "utf-8")
    (tmp_path / "tasks.json").write_text(json.dumps(TASKS), "utf-8")
    return tmp_path


@pytest.fixture
def database(folder: Path) -> RetailDatabase:
    return read_database(folder / "db.json")


@pytest.fixture
def tasks(folder: Path) -> dict[str, RetailTask]:
    return {one.id: one for one in read_tasks(folder / "tasks.json")}


def told(environment: RetailEnvironment, name: str, **arguments: Any) -> Any:
    answer = environment.call(name, arguments)
    assert answer.error is None, answer
    return json.loads(answer.content)


def refused(environment: RetailEnvironment, name: str, **arguments: Any) -> str | None:
    before = environment.digest()
    answer = environment.call(name, arguments)
    assert environment.digest() == before
    return answer.error


def test_a_user_is_found_by_email_and_by_name_and_zip_whatever_the_case(database: RetailDatabase) -> None:
    shop = RetailEnvironment(database)
    assert shop.call("find_user_id_by_email", {"email": "ADA@example.com"}).content == "ada_1"
    named = {"first_name": "ada", "last_name": "MOSS", "zip": "97301"}
    assert shop.call("find_user_id_by_name_zip", named).content == "ada_1"
    assert refused(shop, "find_user_id_by_name_zip", **named | {"zip": "10000"}) == "user_not_found"


def test_a_cancelled_order_is_refunded_to_the_gift_card_at_once(database: RetailDatabase) -> None:
    shop = RetailEnvironment(database)
    cancelled = told(shop, "cancel_pending_order", order_id="#W3", reason="ordered by mistake")
    assert (cancelled["status"], cancelled["cancel_reason"]) == ("cancelled", "ordered by mistake")
    assert [paid["transaction_type"] for paid in cancelled["payment_history"]] == ["payment", "refund"]
    assert told(shop, "get_user_details", user_id="ada_1")["payment_methods"]["gift_1"]["balance"] == "32.00"


def test_each_of_two_like_items_becomes_what_was_chosen_for_it(database: RetailDatabase) -> None:
    shop = RetailEnvironment(database)
    changed = told(
        shop,
        "modify_pending_order_items",
        order_id="#W1",
        item_ids=["11", "11"],
        new_item_ids=["12", "14"],
        payment_method_id="card_1",
    )
    assert [(item["item_id"], item["price"]) for item in changed["items"]] == [("12", "12.00"), ("14", "90.00")]
    assert changed["items"][1]["options"] == {"color": "gold"}
    assert changed["payment_history"][-1] == {
        "transaction_type": "payment",
        "amount": "81.00",
        "payment_method_id": "card_1",
    }
    assert refused(shop, "cancel_pending_order", order_id="#W1", reason="no longer needed") == "order_not_pending"
    assert told(shop, "modify_pending_order_address", order_id="#W1", **NEW)["address"] == NEW


def test_a_payment_moves_to_another_method_only_when_it_covers_the_order(database: RetailDatabase) -> None:
    shop = RetailEnvironment(database)
    assert (
        refused(shop, "modify_pending_order_payment", order_id="#W1", payment_method_id="gift_1") == "balance_too_low"
    )
    moved = told(shop, "modify_pending_order_payment", order_id="#W3", payment_method_id="paypal_1")
    assert [paid["payment_method_id"] for paid in moved["payment_history"]] == ["gift_1", "paypal_1", "gift_1"]
    assert told(shop, "get_user_details", user_id="ada_1")["payment_methods"]["gift_1"]["balance"] == "32.00"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"new_item_ids": ["21"]}, "other_product"),
        ({"new_item_ids": ["13"]}, "item_not_available"),
        ({"new_item_ids": ["12"]}, "item_same"),
        ({"new_item_ids": ["11", "14"]}, "items_unequal"),
        ({"item_ids": ["12", "12"], "new_item_ids": ["11", "11"]}, "item_not_in_order"),
        ({"item_ids": [], "new_item_ids": []}, "no_items"),
        ({"payment_method_id": "card_9"}, "payment_method_not_found"),
        ({"new_item_ids": ["14"], "payment_method_id": "gift_1"}, "balance_too_low"),
        ({"order_id": "#W1"}, "order_not_delivered"),
        ({"order_id": "#W9"}, "order_not_found"),
        ({"item_ids": "12"}, "bad_arguments"),
        ({"more": 1}, "bad_arguments"),
    ],
)
def test_what_the_policy_forbids_is_refused_and_changes_nothing(
    database: RetailDatabase, changed: dict[str, Any], code: str
) -> None:
    shop = RetailEnvironment(database)
    assert refused(shop, "exchange_delivered_order_items", **{**EXCHANGE, **changed}) == code
    assert told(shop, "exchange_delivered_order_items", **EXCHANGE)["exchange_price_difference"] == "-1.50"


def test_a_return_is_refunded_as_it_was_paid_or_to_a_gift_card_and_only_once(database: RetailDatabase) -> None:
    shop = RetailEnvironment(database)
    call = {"order_id": "#W2", "item_ids": ["12"]}
    assert refused(shop, "return_delivered_order_items", **call, payment_method_id="paypal_1") == (
        "refund_method_not_allowed"
    )
    assert told(shop, "return_delivered_order_items", **call, payment_method_id="gift_1")["return_items"] == ["12"]
    assert refused(shop, "return_delivered_order_items", **call, payment_method_id="gift_1") == "order_not_delivered"


@pytest.mark.parametrize(
    ("expression", "result"), [("466.75 + 288.82", "755.57"), ("-(2 - 5) * 1.5 / 2", "2.25"), ("1000 / 3", "333.33")]
)
def test_a_sum_has_two_decimals(database: RetailDatabase, expression: str, result: str) -> None:
    assert RetailEnvironment(database).call("calculate", {"expression": expression}).content == result


@pytest.mark.parametrize(
    "expression", ["2 ** 9", "__import__('os')", "1 / 0", "1 +", "True + 1", "1" * 300, "1e999999 * 10"]
)
def test_what_is_no_sum_of_numbers_is_not_computed(database: RetailDatabase, expression: str) -> None:
    assert refused(RetailEnvironment(database), "calculate", expression=expression) == "bad_expression"


def test_a_change_that_was_taken_back_leaves_no_trace_and_other_states_differ(database: RetailDatabase) -> None:
    shop, untouched = RetailEnvironment(database), RetailEnvironment(database).digest()
    told(shop, "modify_user_address", user_id="ada_1", **NEW)
    assert shop.digest() != untouched
    told(shop, "modify_user_address", user_id="ada_1", **HOME)
    assert shop.digest() == untouched


def test_a_refused_gold_call_is_told_and_passed_over(database: RetailDatabase) -> None:
    wrong = GoldAction(action_id="w", name="get_order_details", arguments={"order_id": "#W9"})
    right = GoldAction(action_id="r", name="exchange_delivered_order_items", arguments=EXCHANGE)
    both = replay(database, [wrong, right])
    assert both.errors == ((0, "order_not_found"),)
    assert both.digest == replay(database, [right]).digest != replay(database, []).digest


def test_every_made_up_violation_is_refused_and_one_that_is_none_is_seen(database: RetailDatabase) -> None:
    found = list(violations(database))
    assert len({violation.kind for violation in found}) >= 15
    assert [violation for violation in found if not is_refused(database, violation)] == []
    allowed = next(v for v in found if v.before is not None)
    assert not is_refused(database, type(allowed)("allowed", allowed.name, allowed.arguments))


async def test_an_agent_that_plays_gold_is_rewarded_and_one_that_does_nothing_only_where_nothing_changes(
    database: RetailDatabase, tasks: dict[str, RetailTask]
) -> None:
    gold = {n: await run_task(database, one, PlaysGold(one), SaysReason(one)) for n, one in tasks.items()}
    idle = {n: await run_task(database, one, DoesNothing(), SaysReason(one)) for n, one in tasks.items()}
    assert {n: run.reward for n, run in gold.items()} == {"0": 1.0, "1": 1.0, "2": 1.0, "3": 1.0}
    assert {n: run.reward for n, run in idle.items()} == {"0": 0.0, "1": 0.0, "2": 1.0, "3": 1.0}
    assert (gold["1"].communicated, idle["1"].communicated, idle["0"].communicated) == (1.0, 0.0, None)
    assert gold["2"].refused == ("user_not_found",)
    assert [step.role for step in gold["0"].steps] == ["shopper", "tool", "tool", "agent"]


class Endless:
    async def act(self, _steps: object) -> Call | Say:
        return Call("list_all_product_types", {})


class Transfers:
    async def act(self, _steps: object) -> Call | Say:
        return Call("transfer_to_human_agents", {"summary": "wants a person"})


async def test_a_conversation_ends_with_a_transfer_and_one_that_never_ends_is_not_rewarded(
    database: RetailDatabase, tasks: dict[str, RetailTask]
) -> None:
    handed = await run_task(database, tasks["3"], Transfers(), SaysReason(tasks["3"]))
    assert (handed.ended, handed.reward) == ("transfer", 1.0)
    endless = await run_task(database, tasks["3"], Endless(), SaysReason(tasks["3"]))
    assert (endless.ended, endless.reward, len(endless.steps)) == ("steps", 0.0, MOST_STEPS)


async def test_pass_hat_k_counts_a_task_only_when_all_trials_pass(
    database: RetailDatabase, tasks: dict[str, RetailTask]
) -> None:
    tried: list[str] = []

    async def flaky(one: RetailTask) -> TaskRun:
        """Play gold, and nothing in the second trial of task 0."""
        tried.append(one.id)
        idle = one.id == "0" and tried.count("0") == 2
        return await run_task(database, one, DoesNothing() if idle else PlaysGold(one), SaysReason(one))

    assert await pass_hat_k(flaky, [tasks["0"], tasks["1"]], 2) == 0.5
    assert tried == ["0", "0", "1", "1"]
    with pytest.raises(ValueError, match="no tasks"):
        await pass_hat_k(flaky, [], 2)


def test_every_tool_is_described_for_a_model() -> None:
    schemas = {one["function"]["name"]: one["function"] for one in tool_schemas()}
    assert set(schemas) == set(TOOL_NAMES)
    assert len(TOOL_NAMES) == 16
    wanted = schemas["modify_pending_order_items"]["parameters"]
    assert wanted["required"] == ["order_id", "item_ids", "new_item_ids", "payment_method_id"]
    assert wanted["properties"]["item_ids"] == {"items": {"type": "string"}, "title": "Item Ids", "type": "array"}


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("tasks.json", [{**TASKS[0], "id": 7}], "0.id"),
        ("tasks.json", [TASKS[0], TASKS[0]], "not unique: 0"),
        ("tasks.json", [], "no tasks"),
        ("db.json", {**RAW, "orders": {"#W1": {**RAW["orders"]["#W1"], "items": 3}}}, "orders.#W1.items"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_the_place(folder: Path, name: str, content: Any, place: str) -> None:
    (folder / name).write_text(json.dumps(content), "utf-8")
    with pytest.raises(Invalid, match=place) as problem:
        (read_tasks if name == "tasks.json" else read_database)(folder / name)
    assert problem.value.code == "usage_bad_data"


async def test_the_set_is_measured_and_kept(folder: Path, home: Home) -> None:
    steps: list[tuple[int, int]] = []
    run = await run_public(home, "tau2_retail", folder, lambda done, total: steps.append((done, total)))
    assert run is not None
    ours, floor = (next(s for s in run.result.systems if s.kind == kind) for kind in ("daogou", "baseline"))
    values = {figure.metric: figure.value for figure in ours.figures}
    assert values == {"gold_replayed": 0.75, "deterministic": 1.0, "reward": 1.0, "violations_refused": 1.0}
    assert [figure.value for figure in floor.figures] == [0.5]
    assert any("task 2 find_user_id_by_email: user_not_found" in note for note in run.result.notes)
    assert steps[-1][0] == steps[-1][1]
