--- intervals
SELECT toDateTime('2026-03-05 10:00:00') + INTERVAL 1 DAY, toDate('2026-03-05') - INTERVAL 2 WEEK, toDate('2026-03-05') + INTERVAL 1 MONTH, toDateTime('2026-03-05 10:00:00', 'UTC') + INTERVAL 90 MINUTE, toDate('2026-03-05') + INTERVAL 1 YEAR + INTERVAL 1 QUARTER

--- interval_strings
SELECT toDate('2026-03-05') + INTERVAL '1' DAY, toDate('2026-03-05') + INTERVAL '1 day', toDateTime('2026-03-05 00:00:00', 'UTC') + INTERVAL '2 hours', toDate('2026-03-05') - INTERVAL '3 month'

--- interval_expression
SELECT request_created_at + INTERVAL latency MILLISECOND, request_created_at + INTERVAL (latency * 2) SECOND, request_created_at - INTERVAL 1 + 1 DAY FROM request_response_rmt

--- interval_units
SELECT INTERVAL 1 SECOND, INTERVAL 5 MINUTE, INTERVAL 3 HOUR, INTERVAL 2 DAY, INTERVAL 1 WEEK, INTERVAL 6 MONTH, INTERVAL 1 QUARTER, INTERVAL 2 YEAR, INTERVAL 10 MILLISECOND, INTERVAL 7 MICROSECOND, INTERVAL 9 NANOSECOND

--- interval_plural_units
SELECT toDate('2026-03-05') + INTERVAL 3 DAYS, now() - INTERVAL 24 HOURS < now(), toDate('2026-03-05') + INTERVAL 2 MONTHS

--- interval_functions
SELECT toDate('2026-03-05') + toIntervalDay(1), toIntervalHour(2), toIntervalMinute(3), toIntervalSecond(4), toIntervalWeek(1), toIntervalMonth(2), toIntervalYear(1), toIntervalQuarter(1)

--- interval_before_the_date
SELECT INTERVAL 1 DAY + toDate('2026-03-05')

--- date_literals
SELECT DATE '2026-03-01', TIMESTAMP '2026-03-01 10:00:00', DATE '2026-03-01' + 1, count() FROM request_response_rmt WHERE toDate(request_created_at) >= DATE '2026-03-05'

--- date_arithmetic
SELECT toDate('2026-03-05') + 1, toDate('2026-03-05') - 1, toDate('2026-03-05') - toDate('2026-03-01'), toDateTime('2026-03-05 00:00:00', 'UTC') + 3600, today() - yesterday()

--- text_compared_with_times
SELECT count() FROM request_response_rmt WHERE request_created_at >= '2026-03-05' AND request_created_at < '2026-03-06 12:00:00'

--- extract
SELECT EXTRACT(YEAR FROM request_created_at), EXTRACT(MONTH FROM request_created_at), EXTRACT(DAY FROM request_created_at), extract(HOUR FROM request_created_at), EXTRACT(MINUTE FROM request_created_at), EXTRACT(SECOND FROM request_created_at) FROM request_response_rmt

--- extract_of_a_date
SELECT EXTRACT(year FROM toDate('2026-03-05')), EXTRACT(QUARTER FROM toDate('2026-03-05'))

--- parts
SELECT toYear(request_created_at), toMonth(request_created_at), toDayOfMonth(request_created_at), toHour(request_created_at), toMinute(request_created_at), toSecond(request_created_at), toDayOfWeek(request_created_at), toDayOfYear(request_created_at), toQuarter(request_created_at), toISOWeek(request_created_at), toISOYear(request_created_at), toWeek(request_created_at), toYearWeek(request_created_at), toMillisecond(request_created_at) FROM request_response_rmt

--- parts_sql_names
SELECT YEAR(request_created_at), MONTH(request_created_at), DAY(request_created_at), HOUR(request_created_at), MINUTE(request_created_at), SECOND(request_created_at), QUARTER(request_created_at), DAYOFWEEK(request_created_at), DAYOFYEAR(request_created_at), DAYOFMONTH(request_created_at), WEEK(request_created_at) FROM request_response_rmt

--- starts
SELECT toStartOfYear(request_created_at), toStartOfQuarter(request_created_at), toStartOfMonth(request_created_at), toStartOfWeek(request_created_at), toStartOfWeek(request_created_at, 1), toMonday(request_created_at), toStartOfDay(request_created_at), toStartOfHour(request_created_at), toStartOfMinute(request_created_at), toStartOfFiveMinutes(request_created_at), toStartOfTenMinutes(request_created_at), toStartOfFifteenMinutes(request_created_at), toStartOfSecond(request_created_at), toStartOfISOYear(request_created_at) FROM request_response_rmt

--- start_of_interval
SELECT toStartOfInterval(request_created_at, INTERVAL 15 MINUTE) AS slot, count() FROM request_response_rmt GROUP BY slot

--- start_of_interval_unaliased
SELECT toStartOfInterval(request_created_at, INTERVAL 6 HOUR), toStartOfInterval(request_created_at, toIntervalDay(1)), toStartOfInterval(request_created_at, INTERVAL 1 WEEK) FROM request_response_rmt

--- last_days
SELECT toLastDayOfMonth(toDate('2026-02-05')), toLastDayOfWeek(toDate('2026-03-05'))

--- trunc
SELECT date_trunc('hour', request_created_at), dateTrunc('day', request_created_at), DATE_TRUNC('month', request_created_at), date_trunc('week', request_created_at), date_trunc('minute', request_created_at, 'Asia/Tokyo') FROM request_response_rmt

--- diff
SELECT dateDiff('second', request_created_at, response_created_at), date_diff('day', toDate('2026-03-01'), toDate('2026-03-05')), DATEDIFF('hour', toDateTime('2026-03-01 00:00:00'), toDateTime('2026-03-02 01:00:00')), age('month', toDate('2026-01-31'), toDate('2026-03-01')), timeDiff(toDateTime('2026-03-01 00:00:00'), toDateTime('2026-03-01 00:00:05')) FROM request_response_rmt

--- diff_unquoted_unit
SELECT date_diff(DAY, toDate('2026-03-01'), toDate('2026-03-05')), dateDiff(HOUR, toDateTime('2026-03-01 00:00:00'), toDateTime('2026-03-01 05:00:00')), TIMESTAMP_DIFF(SECOND, toDateTime('2026-03-01 00:00:00'), toDateTime('2026-03-01 00:00:07'))

--- milliseconds_between
SELECT dateDiff('millisecond', request_created_at, response_created_at), toUnixTimestamp64Milli(response_created_at) - toUnixTimestamp64Milli(request_created_at) FROM request_response_rmt

--- add_and_subtract
SELECT addDays(toDate('2026-03-05'), 1), addHours(toDateTime('2026-03-05 00:00:00', 'UTC'), 2), addMonths(toDate('2026-01-31'), 1), subtractDays(toDate('2026-03-05'), 5), subtractMinutes(request_created_at, 5), addWeeks(toDate('2026-03-05'), 1), addYears(toDate('2026-03-05'), 1), addSeconds(request_created_at, 1), subtractMonths(toDate('2026-03-31'), 1), addQuarters(toDate('2026-03-05'), 1) FROM request_response_rmt ORDER BY request_id LIMIT 5

--- date_add_functions
SELECT date_add(DAY, 3, toDate('2026-03-05')), date_sub(MONTH, 1, toDate('2026-03-05')), dateAdd(HOUR, 2, toDateTime('2026-03-05 00:00:00', 'UTC')), timestamp_add(toDateTime('2026-03-05 00:00:00', 'UTC'), INTERVAL 3 MONTH), DATE_ADD(toDate('2026-03-05'), INTERVAL 3 DAY), date_sub(toDate('2026-03-05'), INTERVAL 1 WEEK)

--- format
SELECT formatDateTime(request_created_at, '%Y-%m-%d %H:%i'), formatDateTime(toDate('2026-03-05'), '%d.%m.%y'), DATE_FORMAT(request_created_at, '%Y'), formatDateTimeInJodaSyntax(request_created_at, 'yyyy-MM-dd'), dateName('month', toDate('2026-03-05')), monthName(toDate('2026-03-05')) FROM request_response_rmt

--- parse
SELECT parseDateTimeBestEffort('2026-03-05T10:00:00Z', 'UTC'), parseDateTimeBestEffortOrNull('no'), parseDateTimeBestEffortOrZero('no', 'UTC'), parseDateTime('05.03.2026', '%d.%m.%Y', 'UTC'), parseDateTime64BestEffort('2026-03-05 10:00:00.123', 3, 'UTC'), parseDateTimeOrNull('x', '%Y'), toDateTime64('2026-03-05 10:00:00.5', 1, 'UTC')

--- unix_time
SELECT toUnixTimestamp(request_created_at), toUnixTimestamp('2026-03-05 00:00:00', 'UTC'), fromUnixTimestamp(1772668800, '%Y', 'UTC'), toDateTime(1772668800, 'UTC'), fromUnixTimestamp64Milli(1772668800123, 'UTC'), toUnixTimestamp64Micro(request_created_at), FROM_UNIXTIME(1772668800, '%d', 'UTC') FROM request_response_rmt ORDER BY request_id LIMIT 5

--- time_zones
SELECT toTimeZone(request_created_at, 'Asia/Tokyo'), toDateTime(request_created_at, 'Europe/Berlin'), toDate(request_created_at, 'America/New_York'), toHour(request_created_at, 'Asia/Kolkata'), timeZoneOf(request_created_at), timezoneOffset(request_created_at), toString(request_created_at, 'UTC'), toStartOfDay(request_created_at, 'Asia/Tokyo') FROM request_response_rmt

--- at_time_zone
SELECT request_created_at AT TIME ZONE 'Asia/Tokyo' FROM request_response_rmt ORDER BY request_id LIMIT 5

--- numbers_of_dates
SELECT toYYYYMM(request_created_at), toYYYYMMDD(request_created_at), toYYYYMMDDhhmmss(request_created_at), toRelativeDayNum(toDate('2026-03-05')), toRelativeHourNum(request_created_at), toDaysSinceYearZero(toDate('2026-03-05')), toModifiedJulianDay('2026-03-05'), YYYYMMDDToDate(20260305) FROM request_response_rmt

--- make
SELECT makeDate(2026, 3, 5), makeDateTime(2026, 3, 5, 1, 2, 3, 'UTC'), makeDateTime64(2026, 3, 5, 1, 2, 3, 4, 3, 'UTC'), toDate32('2026-03-05'), toTime(toDateTime('2026-03-05 10:11:12', 'UTC')), timeSlot(request_created_at), timeSlots(toDateTime('2026-03-05 10:00:00', 'UTC'), toUInt32(600), 300), dateTimeToSnowflakeID(toDateTime('2026-03-05 10:00:00', 'UTC')) FROM request_response_rmt ORDER BY request_id LIMIT 2

--- now_family
SELECT toDate(now()) = today(), yesterday() = today() - 1, now64(3) >= now() - 5, toStartOfDay(now()) <= now(), NOW() <= now() + 1, CURRENT_DATE() = today(), curdate() = today(), current_timestamp() > '2020-01-01 00:00:00', UTCTimestamp() > '2020-01-01 00:00:00', current_date = today()

--- date_of_text
SELECT toDate('2026-03-05'), date('2026-03-05'), toDateOrNull('nope'), toDateOrZero('nope'), toDateTimeOrNull('nope'), DATE(request_created_at), toDateOrDefault('nope', toDate('2026-01-01')) FROM request_response_rmt ORDER BY request_id LIMIT 3

--- days_grouped_and_filled
SELECT toStartOfWeek(request_created_at, 1) AS week, toDayOfWeek(request_created_at) AS weekday, count() FROM request_response_rmt GROUP BY week, weekday

--- heat_of_hours
SELECT toDayOfWeek(request_created_at), toHour(request_created_at), count() FROM request_response_rmt WHERE request_created_at < '2026-04-01' GROUP BY 1, 2

--- recent
SELECT count() > 0, countIf(request_created_at > now() - INTERVAL 1 HOUR) > 0, countIf(request_created_at >= today() - 7) > 0, countIf(request_created_at > subtractDays(now(), 30)) > 0 FROM request_response_rmt

--- overlaps
SELECT count() FROM sessions WHERE started_at <= '2026-03-10 00:00:00' AND ended_at >= '2026-03-05 00:00:00' AND dateDiff('minute', started_at, ended_at) > 0

--- last_seen
SELECT user_id, dateDiff('day', first_seen, last_seen), active_days FROM users WHERE last_seen > toDateTime('2026-03-05 00:00:00')
