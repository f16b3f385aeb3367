--- number_with_separators_as_a_text
SELECT 1_000::String, -1.5::String, 0x1F::String, 1e3::String

--- not_before_everything
SELECT NOT 1 IN (1), NOT 1 = 2 AND 1, NOT NULL IS NULL, NOT 1 BETWEEN 0 AND 2, NOT 'a' LIKE 'a'

--- minus_before_everything
SELECT -1 IN (-1), -latency % 7, -2 * -3, - 5 DIV 2, -[1, 2][1], -(1, 2).1 FROM request_response_rmt

--- comparisons_in_a_row
SELECT 1 = 1 = 1, 1 < 2 < 3, 1 != 2 = 1, 3 > 2 > 1

--- and_or_not_between
SELECT 1 OR 0 AND 0, 1 AND 5 BETWEEN 1 AND 9 AND 1, 0 OR 5 NOT BETWEEN 1 AND 9 OR 1, NOT 0 AND 0

--- concatenation_and_arithmetic
SELECT 'a' || toString(1 + 2) || 'b', '1' || '2' = '12', 'a' || 'b' LIKE 'ab', toString(1) || 'x' IN ('1x')

--- ternary_in_places
SELECT [1 ? 2 : 3], arrayMap(x -> x > 1 ? 'a' : 'b', [1, 2]), CASE WHEN 1 ? 0 : 1 THEN 'x' ELSE 'y' END, (1 OR 0) ? 1 + 1 : 2 * 3

--- subscripts_and_parts_in_a_row
SELECT [[(1, 'a')]][1][1].2, map('a', [1, 2])['a'][2], (1, [2, 3]).2[1], [1, 2][1]::String

--- casts_in_a_row
SELECT 1::UInt8::String, (1 + 1)::UInt8 + 1, -1::Int8, '1'::UInt8 + 1, NOT 0::UInt8
