"""Try-outs: workspaces without an account, made for one visitor and one template, that disappear by themselves."""
