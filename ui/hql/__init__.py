"""The HQL page: an SQL editor in the browser, what it may name, saved queries, and the results of runs."""
