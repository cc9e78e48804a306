"""Makes templates of apps that live in a workspace: the survey, the export as a stored job, the draft, the report.

Words: an *export* is one run of reading apps; a *survey* is an export that only looks and makes no draft; the
*report* tells the author what was carried, replaced and left behind. An export only reads, so whoever takes it over
starts it again from the beginning.
"""
