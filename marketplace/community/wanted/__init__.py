"""The wanted list: apps that municipalities wish for, who else wants them, and the templates that answer them.

A wanted app belongs to a municipality, never to a person. Others say that they want it too, once each, and anybody
who may can answer with a template. The municipality that wants it decides how it ends: fulfilled by one of the
answers, or closed with a reason; it can be opened again.
"""
