"""Made-up weeks of one person's window switches, for trying what has no public labelled log to try it on. Declared
synthetic: nothing here is measured on people.

A day is a walk over tasks: each has a few programs and a vocabulary of its own; it is interrupted (chat, mail, a
glance at something unrelated), left and taken up again, some over many days, some only once. Titles carry a few words
of the task, some words of the program, and now and then nothing at all. Times are whole minutes.
"""

import random
from datetime import datetime, timedelta

import polars as pl

SETTINGS: dict[str, dict[str, float]] = {
    "calm": {"days": 30, "apps": 12, "long": 0.5, "run": 9, "interrupt": 0.05, "named": 0.7, "shared": 0.2},
    "busy": {"days": 30, "apps": 20, "long": 0.6, "run": 5, "interrupt": 0.15, "named": 0.5, "shared": 0.4},
    "mute": {"days": 30, "apps": 20, "long": 0.6, "run": 5, "interrupt": 0.12, "named": 0.15, "shared": 0.6},
    "short": {"days": 15, "apps": 25, "long": 0.3, "run": 3, "interrupt": 0.2, "named": 0.5, "shared": 0.4},
}
"""`long`: the share of runs that belong to a task of weeks; `run`: the mean steps of a run; `interrupt`: the chance of
an interruption at a step; `named`: the chance that a title has words of its task; `shared`: that a word is one that
many tasks have."""


def made(setting: str, seed: int) -> pl.DataFrame:
    """Rows of `case`, `time`, `app`, `action`, `element` (a title), as `segment_log.log_of` takes them."""
    size = SETTINGS[setting]
    draw = random.Random(f"{setting} {seed}")
    apps = [f"app{n}" for n in range(int(size["apps"]))]
    common = [f"common{n}" for n in range(60)]
    count = 0

    def task() -> dict[str, object]:
        nonlocal count
        count += 1
        own = [f"t{count}w{n}" for n in range(draw.randint(2, 6))]
        liked = draw.choices(apps, [1 / (n + 1) for n in range(len(apps))], k=draw.randint(1, 4))
        return {"case": f"case{count}", "words": own, "apps": liked}

    lasting = [task() for _ in range(12)]
    asides = [{"case": f"aside{n}", "words": [f"a{n}w{m}" for m in range(4)], "apps": [apps[n % 3]]} for n in range(3)]
    rows: list[tuple[str, datetime, str, str, str]] = []
    for day in range(int(size["days"])):
        now = datetime(2026, 3, 2) + timedelta(days=day // 5 * 7 + day % 5, hours=8, minutes=draw.randint(0, 60))
        end = now + timedelta(hours=draw.uniform(5, 9))
        open_tasks: list[dict[str, object]] = []
        while now < end:
            kind = draw.random()
            if kind < size["long"]:
                current = draw.choices(lasting, [1 / (n + 1) for n in range(len(lasting))])[0]
            elif open_tasks and kind < size["long"] + 0.25:
                current = draw.choice(open_tasks)
            else:
                current = task()
                open_tasks.append(current)
            for _ in range(1 + int(draw.expovariate(1 / size["run"]))):
                doing = draw.choice(asides) if draw.random() < size["interrupt"] else current
                app = draw.choice(doing["apps"]) if draw.random() < 0.9 else draw.choice(apps)  # type: ignore[arg-type]
                title = [f"{app}title{draw.randint(0, 4)}"]
                if draw.random() < size["named"]:
                    own = [
                        common if draw.random() < size["shared"] else doing["words"] for _ in range(draw.randint(1, 3))
                    ]
                    title += [draw.choice(words) for words in own]  # type: ignore[arg-type]
                rows.append((str(doing["case"]), now.replace(second=0, microsecond=0), app, "switch", " ".join(title)))
                now += timedelta(seconds=draw.expovariate(1 / 70))
            if draw.random() < 0.2:
                now += timedelta(minutes=draw.expovariate(1 / 12))
    return pl.DataFrame(rows, schema=["case", "time", "app", "action", "element"], orient="row")
