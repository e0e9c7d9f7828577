"""Letters per CPU second beside typst, WeasyPrint and fpdf2, in one run on one machine.

The same one-page letter everywhere: letterhead, 518 Han characters, a table of eight rows, a QR
code made in the clock by the same encoder, Noto Sans SC embedded. fpdf2 is spared the QR code.
Each engine runs three times in a process of its own; the best run counts, since others may be
using the machine.
Peers are looked for in ~/.cache/doorstep/peers/NAME (`pip install --target`); a missing one is
said and its ratio left null.

    python bench/documents.py [--letters 400] [--engines doorstep,typst]
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from peers.letters import (
    CONTACT,
    FONT_CACHE,
    FOOT,
    HEAD,
    NOTE,
    ORG,
    PARAGRAPHS,
    TITLE,
    letters,
    run_fpdf2,
    run_typst,
    run_weasyprint,
)

AT = datetime(2026, 11, 22, tzinfo=UTC)
PEERS = Path.home() / ".cache/doorstep/peers"
TEMPLATE = """+++
id = "bench"
address = false
languages = ["zh_CN"]
[title]
zh_CN = "{title}"
+++
<!-- zh_CN -->
致：{{{{ name }}}}（身份证号码：{{{{ number }}}}）　地址：{{{{ address }}}}

{paragraphs}

| {head} |
|:--|:--|--:|--:|--:|--:|
{{% for row in rows %}}
| {{{{ row.term }}}} | {{{{ row.due }}}} | {{{{ row.a }}}} | {{{{ row.b }}}} | {{{{ row.c }}}} | {{{{ row.d }}}} |
{{% endfor %}}
| 合计 | | | | | {{{{ total }}}} |

> {note}
> {foot}
"""


# --- Doorstep ------------------------------------------------------------------------------


@cache
def doorstep_setup() -> Any:
    from agent_app.documents import letter
    from agent_app.documents.shelf import frame_words
    from agent_app.documents.template import read_source
    from agent_app.documents.typesetting.fonts import load_fonts

    text = TEMPLATE.format(
        title=TITLE,
        head=" | ".join(HEAD),
        note=NOTE,
        foot=FOOT,
        paragraphs="\n\n".join(text.replace("{", "{{ ").replace("}", " }}") for text in PARAGRAPHS),
    )
    packs = Path(__file__).resolve().parent.parent / "resources/packs/cn/letters"
    words = frame_words({"letters/frame.toml": (packs / "frame.toml").read_bytes()})
    source = read_source(text.encode(), file="bench.md")
    return letter.Template(source, load_fonts(FONT_CACHE), words)


def doorstep_papers(made: list[dict[str, Any]]) -> list[Any]:
    from agent_app.documents.composer import Paper

    agency = {"name": ORG, "address": CONTACT}
    papers = []
    for one in made:
        keys = ("term", "due", "a", "b", "c", "d")
        rows = [dict(zip(keys, row, strict=True)) for row in one["rows"]]
        papers.append(
            Paper({**one, "rows": rows, "agency": agency}, "zh_CN", one["serial"], AT, one["qr"])
        )
    return papers


def run_doorstep(made: list[dict[str, Any]], out: Path, mode: str) -> None:
    from agent_app.documents import letter

    template, papers = doorstep_setup(), doorstep_papers(made)
    sealer = doorstep_sealer() if mode == "sealed" else None
    if mode == "one":
        (out / "all.pdf").write_bytes(letter.render_batch(template, papers))
        return
    for paper in papers:
        pdf = letter.render_paper(template, paper, sealer=sealer).pdf
        (out / f"{paper.serial}.pdf").write_bytes(pdf)


def doorstep_sealer() -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    from agent_app.documents.sealing.certificates import issue_device_certificate, make_ca
    from agent_app.documents.sealing.seal import Sealer

    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = make_ca(ca_key, office="bench", at=AT, serial=1)
    device = issue_device_certificate(
        ca_key, ca, key.public_key(), office="bench", device="D", user="u", at=AT, serial=2
    )
    return Sealer(key, [device, ca])


def doorstep_forked(made: list[dict[str, Any]], out: Path) -> dict[str, float]:
    """Wall time of separate files in one process and in two, fonts and template already there.

    The best of three each, since others may be using the machine.
    """
    from agent_app.documents.apart import render_apart

    template, papers = doorstep_setup(), doorstep_papers(made)
    walls: dict[int, list[float]] = {1: [], 2: []}
    render_apart(template, papers[:2], lambda serial, pdf: None)
    for turn in range(3):
        for processes, taken in walls.items():
            folder = out / f"{turn}-{processes}"
            folder.mkdir()
            start = time.perf_counter()
            render_apart(
                template,
                papers,
                lambda serial, pdf, folder=folder: (folder / f"{serial}.pdf").write_bytes(pdf),
                processes=processes,
            )
            taken.append(time.perf_counter() - start)
    return {"speedup": round(min(walls[1]) / min(walls[2]), 2)}


def doorstep_first(out: Path) -> dict[str, float]:
    """Seconds from the start of Python to the first letter, fonts already unpacked."""
    run_doorstep(letters(1), out, "many")
    code = "import sys; sys.path.insert(0, sys.argv[1]); import documents as d; from pathlib import Path; d.run_doorstep(d.letters(1), Path(sys.argv[2]), 'many')"
    start = time.perf_counter()
    here = str(Path(__file__).resolve().parent)
    subprocess.run([sys.executable, "-c", code, here, str(out)], check=True)
    return {"seconds": round(time.perf_counter() - start, 2)}


def doorstep_agreement() -> dict[str, float]:
    """Milliseconds to set three inked signatures into an agreement and seal it with pyHanko."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from agent_app.documents import agreement, fields
    from agent_app.documents.sealing import pades
    from tests.support.papers import DocumentOffice, handwriting, templates

    office, times = DocumentOffice.make(), []
    roles = ("debtor", "agent", "second_agent")
    signers = [agreement.Signer(role, "陈嘉琪", handwriting(3)) for role in roles]
    for _ in range(8):
        start = time.perf_counter()
        made = agreement.build(
            templates("agreements")["repayment"], case=fields.sample_case(), language="zh_CN",
            serial="1", at=AT, signers=signers, office_key=office.ink_key.public_key(),
        )  # fmt: skip
        pades.seal(made.pdf, office.device_key, office.chain, at=AT)
        times.append((time.perf_counter() - start) * 1000)
    return {"ms": round(sorted(times)[len(times) // 2], 1)}


ENGINES = {
    "doorstep": run_doorstep,
    "typst": run_typst,
    "weasyprint": run_weasyprint,
    "fpdf2": run_fpdf2,
}
FEWER = {
    ("weasyprint", "one"): 60,
    ("weasyprint", "many"): 30,
    ("fpdf2", "one"): 100,
    ("fpdf2", "many"): 12,
}
EXTRAS = {"forked": doorstep_forked, "first": doorstep_first, "agreement": doorstep_agreement}


def child(engine: str, mode: str, count: int, out: Path) -> dict[str, float]:
    """One engine in this process: warmed up, then measured."""
    if engine in EXTRAS:
        arguments = {"forked": (letters(count), out), "first": (out,), "agreement": ()}
        return EXTRAS[engine](*arguments[engine])
    run, made = ENGINES[engine], letters(3 * count + 1)
    run(made[-1:], out, "many" if mode == "one" else mode)
    times = []
    for start in range(0, 3 * count, count):  # other letters each time: typst remembers
        cpu, wall = time.process_time(), time.perf_counter()
        run(made[start : start + count], out, mode)
        times.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = min(times)
    written = list(out.glob("*.pdf"))
    size = sum(path.stat().st_size for path in written)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "per_cpu_s": round(count / cpu, 1),
        "per_wall_s": round(count / wall, 1),
        "bytes": round(size / (count if mode == "one" else len(written))),
        "peak_mb": round(peak),
    }


def measured(engine: str, mode: str, count: int) -> dict[str, float] | None:
    """Run one engine in a process of its own; None when the peer is not there."""
    out = Path(tempfile.mkdtemp(prefix="doorstep-bench-"))
    paths = [str(PEERS / engine)] if engine in ENGINES and engine != "doorstep" else []
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, __file__, "--child", engine, "--mode", mode, "--letters", str(count)]
    done = subprocess.run(
        [*command, "--out", str(out)], capture_output=True, text=True, env=environment, check=False
    )
    shutil.rmtree(out)
    if done.returncode:
        print(f"{engine} {mode}: not measured: {done.stderr.strip().splitlines()[-1]}")
        return None
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=400)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--child")
    parser.add_argument("--mode", default="one")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(child(given.child, given.mode, given.letters, given.out)))
        return
    found: dict[str, Any] = {}
    print(f"{'engine':12} {'files':9} {'per CPU s':>10} {'per wall s':>10} {'bytes':>8} {'MB':>6}")
    for engine in given.engines.split(","):
        for mode in ("one", "many", *(["sealed"] if engine == "doorstep" else [])):
            count = min(given.letters, FEWER.get((engine, mode), given.letters))
            figures = found[f"{engine} {mode}"] = measured(engine, mode, count)
            if figures:
                cells = [figures[key] for key in ("per_cpu_s", "per_wall_s", "bytes", "peak_mb")]
                print(f"{engine:12} {mode:9} {cells[0]:10} {cells[1]:10} {cells[2]:8} {cells[3]:6}")
    thousand = measured("doorstep", "one", 1000) or {}
    found["doorstep 1000 in one file"] = thousand
    for extra in EXTRAS:
        found[extra] = measured(extra, "many", given.letters)
        print(extra, found[extra])
    print(json.dumps(verdict(found, thousand), ensure_ascii=False))


def verdict(found: dict[str, Any], thousand: dict[str, float]) -> dict[str, Any]:
    """Every figure against its limit."""

    def rate(key: str) -> float | None:
        figures = found.get(key)
        return figures["per_cpu_s"] if figures else None

    def ratio(ours: str, peer: str) -> float | None:
        mine, theirs = rate(f"doorstep {ours}"), rate(peer)
        return round(mine / theirs, 2) if mine and theirs else None

    ratios = {
        "one file / typst": (ratio("one", "typst one"), 4.5),
        "separate / typst": (ratio("many", "typst many"), 4.0),
        "sealed / typst separate": (ratio("sealed", "typst many"), 2.5),
        "two processes": ((found["forked"] or {}).get("speedup"), 1.6),
    }
    limits = {
        "bytes a letter in one file": (thousand.get("bytes"), 3500),
        "peak MB for 1000": (thousand.get("peak_mb"), 150),
        "first letter s": ((found["first"] or {}).get("seconds"), 0.8),
        "agreement sealed ms": ((found["agreement"] or {}).get("ms"), 250),
    }
    met = all(value is not None and value >= least for value, least in ratios.values())
    met = met and all(value is not None and value <= most for value, most in limits.values())
    peers = {}
    for name in ("typst", "weasyprint", "fpdf2"):
        info = next((PEERS / name).glob(f"{name}-*.dist-info"), None)
        peers[name] = info.name.split("-")[1].removesuffix(".dist") if info else None
    return {
        "bench": "documents",
        "figures": found,
        "ratios": {
            key: {"value": value, "at_least": least} for key, (value, least) in ratios.items()
        },
        "limits": {key: {"value": value, "at_most": most} for key, (value, most) in limits.items()},
        "versions": {"python": sys.version.split()[0], "zxing-cpp": version("zxing-cpp"), **peers},
        "met": met,
    }


if __name__ == "__main__":
    main()
