"""Checks of installations: whether what a municipality runs is still what the template says, asked whenever they like.

A check compares the settings in use with the bundle as it was installed here. What differs is drift: what the
municipality changed since, which is its good right. Sample records are left alone, for people have worked since.
"""
