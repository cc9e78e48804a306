"""Plug-ins of a site: installed once, added to apps. The workspace keeps and describes them; it never runs them."""
