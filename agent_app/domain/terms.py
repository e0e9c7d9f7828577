"""The terms of a plan as two people agree on them over the telephone, and their one hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def spoken(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of a plan's JSON that are read out: what an approval binds, and the lead types in.

    KeyError, IndexError or TypeError for what is no whole plan.
    """
    first = plan["instalments"][0]
    return {
        "months": plan["months"],
        "pause": plan["pause"],
        "discount_bp": plan["discount_bp"],
        "total": plan["total"],
        "first": first["amount"],
        "first_due": first["due"],
    }


def terms_hash(terms: Mapping[str, Any]) -> str:
    """SHA-256 of the terms' RFC 8785 bytes: texts, whole numbers and ASCII names only, for which
    plain sorted JSON is the canonical form."""
    text = json.dumps(
        terms, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict
    )
    return hashlib.sha256(text.encode()).hexdigest()


def approves(approval: Mapping[str, Any], plan: Mapping[str, Any]) -> bool:
    """Whether the body of an `approval_given` is for exactly the terms of `plan`."""
    try:
        return bool(approval.get("terms_hash") == terms_hash(spoken(plan)))
    except (KeyError, IndexError, TypeError):
        return False
