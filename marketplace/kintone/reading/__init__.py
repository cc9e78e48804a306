"""Reads apps back from a kintone into the parts of a bundle: the inverse of translation.py."""
