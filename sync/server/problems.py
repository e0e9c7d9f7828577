"""Refusals with an HTTP status: what a route answers instead of its reply."""

from __future__ import annotations

from sync.messages import Problem


class Refused(Exception):
    """`status` is HTTP's; `code` is for programs, `message` for people and logs: no PII."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        retry_after: float | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status = status
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["retry-after"] = str(int(retry_after))
        self.problem = Problem(code, message, retry_after)
        super().__init__(f"{status} {code}")
