"""Script engine against ODK's own (@getodk/xforms-engine in Node): one form, the same answers.

The form is the WHO verbal autopsy instrument of the conformance sample. The peer comes from npm
into a cache folder outside the repository; without npm its ratios are null and nothing is met.
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import platformdirs

from agent_app.script import Form, Session, load_form

SAMPLE = Path(__file__).resolve().parents[2] / "shared/conformance/scenario.jsonl.gz"
PEER = Path(__file__).with_name("script_engine_peer.mjs")
CACHE = Path(os.environ.get("DOORSTEP_BENCH_CACHE", platformdirs.user_cache_dir("doorstep-bench")))
ROUNDS = 5
ZONE = ZoneInfo("America/Phoenix")
LIMITS = {"load": 1 / 20, "cached_load": 1 / 40, "answer_median": 1 / 8, "answer_p95": 1 / 10}
SYNTHETIC_LIMIT_MS = 16.0


def now() -> datetime:
    return datetime.now(ZONE)


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """The result and the milliseconds it took."""
    start = time.perf_counter()
    made = work(*arguments)
    return made, (time.perf_counter() - start) * 1000


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def trace() -> dict[str, Any]:
    """The longest recorded scenario: its form and the answers given."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    case = max(cases, key=lambda each: len(each["form"]) * len(each["events"]))
    answers = [{"ref": e["ref"], "value": e["value"]} for e in case["events"] if e["op"] == "set"]
    return {"form": case["form"], "answers": answers}


def ours(given: dict[str, Any]) -> dict[str, list[float]]:
    source = given["form"].encode()
    times: dict[str, list[float]] = {"load": [], "cached_load": [], "answers": []}
    for _ in range(ROUNDS):
        form, took = timed(load_form, source)
        _, begun = timed(start, form)
        times["load"].append(took + begun)
        cache = form.to_cache()
        form, took = timed(Form.from_cache, cache)
        session, begun = timed(start, form)
        times["cached_load"].append(took + begun)
        for answer in given["answers"]:
            _, took = timed(answer_and_look, session, answer["ref"], answer["value"])
            times["answers"].append(took)
    return times


def start(form: Form) -> Session:
    return Session(form, now=now, entropy=os.urandom)


def answer_and_look(session: Session, ref: str, value: str) -> int:
    """Answer, and count the violations as the peer is made to."""
    session.answer(ref, value)
    return len(session.violations)


def peer(given: dict[str, Any]) -> dict[str, Any] | None:
    """The peer's times, or None with a note when there is no npm."""
    home = CACHE / "xforms-engine"
    if shutil.which("npm") is None or shutil.which("node") is None:
        print("no npm here: the peer is left out")
        return None
    if not (home / "node_modules/@getodk/xforms-engine").exists():
        home.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-audit", "--no-fund", "@getodk/xforms-engine", "jsdom"]
        if subprocess.run(install, cwd=home, check=False, capture_output=True).returncode:
            print("the peer could not be installed")
            return None
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(given, file)
        file.flush()
        command = ["node", str(PEER), file.name, str(ROUNDS)]
        done = subprocess.run(command, cwd=home, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def synthetic() -> dict[str, float]:
    """A form of 2,000 nodes with 300 repeat instances: the median and slowest of each act."""
    chain = "".join(
        f'<bind nodeset="/data/t{i}" calculate="/data/t{i - 1} + 1"/>'
        if i % 3 == 1
        else f'<bind nodeset="/data/t{i}" relevant="/data/t{i - 1} != \'\'"/>'
        for i in range(1, 195)
    )
    form = load_form(
        f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
        <h:head><h:title>2000</h:title><model><instance><data id="synthetic">
        {"".join(f"<t{i}/>" for i in range(195))}<rate/><total/>
        {"<rep><a>1</a><b/><c/><d/><e/></rep>" * 300}</data></instance>{chain}
        <bind nodeset="/data/rep/a" type="int" constraint=". &lt; 1000"/>
        <bind nodeset="/data/rep/b" type="int" calculate="../a * /data/rate"/>
        <bind nodeset="/data/rep/c" relevant="../b &gt; 10"/>
        <bind nodeset="/data/rep/d" calculate="position(..)"/>
        <bind nodeset="/data/rep/e" calculate="concat(../d, '-', ../b)"/>
        <bind nodeset="/data/total" calculate="sum(/data/rep/b)"/></model></h:head>
        <h:body><input ref="/data/t0"/><input ref="/data/rate"/><group ref="/data/rep">
        <repeat nodeset="/data/rep"><input ref="/data/rep/a"/><input ref="/data/rep/c"/></repeat>
        </group></h:body></h:html>""".encode()
    )
    session = start(form)
    times: dict[str, list[float]] = {"one_instance": [], "all_instances": [], "chain": []}
    for number in range(40):
        acts = {
            "one_instance": (f"/data/rep[{number * 7 + 1}]/a", str(number + 5)),
            "all_instances": ("/data/rate", str(number + 2)),
            "chain": ("/data/t0", str(number)),
        }
        for name, (ref, value) in acts.items():
            _, took = timed(session.answer, ref, value)
            times[name].append(took)
    figures = {f"{name}_ms": median(found) for name, found in times.items()}
    return {"nodes": float(sum(1 for _ in session.walk())), **figures}


def main() -> int:
    if not SAMPLE.exists():
        print(json.dumps({"bench": "script_engine", "note": "no conformance sample", "met": False}))
        return 0
    given = trace()
    times, other = ours(given), peer(given)
    figures = {
        "load": median(times["load"]),
        "cached_load": median(times["cached_load"]),
        "answer_median": median(times["answers"]),
        "answer_p95": p95(times["answers"]),
    }
    theirs: dict[str, float | None] = dict.fromkeys(figures)
    if other is not None:
        theirs["load"] = theirs["cached_load"] = median(other["loads"])
        theirs["answer_median"] = median(other["answers"])
        theirs["answer_p95"] = p95(other["answers"])
    report(figures, theirs, synthetic(), other or {})
    return 0


def report(
    figures: dict[str, float],
    theirs: dict[str, float | None],
    big: dict[str, float],
    other: dict[str, Any],
) -> None:
    """The table, and the JSON line."""
    ratios = {name: figures[name] / p if (p := theirs[name]) else None for name in figures}
    slowest = max(value for name, value in big.items() if name.endswith("_ms"))
    met = slowest < SYNTHETIC_LIMIT_MS and all(
        ratio is not None and ratio <= LIMITS[name] for name, ratio in ratios.items()
    )
    print(f"{'':14}{'ours ms':>10}{'ODK ms':>10}{'ratio':>9}{'limit':>9}")
    for name, value in figures.items():
        shown, ratio = theirs[name] or float("nan"), ratios[name] or float("nan")
        print(f"{name:14}{value:10.3f}{shown:10.3f}{ratio:9.4f}{LIMITS[name]:9.4f}")
    print("2,000 nodes:", ", ".join(f"{name} {value:.2f}" for name, value in big.items()))
    versions = {
        "python": platform.python_version(),
        "lxml": version("lxml"),
        "xforms-engine": other.get("version"),
        "node": other.get("node"),
    }
    result = {
        "bench": "script_engine",
        "ours_ms": figures,
        "peer_ms": theirs,
        "ratios": ratios,
        "limits": LIMITS,
        "synthetic": {**big, "limit_ms": SYNTHETIC_LIMIT_MS},
        "versions": versions,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "met": met,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
