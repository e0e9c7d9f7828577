"""Rehearsal: a visit to an invented debtor through the real actions, in a room thrown away after.

`role` and `row` invent the debtor and the case (data of the packs), `room` is the desk of its own
that nothing leaves, `play` visits it without a screen, `score` judges what was done.
"""
