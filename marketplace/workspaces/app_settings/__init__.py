"""What those who manage a workspace may see and change of one app in it; each change is in the audit log."""
