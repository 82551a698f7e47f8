"""A release is read by the real libraries that trainers use: datasets, TRL, and the models of ATIF.

They live in an environment of their own (`make loaders`); each check is a program of its own that runs there, offline.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from glasswork.assemble.parquet import read_records
from vectors.release import make

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".tools" / "loaders" / "bin" / "python"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="the loaders' environment is not there: run `make loaders`"),
]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make.private_release(tmp_path_factory.mktemp("loaders")).folder


def run(program: str, folder: Path, scratch: Path) -> dict:
    """Run a program in the loaders' environment, in a scratch folder; its last line is JSON."""
    quiet = {
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_HOME": str(scratch),
        "TOKENIZERS_PARALLELISM": "false",
    }
    done = subprocess.run(
        [PYTHON, "-c", program, str(folder)],
        cwd=scratch,
        env={"PATH": os.environ["PATH"], "HOME": str(scratch), **quiet},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


DATASETS = """
import glob, json, sys
from datasets import load_dataset
folder = sys.argv[1]
card = load_dataset(folder, "canonical", split="train")
canonical = load_dataset("parquet", data_files=glob.glob(folder + "/data/*.parquet"), split="train")
sft = load_dataset("parquet", data_files=folder + "/exports/trl_sft/train-00000.parquet", split="train")
lines = load_dataset("json", data_files=folder + "/exports/trl_sft/train-00000.jsonl", split="train")
print(json.dumps({
    "configured": len(card),
    "columns": canonical.column_names,
    "steps": list(canonical["steps"]),
    "sft": [row["messages"] for row in sft],
    "tools": sft[0]["tools"],
    "lines": [row["messages"] for row in lines],
}))
"""


def plain(messages: list[dict]) -> list[dict]:
    """Messages with arguments as they mean, whichever way a reader gives JSON columns."""
    return [json.loads(message) if isinstance(message, str) else message for message in messages]


def test_datasets_reads_what_was_written(released: Path, tmp_path: Path) -> None:
    read = run(DATASETS, released, tmp_path)
    rows = [
        json.loads(line) for line in (released / "exports" / "trl_sft" / "train-00000.jsonl").read_text().splitlines()
    ]
    records = read_records(released / "data" / "train-00000.parquet")
    assert read["configured"] == len(records) == len(rows) == 4
    assert [plain(messages) for messages in read["sft"]] == [row["messages"] for row in rows]
    assert plain(read["tools"]) == rows[0]["tools"]
    steps = [json.loads(one) if isinstance(one, str) else one for one in read["steps"]]
    assert [[step["arguments"] for step in one] for one in steps] == [
        [step.arguments for step in record.example.steps] for record in records
    ]
    called = [m["tool_calls"][0]["function"]["arguments"] for row in read["lines"] for m in row if m.get("tool_calls")]
    assert called == [m["tool_calls"][0]["function"]["arguments"] for row in rows for m in row["messages"][1:-1:2]]


TRL = """
import json, sys
from datasets import load_dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import SFTConfig, SFTTrainer

rows = load_dataset("parquet", data_files=sys.argv[1] + "/exports/trl_sft/train-00000.parquet", split="train")
bpe = Tokenizer(models.BPE())
bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
bpe.decoder = decoders.ByteLevel()
special = ["<pad>", "<eos>"]
letters = pre_tokenizers.ByteLevel.alphabet()
trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=special, initial_alphabet=letters)
bpe.train_from_iterator([json.dumps(rows[0])], trainer)
tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, pad_token="<pad>", eos_token="<eos>")
tokenizer.chat_template = (
    "{% for tool in tools or [] %}tool: {{ tool | tojson }}\\n{% endfor %}"
    "{% for m in messages %}{{ m.role }}: {{ m.content }}"
    "{% for c in m.tool_calls or [] %}<call>{{ c.function | tojson }}</call>{% endfor %}\\n{% endfor %}{{ eos_token }}"
)
size = dict(hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1)
model = LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), max_position_embeddings=8192, **size))
options = dict(max_steps=2, per_device_train_batch_size=2, max_length=8192, report_to="none", save_strategy="no")
trainer = SFTTrainer(model, SFTConfig("out", use_cpu=True, **options), train_dataset=rows, processing_class=tokenizer)
result = trainer.train()
texts = [tokenizer.decode(row["input_ids"]) for row in trainer.train_dataset]
print(json.dumps({"steps": result.global_step, "loss": result.training_loss, "texts": texts}))
"""


def test_trl_trains_on_it(released: Path, tmp_path: Path) -> None:
    trained = run(TRL, released, tmp_path)
    assert trained["steps"] == 2 and trained["loss"] > 0
    rows = [
        json.loads(line) for line in (released / "exports" / "trl_sft" / "train-00000.jsonl").read_text().splitlines()
    ]
    for text, row in zip(trained["texts"], rows, strict=True):
        calls = [json.loads(part.partition("</call>")[0]) for part in text.split("<call>")[1:]]
        assert calls == [m["tool_calls"][0]["function"] for m in row["messages"] if "tool_calls" in m]
        assert "null" not in text and "None" not in text
        assert text.count("tool: {") == len(row["tools"])


ATIF = """
import json, pathlib, sys
from harbor.models.trajectories.trajectory import Trajectory
paths = sorted(pathlib.Path(sys.argv[1]).glob("exports/atif/*.json"))
read = [Trajectory.model_validate_json(path.read_text()) for path in paths]
print(json.dumps([one.model_dump(exclude_none=True, mode="json") for one in read]))
"""


def test_harbor_reads_the_trajectories(released: Path, tmp_path: Path) -> None:
    read = run(ATIF, released, tmp_path)
    written = [json.loads(path.read_text()) for path in sorted(released.glob("exports/atif/*.json"))]
    assert len(read) == 4
    assert [[step.get("tool_calls") for step in one["steps"]] for one in read] == [
        [step.get("tool_calls") for step in one["steps"]] for one in written
    ]
    assert all(one["agent"]["extra"] == {"actor_kind": "human"} for one in read)
