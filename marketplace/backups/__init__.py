"""Backups of all that a service keeps: rows and blobs of one moment, read back before they count, and restored whole.

A backup is rows in JSON lines, a list of the blobs that they name, these blobs, and a manifest that is written last
(docs/adr/backups-in-rows.md). It knows no database: what was taken from SQLite goes into PostgreSQL, and back.
"""
