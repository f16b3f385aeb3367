"""HQL: ClickHouse SQL over an organisation's own requests, guarded. `hql/guard.py` is the one door."""
