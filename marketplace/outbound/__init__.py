"""Calls other hosts over HTTPS so that nobody can make the service call its own network.

Words: a *target* is a whole address that may be called; its *places* are the network addresses its name stands for,
asked for once, checked, and then connected to as they are.
"""
