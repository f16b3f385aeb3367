"""Everything that becomes a row: the gateway, the spool, the worker, usage and prices."""
