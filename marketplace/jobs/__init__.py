"""Work done outside requests: the registry of jobs, the queue that wakes a worker, the worker."""
