"""ヨコテン: the place where municipalities share the business apps they made."""
