"""The settings of apps: one module per part reads what a call sends, checks it and writes the preview."""
