"""The acts of an import, one module per kind: what each intends, does, and finds when it is begun again."""
