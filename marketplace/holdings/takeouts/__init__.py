"""All data of a municipality in one file: asked for by an administrator, made by the worker, kept for some days."""
