"""Loaded once by the process others are forked from: what each of them would read anew."""

from tests.support.desks import shipped_packs

shipped_packs()
