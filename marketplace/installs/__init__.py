"""Placing a template in a workspace: plan, journal, run and resume, installations."""
