--- url
SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a String')

--- url_without_structure
SELECT * FROM url('http://169.254.169.254/latest/meta-data/')

--- file
SELECT * FROM file('/etc/passwd', 'LineAsString', 'line String')

--- file_in_a_subquery
SELECT count() FROM request_response_rmt WHERE model IN (SELECT line FROM file('/etc/passwd', LineAsString))

--- file_in_in
SELECT 1 WHERE 'x' IN file('/etc/passwd', LineAsString)

--- file_quoted
SELECT * FROM `file`('/etc/passwd', 'LineAsString')

--- file_double_quoted
SELECT * FROM "file"('/etc/passwd', 'LineAsString')

--- file_case
SELECT * FROM FILE('/etc/passwd', 'LineAsString')

--- file_as_a_view_argument
SELECT * FROM hql_scores(org_id = (SELECT line FROM file('/etc/passwd', LineAsString)))

--- file_cluster
SELECT * FROM fileCluster('default', '*.csv')

--- filesystem
SELECT * FROM filesystem('/')

--- remote
SELECT * FROM remote('127.0.0.1', 'heliograph', 'request_response_rmt')

--- remote_of_system
SELECT * FROM remote('127.0.0.1:9000', system.users, 'default', '')

--- remote_secure
SELECT * FROM remoteSecure('127.0.0.1', system.one)

--- cluster
SELECT * FROM cluster('default', system.tables)

--- cluster_all_replicas
SELECT * FROM clusterAllReplicas('default', heliograph.request_response_rmt)

--- s3
SELECT * FROM s3('http://127.0.0.1:1/b/k', 'CSV', 'a String')

--- s3_cluster
SELECT * FROM s3Cluster('default', 'http://127.0.0.1:1/b/k')

--- gcs
SELECT * FROM gcs('http://127.0.0.1:1/b/k', 'CSV')

--- oss_and_cosn
SELECT * FROM oss('http://127.0.0.1:1/b/k') UNION ALL SELECT * FROM cosn('http://127.0.0.1:1/b/k')

--- azure
SELECT * FROM azureBlobStorage('http://127.0.0.1:1', 'c', 'b')

--- hdfs
SELECT * FROM hdfs('hdfs://127.0.0.1:1/f', 'CSV', 'a String')

--- iceberg
SELECT * FROM iceberg('http://127.0.0.1:1/b/t')

--- iceberg_local
SELECT * FROM icebergLocal('/var/lib')

--- delta_lake
SELECT * FROM deltaLake('http://127.0.0.1:1/b/t')

--- hudi
SELECT * FROM hudi('http://127.0.0.1:1/b/t')

--- paimon
SELECT * FROM paimonLocal('/var/lib')

--- ytsaurus
SELECT * FROM ytsaurus('http://127.0.0.1:1', '//tmp/t', 'token', 'a String')

--- bigquery
SELECT * FROM bigquery('project', 'dataset', 'table')

--- mysql
SELECT * FROM mysql('127.0.0.1:1', 'db', 't', 'u', 'p')

--- postgresql
SELECT * FROM postgresql('127.0.0.1:1', 'db', 't', 'u', 'p')

--- sqlite
SELECT * FROM sqlite('/data/metadata.db', 'api_keys')

--- mongodb
SELECT * FROM mongodb('127.0.0.1:1', 'db', 'c', 'u', 'p', 'a String')

--- redis
SELECT * FROM redis('127.0.0.1:1', 'k', 'k String, v String')

--- jdbc
SELECT * FROM jdbc('jdbc:mysql://127.0.0.1:1', 'db', 't')

--- odbc
SELECT * FROM odbc('DSN=x', 'db', 't')

--- executable
SELECT * FROM executable('id.sh', TabSeparated, 'a String')

--- python
SELECT * FROM python(os)

--- input
SELECT * FROM input('a String')

--- arrow_stream
SELECT * FROM arrowstream('x')

--- merge
SELECT * FROM merge('heliograph', '.*')

--- merge_regexp_of_databases
SELECT * FROM merge(REGEXP('.*'), 'request.*')

--- merge_one_argument
SELECT * FROM merge('^request_response_rmt$')

--- loop
SELECT * FROM loop(heliograph.request_response_rmt) LIMIT 5

--- loop_without_database
SELECT * FROM loop(request_response_rmt) LIMIT 5

--- view
SELECT * FROM view(SELECT * FROM heliograph.prices)

--- view_of_public_table
SELECT * FROM view(SELECT model FROM request_response_rmt)

--- view_if_permitted
SELECT * FROM viewIfPermitted(SELECT * FROM system.users ELSE null('a String'))

--- view_explain
SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))

--- explain_as_a_table
SELECT * FROM (EXPLAIN SELECT * FROM request_response_rmt)

--- dictionary
SELECT * FROM dictionary('d')

--- null_table
SELECT * FROM null('a String')

--- values
SELECT * FROM values('a String', 'x')

--- values_standard
SELECT * FROM VALUES (1), (2)

--- sql_standard_values
SELECT * FROM SQLStandardValues('a UInt8', 1)

--- numbers
SELECT * FROM numbers(10)

--- numbers_quoted
SELECT * FROM `numbers`(2)

--- numbers_mt_of_many
SELECT count() FROM numbers_mt(1000000000000)

--- zeros
SELECT * FROM zeros(10)

--- generate_series
SELECT * FROM generate_series(1, 10)

--- primes
SELECT * FROM primes(10)

--- generate_random
SELECT * FROM generateRandom('a String') LIMIT 5

--- fuzz_query
SELECT * FROM fuzzQuery('SELECT 1') LIMIT 1

--- fuzz_json
SELECT * FROM fuzzJSON('{"a": 1}') LIMIT 1

--- format
SELECT * FROM format(JSONEachRow, '{"a": 1}')

--- eval
SELECT * FROM eval('SELECT * FROM system.users')

--- merge_tree_index
SELECT * FROM mergeTreeIndex(heliograph, request_response_rmt)

--- merge_tree_index_with_marks
SELECT * FROM mergeTreeIndex(currentDatabase(), request_response_rmt, with_marks = true)

--- merge_tree_projection
SELECT * FROM mergeTreeProjection(heliograph, request_response_rmt, p)

--- merge_tree_text_index
SELECT * FROM mergeTreeTextIndex(heliograph, request_response_rmt, idx_request_body)

--- merge_tree_analyze_indexes
SELECT * FROM mergeTreeAnalyzeIndexes(heliograph, request_response_rmt, 1)

--- merge_tree_codec_blocks
SELECT * FROM mergeTreeCodecBlockCounts(heliograph, request_response_rmt)

--- time_series_data
SELECT * FROM timeSeriesData(heliograph, t)

--- time_series_tags
SELECT * FROM timeSeriesTags('heliograph', 't')

--- time_series_selector
SELECT * FROM timeSeriesSelector('heliograph', 't', 'up', now(), now())

--- prometheus_query
SELECT * FROM prometheusQuery('heliograph', 't', 'up', now())

--- table_function_in_join
SELECT count() FROM users AS u JOIN numbers(10) AS n ON n.number = u.requests

--- table_function_after_a_comma
SELECT count() FROM users, numbers(10)

--- table_function_in_cte
WITH n AS (SELECT * FROM numbers(10)) SELECT * FROM n

--- table_function_in_union
SELECT 1 UNION ALL SELECT number FROM numbers(3)

--- table_function_in_in
SELECT count() FROM users WHERE requests IN numbers(10)

--- view_call_of_another_in_in
SELECT count() FROM scores WHERE request_id IN hql_scores(org_id = '$OTHER')

--- public_name_as_a_function
SELECT * FROM request_response_rmt(org_id = '$OTHER')

--- public_name_as_a_function_empty
SELECT * FROM scores()

--- table_function_as_an_alias_of_a_cte
WITH numbers AS (SELECT 1 AS x) SELECT * FROM numbers(10)
