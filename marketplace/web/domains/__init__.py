"""The pages of workspaces that are a kintone domain."""
