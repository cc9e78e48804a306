"""Cursors: the records a query selects at one moment, to be fetched page by page until the last or for ten minutes."""
