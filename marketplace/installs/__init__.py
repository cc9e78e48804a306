"""Places templates in workspaces: the plan, the journal of steps, the run that resumes, and what is installed where.

Words: a *plan* is what an install would do; an *import* is one run of it; its *steps* are the journal; an
*installation* is the result. kintone can't delete an app by API, so each step is written down before and
after its calls, can be repeated without harm, and is never left to memory.
"""
