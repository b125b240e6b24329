-- Which hours were laid by anew since: as long as all marks of a period are the same and none of its hours is stale, so are its sums
-- (src/store/sqlite/reports/hours/kept-sums.ts). An hour without a row here was laid by before this table was. It may be emptied at any time.
CREATE TABLE report_laid (
  hour INTEGER PRIMARY KEY, -- hours since 1970
  mark INTEGER NOT NULL -- another one each time
) STRICT;
