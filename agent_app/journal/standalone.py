"""Check a Doorstep visit bundle without Doorstep: python verify.py visit.bundle

Needs Python 3.9 and `cryptography`. Take it from a place you trust. By hand: docs/proof.md.
"""

from __future__ import annotations

import argparse
import hmac
import json
import struct
import sys
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from codecs import getwriter
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

WORDS = """
visit | Visit {visit}, case {case}: {events} events, {files} files; put together {at} by {who} | 上门记录 {visit}，案件 {case}：事件 {events} 条，文件 {files} 个；由 {who} 于 {at} 制作 | 訪視紀錄 {visit}，案件 {case}：事件 {events} 筆，檔案 {files} 個；由 {who} 於 {at} 製作
event | {seq:>5}  {wall}  {user}  {kind}{-}  [{after} .. {before}] | {seq:>5}  {wall}  {user}  {kind}{-}  [{after} .. {before}] | {seq:>5}  {wall}  {user}  {kind}{-}  [{after} .. {before}]
gap | Device {device}: events {first}-{end} are other work, not in this bundle | 设备 {device}：第 {first}-{end} 条属于其他工作，不在本文件内 | 裝置 {device}：第 {first}-{end} 筆屬於其他工作，不在本檔案內
device | Device {device} of {name} ({user}) signed with {key}, warranted since {since} | {name}（{user}）的设备 {device} 以 {key} 签名，该密钥自 {since} 起获认可 | {name}（{user}）的裝置 {device} 以 {key} 簽署，該金鑰自 {since} 起獲認可
log | The log {origin} holds them all in this order; [..] is when, by its clock; state of {at}, {size} entries | 日志 {origin} 按此顺序收存了全部事件，[..] 为其时钟下的时间范围；{at} 的状态共 {size} 条 | 日誌 {origin} 依此順序收存了全部事件，[..] 為其時鐘下的時間範圍；{at} 的狀態共 {size} 筆
file | File {slot}: {type}, {size} bytes, as signed | 文件 {slot}：{type}，{size} 字节，与签名一致 | 檔案 {slot}：{type}，{size} 位元組，與簽章一致
withheld | File {slot}: not in this bundle ({sha256}) | 文件 {slot}：未包含在本文件内（{sha256}） | 檔案 {slot}：未包含在本檔案內（{sha256}）
pack | In force: {id} {version} ({sha256}) | 当时适用：{id} {version}（{sha256}） | 當時適用：{id} {version}（{sha256}）
former | An event names a state of {at} of an earlier log, {origin}, which this one does not continue | 有事件引用了此前的日志 {origin} 于 {at} 的状态，现日志并非其延续 | 有事件引用了先前的日誌 {origin} 於 {at} 的狀態，現日誌並非其延續
trust | All this rests on the log key {key}: compare it with the one the office publishes | 以上均以日志密钥 {key} 为凭：请与机构公布的密钥核对 | 以上均以日誌金鑰 {key} 為憑：請與機構公布的金鑰核對
!newer | of a newer kind ({v}): take the newest verify.py from the office's site | 本文件属于较新的格式（{v}）：请到机构网站取用最新的 verify.py | 本檔案屬於較新的格式（{v}）：請至機構網站取用最新的 verify.py
!unreadable | not a visit bundle, or damaged: {why} | 不是上门记录文件，或已损坏：{why} | 不是訪視紀錄檔，或已損壞：{why}
!altered | {name} is altered, missing, or does not belong here | {name} 被改动、缺失，或不属于本文件 | {name} 遭更動、缺失，或不屬於本檔案
!signer | the list of contents is not signed by a key of the office | 目录未经机构密钥签名 | 目錄未經機構金鑰簽署
!given | the log key is {found}, not the one you gave | 日志密钥为 {found}，与您提供的不同 | 日誌金鑰為 {found}，與您提供的不同
!warrant | the key of device {device} is not warranted by the log for its user | 日志未认可设备 {device} 的密钥属于该用户 | 日誌未認可裝置 {device} 的金鑰屬於該使用者
!revoked | event {seq} of {device} was made after its key was withdrawn | 设备 {device} 第 {seq} 条事件生成于密钥注销之后 | 裝置 {device} 第 {seq} 筆事件產生於金鑰註銷之後
!body | the content of event {seq} of {device} is altered | 设备 {device} 第 {seq} 条事件的内容被改动 | 裝置 {device} 第 {seq} 筆事件的內容遭更動
!sig | event {seq} of {device} is altered, or not signed by that device | 设备 {device} 第 {seq} 条事件被改动，或并非该设备签名 | 裝置 {device} 第 {seq} 筆事件遭更動，或並非該裝置簽署
!receipt | the log does not hold event {seq} of {device} as it is here | 日志未按此内容收存设备 {device} 第 {seq} 条事件 | 日誌未依此內容收存裝置 {device} 第 {seq} 筆事件
!chain | event {seq} of {device}, entry {index} of the log, does not follow on event {last} | 设备 {device} 第 {seq} 条事件（日志第 {index} 条）与第 {last} 条不相连 | 裝置 {device} 第 {seq} 筆事件（日誌第 {index} 筆）與第 {last} 筆不相連
!log | the state of the log at {size} entries is not the log's own, or was rewritten since | 日志在 {size} 条时的状态并非其本身，或此后被改写 | 日誌在 {size} 筆時的狀態並非其本身，或此後遭改寫
!visit | the visit {visit} is not here from its beginning to its end | 上门记录 {visit} 首尾不全 | 訪視紀錄 {visit} 首尾不全
"""
TEXTS = {key: texts for key, *texts in (row.split(" | ") for row in WORDS.split("\n") if row)}
atom = json.JSONEncoder(ensure_ascii=False).encode
UNSIGNED, when = ("body", "salt", "salts", "hashes", "sig"), datetime.fromisoformat
ENDS, LANGUAGES = ("visit_ended", "visit_aborted"), ("en", "zh_CN", "zh_TW")
JSON = ("manifest.json", "seal.json", "keys.json", "receipts.json")
PARTS = dict.fromkeys(("events.jsonl", *JSON[2:], "verify.py", "README.txt"))
PARTS |= dict.fromkeys(f"timeline.{language}.html" for language in LANGUAGES)
MEDIA = ("", ".jpg", ".png", ".webp", ".wav", ".mp3", ".m4a", ".mp4", ".webm", ".pdf", ".json")
HALF = bytes.fromhex("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8")


class Broken(Exception):
    """The first thing that does not prove; its `args` are a line for `say`."""


def must(hold: object, key: str, facts: dict[str, Any]) -> None:
    if not hold:
        raise Broken(key, facts)


def say(line: tuple[Any, ...], lang: str = "en") -> str:
    """One line of the report, in one of LANGUAGES; what would break or colour it stands escaped."""
    said = TEXTS[line[0]][LANGUAGES.index(lang)].format(**line[1])
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in said)


def canonical(value: Any) -> str:
    """RFC 8785."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):  # as ECMAScript writes it (§3.2.2.3)
        exact = Decimal(repr(value or 0.0)).normalize()
        return format(exact, "f" if -7 < exact.adjusted() < 21 else "e")
    return atom(value)


def parse(name: str, raw: bytes) -> Any:
    """JSON written in its canonical form and no other."""
    value = json.loads(raw, parse_constant=int)
    must(canonical(value).encode() == raw, "!altered", {"name": name})
    return value


def digest(*of: bytes | bytearray | str) -> str:
    """SHA-256 in hex over bytes, and over what hex stands for."""
    whole = sha256()
    for part in of:
        whole.update(bytes.fromhex(part) if isinstance(part, str) else part)
    return whole.hexdigest()


def signed(key: str, signature: str, message: bytes) -> bool:
    """Whether `key` made `signature`: ed25519:/p256: and base64url; base64url of 64 bytes."""
    kind, _, text = key.partition(":")
    raw, public = urlsafe_b64decode(signature + "=="), urlsafe_b64decode(text + "==")
    if urlsafe_b64encode(raw).decode() != signature + "==" or len(raw) != 64:
        return False
    try:
        if kind == "ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(public).verify(raw, message)
        else:
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
            pair = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
            point.verify(utils.encode_dss_signature(*pair), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return kind == "ed25519" or raw[32:] <= HALF  # the lower of the two s, so there is only one


def layout(contents: dict[str, bytes]) -> list[bytes | bytearray]:
    """The one zip of these contents, in pieces: sorted, stored, dated 1980-01-01, no extras."""
    parts, rows, offset, count = list[bytes](), bytearray(), 0, len(contents)
    for name in sorted(contents):
        raw, path = contents[name], name.encode("ascii")
        fields = struct.pack("<H6xH3IH2x", 20, 33, zlib.crc32(raw), len(raw), len(raw), len(path))
        parts += [b"PK\3\4", fields, path, raw]
        rows += b"PK\1\2\x14\3" + fields + struct.pack("<3H2I", 0, 0, 0, 0x81A40000, offset) + path
        offset += 30 + len(path) + len(raw)
    return [*parts, rows, struct.pack("<4s4x2H2I2x", b"PK\5\6", count, count, len(rows), offset)]


def unzip(data: bytes) -> dict[str, bytes]:
    """The contents by name; Broken if any byte of the file is not as `layout` puts it."""
    contents, at = dict[str, bytes](), 0
    while data[at : at + 4] == b"PK\3\4" and len(contents) < 65535 and len(data) < 1 << 32:
        start = at + 30 + int.from_bytes(data[at + 26 : at + 28], "little")
        end = start + int.from_bytes(data[at + 18 : at + 22], "little")
        name, raw = data[at + 30 : start].decode("ascii"), data[start:end]
        crc = int.from_bytes(data[at + 14 : at + 18], "little")
        must(zlib.crc32(raw) == crc, "!altered", {"name": name})
        contents[name], at = raw, end
    must(not contents or digest(*layout(contents)) == digest(data), "!altered", {"name": "bundle"})
    return contents


def root(leaf: str, index: int, size: int, path: list[str]) -> str:
    """The root of a log of `size` in which `leaf` is entry `index` (RFC 9162 §2.1.3)."""
    if size == 1:
        return digest(leaf, *path) if path else leaf
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return digest(b"\1", root(leaf, index, half, path[:-1]), *path[-1:])
    return digest(b"\1", *path[-1:], root(leaf, index - half, size - half, path[:-1]))


def roots(old: int, size: int, path: list[str], begin: str) -> tuple[str, str]:
    """The roots at `old` and at `size` entries that a consistency proof gives (§2.1.4)."""
    if old >= size or size < 2:
        same = digest(begin, *path) if path[1:] else "".join(path) or begin
        return same, same
    half = 1 << (size - 1).bit_length() - 1
    if old <= half:
        first, second = roots(old, half, path[:-1], begin)
        return first, digest(b"\1", second, *path[-1:])
    first, second = roots(old - half, size - half, path[:-1], begin)
    return digest(b"\1", *path[-1:], first), digest(b"\1", *path[-1:], second)


def bound(event: dict[str, Any]) -> bool:
    """Whether the body, with the hashes of what is withheld, is the one that was signed."""
    body, salts, known = event["body"], event.get("salts", {}), event.get("hashes", {})
    if (salt := bytes.fromhex(event["salt"])) and not salts and not known:
        salts = {name: hmac.digest(salt, name.encode(), "sha256").hex() for name in body}
    shown = {name: digest(salts[name], canonical(body[name]).encode()) for name in body}
    plain = salts.keys() == shown.keys() and not (salt and known) and shown.keys().isdisjoint(known)
    return plain and digest(canonical(known | shown).encode()) == str(event["payload_hash"])


class Bundle:
    """One bundle: `check` walks it once and gathers in `lines` what is proven."""

    def __init__(self, data: bytes) -> None:
        self.contents = unzip(data)
        self.read = {name: parse(name, self.contents[name]) for name in JSON}
        self.manifest, self.receipts = self.read["manifest.json"], self.read["receipts.json"]
        self.log, self.newest, self.index = self.read["keys.json"]["log"], self.receipts["head"], -1
        self.warrants = {w["device"]: w for w in self.read["keys.json"]["warrants"]}
        must(self.manifest["v"] == 1, "!newer", self.manifest)
        rows = self.contents["events.jsonl"].removesuffix(b"\n").split(b"\n")
        self.events = [parse("events.jsonl", row) for row in rows]
        held = {canonical(e["receipt"]): e["receipt"] for e in self.events if e["receipt"]}.values()
        self.former = [head for head in held if head["origin"] != self.newest["origin"]]
        self.heads = [self.newest, *(head for head in held if head not in self.former)]
        self.lines, self.open, self.last = list[tuple[str, Any]](), set[str](), dict[str, Any]()

    def by_log(self, label: str, value: dict[str, Any], names: str) -> bool:
        told = canonical({name: value[name] for name in names.split()})
        return signed(self.log["key"], value["sig"], f"doorstep {label} v1\n{told}".encode())

    def check(self, given: str | None) -> list[tuple[str, Any]]:
        """What is proven; `given` is the log key the reader has from elsewhere."""
        must(given in (None, self.log["key"]), "!given", {"found": self.log["key"]})
        for w in self.warrants.values():
            must(self.by_log("warrant", w, "device user name key since until"), "!warrant", w)
        for head in self.heads + self.former:
            self.check_head(head)
        for event in self.events:
            self.check_event(event)
        kinds = {e["kind"] for e in self.events if e["visit"] == self.manifest["visit"]}
        whole = "visit_started" in kinds and not kinds.isdisjoint(ENDS) and not self.open
        must(whole, "!visit", {"visit": self.manifest["visit"]})
        self.check_list()
        return self.lines + ([] if given else [("trust", self.log)])

    def check_head(self, head: dict[str, Any]) -> None:
        path, newest = self.receipts["growth"].get(str(head["size"]), []), self.newest
        sizes, claim = (head["size"], newest["size"]), (head["root"], newest["root"])
        empty = head["size"] == 0 and head["root"] == digest()
        grown = head in self.former or empty or claim == roots(*sizes, path, claim[0])
        must(grown and self.by_log("tree head", head, "origin size root at"), "!log", head)

    def check_event(self, event: dict[str, Any]) -> None:
        """One event: its content, signature, place in the log, and the event before."""
        device, seq = event["device"], event["seq"]
        warrant = self.warrants.get(device, {})
        must(warrant.get("user") == event["user"], "!warrant", event)
        must(bound(event), "!body", event)
        envelope = {name: event[name] for name in event if name not in UNSIGNED}
        must(signed(warrant["key"], event["sig"], canonical(envelope).encode()), "!sig", event)
        own = digest(canonical({**envelope, "sig": event["sig"]}).encode())
        proof, size = self.receipts["proofs"].get(own, {"index": -1}), self.newest["size"]
        index, held = proof["index"], event["receipt"] or {"size": 0, "at": "-"}
        top = index in range(size) and root(digest(b"\0", own), index, size, proof["path"])
        must(top == self.newest["root"], "!receipt", event)
        until = warrant["until"] if held["size"] else None
        must(not until or when(held["at"]) <= when(until), "!revoked", event)
        last, prev = self.last.get(device, (seq - 1, "0" * 64 if seq == 1 else event["prev"]))
        linked = event["prev"] == prev if seq == last + 1 else device not in self.open
        placed = self.index < index and (held["size"] <= index or held in self.former)
        must(seq > last and linked and placed, "!chain", event | {"last": last, "index": index})
        if seq > last + 1:
            self.lines.append(("gap", {"device": device, "first": last + 1, "end": seq - 1}))
        self.index, self.last[device] = index, (seq, own)
        if event["visit"] == self.manifest["visit"] and event["kind"] in ("visit_started", *ENDS):
            (self.open.discard if event["kind"] in ENDS else self.open.add)(device)
        before = min((h["at"] for h in self.heads if h["size"] > index), key=when)
        names = "".join(f" -{name}" for name in sorted(event.get("hashes", {})))
        self.lines.append(("event", {**event, "after": held["at"], "before": before, "-": names}))

    def check_list(self) -> None:
        """The signed list of contents, against the contents; then the lines that remain."""
        entries, seal = self.manifest["entries"], self.read["seal.json"]
        found = {n: digest(raw) for n, raw in self.contents.items() if n not in JSON[:2]}
        files = [file for event in self.events for file in event["files"]]
        named = PARTS | {f"files/{f['sha256']}{end}": f["sha256"] for f in files for end in MEDIA}
        for name in sorted(entries.keys() | found.keys()):
            own, meant = found.get(name), named.get(name, "")
            must(entries.get(name) == own and meant in (None, own), "!altered", {"name": name})
        known = {warrant["key"]: warrant["name"] for warrant in self.warrants.values()}
        who = {self.log["key"]: self.newest["origin"]} | known
        listed = b"doorstep bundle v1\n" + self.contents["manifest.json"]
        must(seal["key"] in who and signed(seal["key"], seal["sig"], listed), "!signer", {})
        held = {name[6:70] for name in found if name.startswith("files/")}
        stacks = [(e["pack"], *e["pack"].get("layers", ())) for e in self.events if e["pack"]]
        packs = {pack["sha256"]: pack for stack in stacks for pack in stack}
        made = {"events": len(self.events), "files": len(held), "who": who[seal["key"]]}
        self.lines.insert(0, ("visit", {**self.manifest, **made}))
        self.lines += [("device", self.warrants[device]) for device in self.last]
        self.lines += [("file" if f["sha256"] in held else "withheld", f) for f in files]
        self.lines += [("pack", pack) for pack in [*packs.values(), *self.manifest["scripts"]]]
        self.lines += [("former", head) for head in self.former] + [("log", self.newest)]


def check(data: bytes, given: str | None = None) -> list[tuple[str, Any]]:
    """What is proven, in lines fit to `say`; raises Broken at the first thing that is not."""
    try:
        return [line for line in Bundle(data).check(given) if say(line)]
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as e:
        raise Broken("!unreadable", {"why": f"{type(e).__name__} {e}"}) from e


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Check a Doorstep visit bundle.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--log-key", help="the log key the office publishes")
    parser.add_argument("--lang", choices=LANGUAGES, default="en")
    args = parser.parse_args()
    out = getwriter(sys.stdout.encoding)(sys.stdout.buffer, "backslashreplace")
    try:
        for line in check(args.bundle.read_bytes(), args.log_key):
            print("+", say(line, args.lang), file=out)
    except OSError as error:
        parser.error(str(error))
    except Broken as broken:
        print("BROKEN:", say(broken.args, args.lang), file=out)
        raise SystemExit(1) from None
