-- What both sides need: ids that sort by time, phases in batches, and where the measurements go. The tables are unlogged, so
-- that measuring writes nothing to the log that is measured.
CREATE SCHEMA bench;
CREATE UNLOGGED TABLE bench.ids (round int, batch int, ids uuid[], payloads text[]);
CREATE UNLOGGED TABLE bench.phases (
  run text, round int, phase text, jobs int, total_ms float8, cpu_ms float8, lsn_from pg_lsn, lsn_to pg_lsn,
  at timestamptz DEFAULT clock_timestamp());
CREATE UNLOGGED TABLE bench.wal (
  run text, round int, phase text, rmgr text, record text, rel text, records bigint, bytes bigint, fpi_bytes bigint);
INSERT INTO jobs_schema.workers (id, host, process_id, concurrency) VALUES ('worker-0123456789abcdef', 'host', 1, 20);
INSERT INTO jobs_schema.job_types (type) SELECT 'bench.work' || t FROM generate_series(0, 3) AS t;

-- Ids of version 7 in ascending order, and payloads of about a hundred bytes
CREATE FUNCTION bench.make_ids(p_round int, p_batches int, p_size int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO bench.ids
  SELECT p_round, b,
    array_agg((lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + b), 12, '0') || '7' || lpad(to_hex(i), 3, '0')
      || to_hex(8 + (random() * 3)::int) || substr(md5(random()::text), 1, 15))::uuid ORDER BY i),
    array_agg(format('{"number":%s,"sentAtMicros":%s,"customer":"Customer %s, 12 Example Street"}', b * p_size + i,
      (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, lpad(i::text, 8, '0')) ORDER BY i)
  FROM generate_series(1, p_batches) AS b, generate_series(1, p_size) AS i
  GROUP BY b ORDER BY b
$$;

-- The processor time of this connection in ms, which other work of the machine disturbs less than the clock
CREATE FUNCTION bench.cpu() RETURNS float8 LANGUAGE sql VOLATILE AS $$
  SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1000000
$$;

-- One phase of a round, in batches, each in a transaction of its own
CREATE PROCEDURE bench.phase(p_run text, p_round int, p_phase text, p_size int) LANGUAGE plpgsql AS $$
DECLARE
  v_batch record; v_ids uuid[]; v_n bigint; v_jobs int := 0;
  v_started timestamptz; v_total float8 := 0; v_cpu_from float8; v_cpu float8 := 0; v_from pg_lsn;
BEGIN
  v_from := pg_current_wal_insert_lsn();
  IF p_phase IN ('forget', 'prune') THEN
    LOOP
      COMMIT;
      v_cpu_from := bench.cpu();
      v_started := clock_timestamp();
      v_n := 0;
      IF p_phase = 'forget' THEN PERFORM bench.forget_claims(); ELSE v_n := bench.prune(p_size); END IF;
      COMMIT;
      v_total := v_total + extract(epoch FROM clock_timestamp() - v_started) * 1000;
      v_cpu := v_cpu + bench.cpu() - v_cpu_from;
      v_jobs := v_jobs + v_n;
      EXIT WHEN v_n = 0;
    END LOOP;
  ELSE
    FOR v_batch IN SELECT b.batch, b.ids, b.payloads FROM bench.ids b WHERE b.round = p_round ORDER BY b.batch LOOP
      FOR i IN 0 .. (cardinality(v_batch.ids) - 1) / p_size LOOP
        v_ids := v_batch.ids[i * p_size + 1 : (i + 1) * p_size];
        COMMIT;
        v_cpu_from := bench.cpu();
        v_started := clock_timestamp();
        CASE p_phase
          WHEN 'submit' THEN
            PERFORM bench.submit(v_ids, v_batch.payloads[i * p_size + 1 : (i + 1) * p_size], 'bench.work' || v_batch.batch % 4);
          WHEN 'note' THEN PERFORM bench.note(v_ids);
          WHEN 'claim' THEN v_n := bench.claim(v_ids); ASSERT v_n = cardinality(v_ids), 'claimed ' || v_n;
          WHEN 'claim_due' THEN v_n := cardinality(bench.claim_due(p_size)); ASSERT v_n = cardinality(v_ids), 'claimed ' || v_n;
          WHEN 'outcome' THEN v_n := bench.finish(v_ids); ASSERT v_n = cardinality(v_ids), 'finished ' || v_n;
        END CASE;
        COMMIT;
        v_total := v_total + extract(epoch FROM clock_timestamp() - v_started) * 1000;
        v_cpu := v_cpu + bench.cpu() - v_cpu_from;
        v_jobs := v_jobs + cardinality(v_ids);
      END LOOP;
    END LOOP;
  END IF;
  INSERT INTO bench.phases VALUES (p_run, p_round, p_phase, v_jobs, v_total, v_cpu, v_from, pg_current_wal_insert_lsn());
END $$;

-- What the log has between two places, by record and relation
CREATE FUNCTION bench.note_wal(p_run text, p_round int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO bench.wal
  SELECT p.run, p.round, p.phase, r.resource_manager, r.record_type, c.relname,
    count(*), sum(r.record_length - r.fpi_length), sum(r.fpi_length)
  FROM bench.phases p, pg_get_wal_records_info(p.lsn_from, p.lsn_to) AS r
  LEFT JOIN pg_class c ON c.relfilenode = substring(r.block_ref FROM '/(\d+) ')::oid AND c.relfilenode <> 0
  WHERE p.run = p_run AND p.round = p_round AND p.lsn_from < p.lsn_to
  GROUP BY 1, 2, 3, 4, 5, 6
$$;
