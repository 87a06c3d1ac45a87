-- Processor time per job in µs (median of the rounds), and bytes of log per job without full-page images
WITH rounds AS (
  SELECT p.run, p.round, p.phase, sum(p.cpu_ms) * 1000 / max(max(p.jobs)) OVER (PARTITION BY p.run, p.round) AS us
  FROM bench.phases p WHERE p.run IN ('500', '20', '1') AND p.phase <> 'forget'
  GROUP BY p.run, p.round, p.phase
), phases AS (
  SELECT run, phase, percentile_cont(0.5) WITHIN GROUP (ORDER BY us) AS us FROM rounds GROUP BY 1, 2
)
SELECT run AS batch, phase, round(us::numeric, 1) AS us_per_job FROM phases
ORDER BY run::int DESC, array_position(ARRAY['submit', 'note', 'claim', 'outcome', 'prune', 'vacuum'], phase);
SELECT CASE phase WHEN 'forget' THEN 'outcome' ELSE phase END AS phase, round(sum(bytes) / 10000, 0) AS bytes_per_job,
  round(sum(fpi_bytes) / 10000, 0) AS page_images
FROM bench.wal GROUP BY ROLLUP (1)
ORDER BY array_position(
  ARRAY['submit', 'note', 'claim', 'outcome', 'prune', 'vacuum'], CASE phase WHEN 'forget' THEN 'outcome' ELSE phase END);
