"""The database under every domain: engine, unit of work, column types, migrations; both databases behave as one."""
