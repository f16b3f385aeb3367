--- number n=300
SELECT count() FROM request_response_rmt WHERE latency > {n:UInt32}

--- text model=alfa-gpt-4o
SELECT count() FROM request_response_rmt WHERE model = {model:String}

--- text_with_quotes "text=it's \"quoted\" \\ and"
SELECT count(), {text:String} AS t FROM request_response_rmt WHERE position(response_body, {text:String}) > 0

--- text_that_looks_like_sql "text=' OR 1=1 --"
SELECT count() FROM request_response_rmt WHERE model = {text:String}

--- date day=2026-03-05
SELECT count() FROM request_response_rmt WHERE toDate(request_created_at) = {day:Date}

--- times "since=2026-03-05 00:00:00" "until=2026-03-08 12:00:00.500"
SELECT count() FROM request_response_rmt WHERE request_created_at >= {since:DateTime} AND request_created_at < {until:DateTime64(3)}

--- array 'models=["alfa-gpt-4o","bravo-gpt-4o"]'
SELECT model, count() FROM request_response_rmt WHERE has({models:Array(String)}, model) GROUP BY model

--- in_array 'models=["alfa-gpt-4o","bravo-gpt-4o"]'
SELECT count() FROM request_response_rmt WHERE model IN {models:Array(String)}

--- float_and_bool rate=0.25 flag=true
SELECT {rate:Float64} * 2, countIf(is_stream = {flag:Bool}) FROM request_response_rmt

--- nullable v=null
SELECT {v:Nullable(UInt8)} IS NULL

--- uuid id=aaaaaaaa-0000-4000-8000-000000000007
SELECT count() FROM request_response_rmt WHERE request_id = {id:UUID}

--- limit n=3
SELECT DISTINCT model FROM request_response_rmt ORDER BY model LIMIT {n:UInt8}

--- used_twice n=200
SELECT countIf(latency > {n:UInt32}), countIf(latency <= {n:UInt32}), {n:UInt32} + 1 FROM request_response_rmt

--- in_subquery n=2
WITH busy AS (SELECT user_id FROM users WHERE requests > {n:UInt64}) SELECT count() FROM request_response_rmt WHERE user_id IN (SELECT user_id FROM busy)

--- decimal d=1.25
SELECT {d:Decimal(10, 2)} + 1, toString({d:Decimal(10, 2)})

--- integers_at_their_bounds a=18446744073709551615 b=-9223372036854775808 c=-128
SELECT {a:UInt64}, {b:Int64}, {c:Int8}, {a:UInt64} - 1

--- several_kinds 'i=[1,2,3]' f=-0.5 'd=["2026-03-05","2026-03-06"]' u=null
SELECT arraySum({i:Array(UInt8)}), {f:Float32}, countIf(has({d:Array(Date)}, toDate(request_created_at))), {u:Nullable(String)} FROM request_response_rmt

--- nested_arrays 'a=[[1,2],[3]]' 'n=[1,null]'
SELECT {a:Array(Array(UInt8))}, {n:Array(Nullable(Int32))}

--- texts_of_every_kind 'a=naïve 日本語 😀' 'b=back\\slash' 'c=two\nlines\tand a tab' d= e=NULL_
SELECT {a:String}, {b:String}, {c:String}, {d:String}, {e:String}, length({c:String})

--- array_of_odd_texts 'a=["its", "\\\\", "a,b", "]", "\"q\""]'
SELECT {a:Array(String)}, length({a:Array(String)})

--- unaliased n=5
SELECT {n:UInt8}, {n:UInt8} * 2, toString({n:UInt8})
