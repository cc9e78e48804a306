// The workspace keeps the scripts of plug-ins and never runs them.
