-- The accounts that HQL reads with, in SQL: for ClickHouse Cloud, or a server whose configuration cannot be reached.
-- hql.xml says the same for a server's users.d and explains it. Run it as an administrator, with the password replaced,
-- before Heliograph's next start, which then makes the views read as hql_definer; give Heliograph the reader's address
-- in CLICKHOUSE_READER_URL. `heliograph` is the database and, in the last statement, Heliograph's own account.
CREATE SETTINGS PROFILE IF NOT EXISTS hql SETTINGS
    readonly = 1 CONST,
    max_execution_time = 30 CONST,
    max_memory_usage = 4000000000 CONST,
    max_rows_to_read = 1000000000 CONST,
    max_result_rows = 300001 CONST,
    max_concurrent_queries_for_user = 40 CONST,
    session_timezone = 'UTC' CONST,
    timeout_overflow_mode = 'throw' CONST,
    read_overflow_mode = 'throw' CONST,
    result_overflow_mode = 'throw' CONST,
    allow_ddl = 0 CONST,
    allow_introspection_functions = 0 CONST,
    allow_get_client_http_header = 1 CONST,
    cancel_http_readonly_queries_on_client_close = 1,
    http_write_exception_in_output_format = 1,
    output_format_json_quote_denormals = 1,
    use_skip_indexes = 0 CONST,
    use_query_condition_cache = 0 CONST,
    use_query_cache = 0 CONST,
    implicit_select = 0,
    max_block_size = 16384;

CREATE USER IF NOT EXISTS hql_reader IDENTIFIED BY 'replace this password' SETTINGS PROFILE hql;
CREATE USER IF NOT EXISTS hql_definer HOST NONE;

GRANT SELECT ON heliograph.hql_request_response_rmt TO hql_reader;
GRANT SELECT ON heliograph.hql_scores TO hql_reader;
GRANT SELECT ON heliograph.hql_feedback TO hql_reader;
GRANT SELECT ON heliograph.hql_sessions TO hql_reader;
GRANT SELECT ON heliograph.hql_users TO hql_reader;
GRANT SELECT ON heliograph.hql_daily_usage TO hql_reader;
GRANT SELECT ON heliograph.hql_cache_metrics TO hql_reader;

GRANT SELECT ON heliograph.request_response_rmt TO hql_definer;
GRANT SELECT ON heliograph.scores TO hql_definer;
GRANT SELECT ON heliograph.feedback TO hql_definer;
GRANT SELECT ON heliograph.users_daily TO hql_definer;
GRANT SELECT ON heliograph.requests_hourly TO hql_definer;

CREATE ROW POLICY IF NOT EXISTS hql ON
    heliograph.request_response_rmt, heliograph.scores, heliograph.feedback, heliograph.users_daily,
    heliograph.requests_hourly
FOR SELECT USING organization_id = toUUIDOrZero(getClientHTTPHeader('X-Heliograph-Organization')) TO hql_definer;

GRANT SET DEFINER ON hql_definer TO heliograph;
