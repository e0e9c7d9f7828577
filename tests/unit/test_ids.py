from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from agent_app.ids import uuid7

START = datetime(2026, 11, 23, tzinfo=UTC)


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_later_ids_sort_after_earlier_ones(a: bytes, b: bytes) -> None:
    assert uuid7(START, a) < uuid7(START + timedelta(milliseconds=1), b)


@given(st.binary(min_size=10, max_size=10))
def test_it_is_a_version_7_uuid_of_its_millisecond(entropy: bytes) -> None:
    made = UUID(uuid7(START, entropy))
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == int(START.timestamp() * 1000)
