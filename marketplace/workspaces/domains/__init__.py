"""Workspaces that are a kintone domain: where it is, with which account it is reached, and whether that works."""
