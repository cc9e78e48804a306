"""Tells other systems what happens to the records of an app.

Words: a *webhook* is an address of an app with the *events* it wants to hear of; a *delivery* is one message to one
webhook. Deliveries are written in the transaction of the event (`outbox`) and sent after it by the worker (`posting`):
at least once, each under an id that stays the same. Nothing here ever changes the outcome of a call.
"""
