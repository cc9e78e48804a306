"""Words every domain shares: errors, context, actor, bilingual text, ids, pages, clock; imports nothing of ours."""
