"""The pages on which those who manage a workspace see and change the settings of an app."""
