"""Writes the index of the catalog as plain files (marketplace/mirror), so that it can be read past this service.

What changes notes in its own transaction that a template is due (`noting`); the worker gives each changed template the
next number (`numbering`), writes what the numbers name, and last the head (`writing`).
"""
