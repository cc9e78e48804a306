"""Hands the calls of an import out to a runner at the workspace's side, one by one, and takes in what came of them.

Words: a *runner* is the program that makes the calls; its *turn* is a stretch of a step from its start (or from where
an earlier turn broke off) with everything that happened in it: tries, calls and pauses, the *events*. The acts of
installs/steps run as ever, over a transport that replays the events of the turn and stops at the first call that has
no outcome yet: that is the next call.
"""
