"""The built-in workspace itself: sites, their users, apps with preview and live settings, records; no HTTP.

Words: a *site* is one built-in workspace (kintone: one domain); an *app* lives in a site under a number;
a *part* is one group of an app's settings (fields, layout, views …); a *stage* is preview or live.
Everything about behaviour follows the kintone REST API; refusals are `PlatformError`s with kintone's codes.
"""
