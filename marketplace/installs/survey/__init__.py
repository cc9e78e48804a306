"""Looks at the workspace before anything is made in it: what is there already, and what is lacking."""
