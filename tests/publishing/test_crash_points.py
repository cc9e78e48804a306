"""Wherever an upload or a release breaks off, there is no half version: all of it is there, or none, and it can be tried again."""
