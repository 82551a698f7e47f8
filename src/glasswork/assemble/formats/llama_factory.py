"""LLaMA-Factory: ShareGPT in strict alternation (human or observation, then function_call or gpt), and its side file.

`rows` are for SFT; `ranking` (DPO) and `kto` are TRL's rows (assemble/trl.py) in this form. Ranking compares one
message with one: the first step of each way. KTO judges the last message of a conversation. `tools` is JSON text.
Training reads `dataset_info.json` (`extra_files`) from the folder of the data (`dataset_dir`).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final

import msgspec

from glasswork.assemble.mapping import fault_of
from glasswork.assemble.pair import Pair
from glasswork.assemble.record import Record
from glasswork.assemble.tools import definitions
from glasswork.assemble.trl import dpo, sft
from glasswork.assemble.trl import kto as unpaired
from glasswork.schema.episode import Example

NAME: Final = "llama_factory"
SFT: Final = "sft"
RANKING: Final = "ranking"
KTO: Final = "kto"


def rows(record: Record) -> Iterator[dict[str, Any]]:
    """The record as one conversation; none where it is refused.

    A task that was not completed ends with its last call: what the tool answered to it would break the alternation.
    """
    if refusal(record) is None:
        yield {"conversations": _conversation(record.example), "tools": _tools()}


def refusal(record: Record) -> str | None:
    """Why this format cannot say the record."""
    return fault_of(record.example)


def ranking(pair: Pair) -> Iterator[dict[str, Any]]:
    """A preference between the first steps of two ways; none where these are alike, or there is no goal."""
    row = dpo(pair)
    chosen, rejected = (_turn(row[side][0]) for side in ("chosen", "rejected"))
    if pair.prompt.goal.strip() and chosen != rejected:
        said = [_turn(message) for message in row["prompt"]]
        yield {"conversations": said, "chosen": chosen, "rejected": rejected, "tools": _tools()}


def kto(record: Record) -> Iterator[dict[str, Any]]:
    """The record with its tag; none where it has none, or is refused."""
    if refusal(record) is None:
        for row in unpaired(record):
            said = [_turn(message) for message in (*row["prompt"], *row["completion"])]
            yield {"conversations": said, "kto_tag": row["label"], "tools": _tools()}


def extra_files(files: Mapping[str, str]) -> dict[str, bytes]:
    """`dataset_info.json` for files (paths from it) by what they hold: SFT, RANKING or KTO. A stem names a data set."""
    more = {SFT: {}, RANKING: {"chosen": "chosen", "rejected": "rejected"}, KTO: {"kto_tag": "kto_tag"}}
    info = {
        PurePosixPath(file).stem: {
            "file_name": file,
            "formatting": "sharegpt",
            **({"ranking": True} if kind == RANKING else {}),
            "columns": {"messages": "conversations", "tools": "tools", **more[kind]},
        }
        for file, kind in files.items()
    }
    return {"dataset_info.json": msgspec.json.format(msgspec.json.encode(info))}


def _conversation(example: Example) -> list[dict[str, str]]:
    said = [_turn(message) for message in sft(example)["messages"]]
    return said if len(said) % 2 == 0 else said[:-1]


def _turn(message: dict[str, Any]) -> dict[str, str]:
    match message["role"]:
        case "user":
            return {"from": "human", "value": message["content"]}
        case "tool":
            return {"from": "observation", "value": message["content"]}
        case _ if "tool_calls" in message:
            call = message["tool_calls"][0]["function"]
            return {"from": "function_call", "value": msgspec.json.encode(call).decode()}
        case _:
            return {"from": "gpt", "value": message["content"]}


@cache
def _tools() -> str:
    return msgspec.json.encode([tool["function"] for tool in definitions()]).decode()
