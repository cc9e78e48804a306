"""Speaks the kintone REST API: the client, its errors, and the translation of a bundle's parts into calls.

Knows no database; whom it talks to is the transport's affair: a kintone domain or a built-in workspace.
"""
