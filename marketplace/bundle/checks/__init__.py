"""The checks a bundle must pass beyond its schemas, one module for each subject."""
