"""Listening: uvicorn on a socket of ours, and a file that says where."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import uvicorn

from sync.server.app import make_app
from sync.server.office import Office
from sync.server.packs import PackShelf


def serve(office: Office, shelf: PackShelf, *, host: str, port: int, ready: Path | None) -> int:
    """Answer until told to stop. Port 0 takes a free one; `ready` gets {"url", "pid"}.

    The socket listens before `ready` is written, so whoever reads it may connect at once.
    """
    with socket.create_server((host, port), backlog=128) as listening:
        url = f"http://{host}:{listening.getsockname()[1]}"
        if ready is not None:
            _announce(ready, url)
        print(url, flush=True)
        with office.keeping() as kept:
            app = make_app(kept, shelf)
            config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
            uvicorn.Server(config).run(sockets=[listening])
    return 0


def _announce(ready: Path, url: str) -> None:
    """Written whole or not at all, so that a waiting reader never sees half."""
    half = ready.with_name(ready.name + ".part")
    half.write_text(json.dumps({"url": url, "pid": os.getpid()}), "utf-8")
    half.replace(ready)
