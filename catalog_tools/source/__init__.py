"""The source files of templates: their text, their sections, and versions as changes to the version before."""
