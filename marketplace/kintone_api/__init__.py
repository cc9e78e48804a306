"""The kintone-compatible HTTP face of the built-in workspaces."""
