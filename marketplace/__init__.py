"""ヨコテン: the place where municipalities share the business apps they made."""

__version__ = "0.1.0"
