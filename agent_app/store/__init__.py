"""The encrypted store of one profile: small functions `(db, …) -> value`, one noun a file.

One thread owns the connection. Writes happen inside `db.transaction` or `saving.saving`.
"""
