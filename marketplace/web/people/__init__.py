"""The pages about the people of a workspace: its users, groups and organisations."""
