-- name: parsing
-- entity: -
-- grain: one value
-- as_of: -
-- description: Macros that read a value from text by our rules. Each tries the plain form first; the careful rules run
--   only for the values on which that fails. NULL: the text is no such value. The session's TimeZone is the mapping's.

-- Full-width digits and marks, as Korean input methods and old hosts write them, and blanks of other widths.
CREATE OR REPLACE TEMP MACRO narrow(x) AS
    translate(x, '０１２３４５６７８９，．－（）＋／：　' || chr(160), '0123456789,.-()+/:  ');

-- Text of a number as DuckDB can cast it: without currency, separators and brackets; △ and brackets mean minus.
CREATE OR REPLACE TEMP MACRO clean_narrow_number(x) AS
    CASE
        WHEN regexp_full_match(x, '\s*(\(\s*)?[-+−△▲]?\s*(₩|￦|[Ww]|KRW|\\)?\s*[-+−△▲]?\s*([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?\s*(원|₩|[Ww]|KRW)?\s*[-−]?\s*(\))?\s*')
            AND NOT regexp_matches(x, '[-+−△▲].*[-+−△▲(]|\(.*[-+−△▲]')
            AND contains(x, '(') = contains(x, ')')
        THEN (CASE WHEN regexp_matches(x, '[-−△▲(]') THEN '-' ELSE '' END) || regexp_replace(x, '[^0-9.]', '', 'g')
        WHEN regexp_full_match(x, '\s*[-+]?\.[0-9]+\s*')
        THEN replace(replace(trim(x), '+', ''), '.', '0.')
    END;

CREATE OR REPLACE TEMP MACRO clean_number(x) AS clean_narrow_number(narrow(x));

CREATE OR REPLACE TEMP MACRO whole_part(c) AS
    CASE WHEN regexp_full_match(c, '-?[0-9]+(\.0*)?') THEN TRY_CAST(split_part(c, '.', 1) AS BIGINT) END;

-- The round trip refuses what DuckDB would round or take by other rules: 1.5, 1e3, 1_000.
CREATE OR REPLACE TEMP MACRO parse_bigint(x) AS
    coalesce(
        CASE WHEN CAST(TRY_CAST(x AS BIGINT) AS VARCHAR) = x THEN TRY_CAST(x AS BIGINT) END,
        whole_part(clean_number(x))
    );

CREATE OR REPLACE TEMP MACRO finite(x) AS CASE WHEN isfinite(x) THEN x END;

CREATE OR REPLACE TEMP MACRO parse_double(x) AS
    coalesce(
        CASE WHEN NOT contains(x, '_') THEN finite(TRY_CAST(x AS DOUBLE)) END,
        finite(TRY_CAST(clean_number(x) AS DOUBLE))
    );

-- Text of a date as YYYY-MM-DD.
CREATE OR REPLACE TEMP MACRO clean_narrow_date(x) AS
    CASE
        WHEN regexp_full_match(x, '\s*[0-9]{8}\s*')
        THEN regexp_replace(trim(x), '^(....)(..)(..)$', '\1-\2-\3')
        WHEN regexp_full_match(x, '\s*[0-9]{4}(-[0-9]{1,2}-|/[0-9]{1,2}/|\.\s?[0-9]{1,2}\.\s?)[0-9]{1,2}\.?\s*|\s*[0-9]{4}년\s*[0-9]{1,2}월\s*[0-9]{1,2}일\s*')
        THEN regexp_replace(trim(x), '^([0-9]{4})[^0-9]+([0-9]{1,2})[^0-9]+([0-9]{1,2})[^0-9]*$', '\1-\2-\3')
    END;

CREATE OR REPLACE TEMP MACRO clean_date(x) AS clean_narrow_date(narrow(x));

-- Text of an instant as YYYY-MM-DD HH:MM:SS.ffffff+HH:MM; a time alone of a day is its midnight.
CREATE OR REPLACE TEMP MACRO clean_narrow_timestamp(x) AS
    CASE
        WHEN regexp_full_match(x, '\s*[0-9]{14}\s*')
        THEN regexp_replace(trim(x), '^(....)(..)(..)(..)(..)(..)$', '\1-\2-\3 \4:\5:\6')
        WHEN regexp_full_match(x, '\s*[0-9]{4}[-/.]?[0-9]{2}[-/.]?[0-9]{2}[T ]\s?[0-9]{2}:?[0-9]{2}:?[0-9]{2}([.][0-9]{1,9})?\s*(Z|[-+][0-9]{2}(:?[0-9]{2})?)?\s*')
        THEN regexp_replace(
            trim(x),
            '^(....)[-/.]?(..)[-/.]?(..)[T ]\s?(..):?(..):?(..)([.][0-9]+)?\s*(Z|([-+]..):?(..)?)?$',
            '\1-\2-\3 \4:\5:\6\7\8'
        )
        WHEN regexp_full_match(x, '\s*[0-9]{4}[-/.]?[0-9]{2}[-/.]?[0-9]{2}[T ]\s?[0-9]{2}:[0-9]{2}\s*(Z|[-+][0-9]{2}(:?[0-9]{2})?)?\s*')
        THEN regexp_replace(
            trim(x), '^(....)[-/.]?(..)[-/.]?(..)[T ]\s?(..):(..)\s*(Z|([-+]..):?(..)?)?$', '\1-\2-\3 \4:\5:00\6'
        )
        ELSE clean_narrow_date(x)
    END;

CREATE OR REPLACE TEMP MACRO clean_timestamp(x) AS clean_narrow_timestamp(narrow(x));

CREATE OR REPLACE TEMP MACRO parse_timestamp(x) AS
    coalesce(
        CASE WHEN x[5] = '-' AND length(x) > 15 THEN TRY_CAST(x AS TIMESTAMPTZ) END,
        TRY_CAST(clean_timestamp(x) AS TIMESTAMPTZ)
    );

CREATE OR REPLACE TEMP MACRO parse_date(x) AS
    coalesce(
        CASE WHEN length(x) = 10 AND x[5] = '-' AND x[8] = '-' THEN TRY_CAST(x AS DATE) END,
        TRY_CAST(clean_date(x) AS DATE),
        CASE WHEN length(x) > 10 THEN CAST(parse_timestamp(x) AS DATE) END
    );

CREATE OR REPLACE TEMP MACRO parse_boolean(x) AS
    coalesce(
        TRY_CAST(x AS BOOLEAN),
        CASE
            WHEN lower(trim(x)) IN ('y', 'yes', 't', 'true', '1', '예', '네', 'o') THEN true
            WHEN lower(trim(x)) IN ('n', 'no', 'f', 'false', '0', '아니오', '아니요', 'x') THEN false
        END
    );

-- The day in Seoul of an instant. Seoul has kept nine hours since 1989; before that the calendar of zones decides.
CREATE OR REPLACE TEMP MACRO seoul_date(x) AS
    CASE
        WHEN x >= TIMESTAMPTZ '1989-01-01 00:00:00+00' THEN CAST(make_timestamp(epoch_us(x) + 32400000000) AS DATE)
        ELSE CAST(timezone('Asia/Seoul', x) AS DATE)
    END;
