-- Bounds of what stands in the groups' tables: a row beyond them, which no program of ours writes, made every claim of its group fail.
-- Running nodes: they write nothing that is refused here. What stands there already is not looked at, so that the locks last a moment.

ALTER TABLE pgpubsub.retry
  ADD CONSTRAINT retry_offset_not_negative CHECK ("offset" >= 0) NOT VALID,
  ADD CONSTRAINT retry_attempts_bounded CHECK (attempts BETWEEN 0 AND 1000000000) NOT VALID,
  ADD CONSTRAINT retry_deaths_bounded CHECK (deaths BETWEEN 0 AND 1000000000) NOT VALID,
  ADD CONSTRAINT retry_event_whole CHECK (event_id IS NULL OR (type IS NOT NULL AND published_at IS NOT NULL)) NOT VALID;

ALTER TABLE pgpubsub.lease
  ADD CONSTRAINT lease_range_bounded CHECK (lo >= 0 AND hi > lo AND hi - lo <= 1000000) NOT VALID,
  ADD CONSTRAINT lease_settled_fits CHECK (length(settled) = hi - lo) NOT VALID;

ALTER TABLE pgpubsub.cursor
  ADD CONSTRAINT cursor_not_negative CHECK (hi >= 0) NOT VALID;
