"""What a newcomer finds: invented municipalities, their people, a workspace, stories and wanted apps."""
