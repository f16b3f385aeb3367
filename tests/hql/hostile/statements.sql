--- two_statements
SELECT 1; SELECT 2

--- drop_after_select
SELECT 1; DROP TABLE scores

--- semicolon_in_front
; SELECT * FROM system.users

--- second_after_a_comment
SELECT 1 -- ;
; SELECT currentUser()

--- insert_select
INSERT INTO scores SELECT * FROM scores

--- insert_values
INSERT INTO scores VALUES ('x')

--- insert_into_function
INSERT INTO FUNCTION file('/tmp/x.csv', CSV) SELECT * FROM scores

--- insert_with_cte
WITH t AS (SELECT 1) INSERT INTO scores SELECT * FROM t

--- update
UPDATE request_response_rmt SET cost = 0 WHERE 1

--- delete
DELETE FROM scores WHERE 1

--- alter_delete
ALTER TABLE scores DELETE WHERE 1

--- alter_update
ALTER TABLE request_response_rmt UPDATE cost = 0 WHERE 1

--- alter_drop_row_policy
ALTER USER hql_reader SETTINGS readonly = 0

--- create_table
CREATE TABLE t (a UInt8) ENGINE = Memory

--- create_table_as_select
CREATE TABLE t ENGINE = Memory AS SELECT * FROM scores

--- create_temporary_table
CREATE TEMPORARY TABLE scores AS SELECT 1

--- create_view
CREATE VIEW v AS SELECT * FROM scores

--- create_function
CREATE FUNCTION f AS (x) -> x

--- create_dictionary
CREATE DICTIONARY d (id UInt64) PRIMARY KEY id SOURCE(FILE(path '/etc/passwd' format 'CSV')) LAYOUT(FLAT()) LIFETIME(1)

--- create_user
CREATE USER u IDENTIFIED BY 'p'

--- create_row_policy
CREATE ROW POLICY p ON scores USING 1 TO hql_reader

--- drop_table
DROP TABLE scores

--- drop_view
DROP VIEW hql_scores

--- truncate
TRUNCATE TABLE scores

--- rename
RENAME TABLE scores TO s

--- exchange
EXCHANGE TABLES scores AND feedback

--- attach
ATTACH TABLE t

--- detach
DETACH TABLE scores

--- optimize
OPTIMIZE TABLE scores FINAL

--- check_table
CHECK TABLE scores

--- system_flush
SYSTEM FLUSH LOGS

--- system_shutdown
SYSTEM SHUTDOWN

--- kill
KILL QUERY WHERE 1

--- grant
GRANT SELECT ON *.* TO hql_reader

--- revoke
REVOKE SELECT ON *.* FROM hql_reader

--- set
SET readonly = 0

--- set_role wall
SET ROLE ALL

--- use
USE system

--- explain
EXPLAIN SELECT * FROM request_response_rmt

--- explain_query_tree
EXPLAIN QUERY TREE SELECT * FROM system.users

--- explain_estimate
EXPLAIN ESTIMATE SELECT * FROM heliograph.request_response_rmt

--- explain_table_override
EXPLAIN TABLE OVERRIDE mysql('127.0.0.1:1', 'db', 't', 'u', 'p') PARTITION BY 1

--- describe
DESCRIBE TABLE request_response_rmt

--- desc_of_a_subquery
DESC (SELECT * FROM heliograph.prices)

--- describe_table_function
DESCRIBE file('/etc/passwd', LineAsString)

--- show_tables wall
SHOW TABLES

--- show_create
SHOW CREATE TABLE request_response_rmt

--- show_databases wall
SHOW DATABASES

--- show_grants wall
SHOW GRANTS

--- show_processlist
SHOW PROCESSLIST

--- show_settings wall
SHOW SETTINGS LIKE 'max%'

--- exists_table
EXISTS TABLE scores

--- backup
BACKUP TABLE scores TO Disk('d', 'x')

--- restore
RESTORE TABLE scores FROM Disk('d', 'x')

--- begin_transaction
BEGIN TRANSACTION

--- watch
WATCH v

--- move_user
MOVE USER u TO s

--- execute_as
EXECUTE AS default SELECT * FROM system.users

--- parallel_with
SELECT 1 PARALLEL WITH SELECT 2

--- values_statement
VALUES (1)

--- call
CALL f()

--- prepared
PREPARE p AS SELECT 1

--- copy
COPY scores TO 's'

--- an_expression
1 + 1

--- only_a_name
request_response_rmt

--- kql_statement
prices | take 1

--- prql_statement
from prices

--- select_into
SELECT * INTO t FROM scores
