"""Makes signed packages that are carried into closed networks by hand, installs them there, and takes in the report.

Words: a *package* is a bundle with the order to install it, signed by the service; a *statement* says in it who made it
for whom; a *report* is what comes back: the journal of the installation. Packages are installed by the same acts as
everything else (installs/run.py), with a journal in a file.
"""
