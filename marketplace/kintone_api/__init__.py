"""The kintone-compatible HTTP face of the built-in workspaces, under /w/<site>/k/v1/.

`table` lists the APIs; each is a function from a `Call` to the body of its answer, in the module of its subject.
"""
