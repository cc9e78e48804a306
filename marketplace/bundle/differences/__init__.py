"""The differences between two bundles, one module for each subject."""
