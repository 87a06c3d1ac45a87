#!/bin/sh
# run.sh make [JOBS]      makes the databases hot_today and hot_live, each with so many ended jobs (200,000)
# run.sh rounds [ROUNDS]  measures both in batches of 500, 20 and 1, in turns (6), then the log of one round
# run.sh plans            makes plans on empty tables and shows how they do on full ones
# run.sh report           prints the figures
# The connection is that of psql: PGHOST, PGPORT, PGUSER. The user has to be a superuser, the server PostgreSQL 15 on Linux.
set -eu
cd "$(dirname "$0")"
MIGRATIONS=../../../jobs-runtime/src/main/resources/dev/tenon/jobs/store/migrations
sql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }

make_database() { # DATABASE FILE JOBS
  sql -d postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1" \
    -c "ALTER DATABASE $1 SET search_path = jobs_schema, public"
  sql -d "$1" -c "CREATE SCHEMA jobs_schema" -c "CREATE EXTENSION pg_walinspect SCHEMA public"
  for f in "$MIGRATIONS"/V*.sql "$MIGRATIONS"/R*.sql; do
    sed 's/\${flyway:defaultSchema}/jobs_schema/g' "$f" | PGOPTIONS="-c client_min_messages=warning" sql -1 -d "$1" -f -
  done
  sql -d "$1" -f driver.sql
  sql -d "$1" -f "$2"
  sql -d "$1" -c "SET bench.retention = 864000" -c "SELECT bench.make_ids(0, $3 / 500, 500)" \
    -c "CALL bench.phase('fill', 0, 'submit', 500)" -c "CALL bench.phase('fill', 0, 'claim', 500)" \
    -c "CALL bench.phase('fill', 0, 'outcome', 500)" -c "CALL bench.phase('fill', 0, 'forget', 500)" \
    -c "TRUNCATE bench.ids" -o /dev/null
  sql -d "$1" -c "VACUUM ANALYZE"
}

round() { # RUN ROUND SIZE BATCHES DATABASE: the life of SIZE * BATCHES jobs, on one connection
  {
    echo "SELECT bench.make_ids($2, $4, $3) \\g /dev/null"
    for phase in submit note claim outcome forget vacuum prune vacuum; do
      if [ $phase = vacuum ]; then
        echo "SELECT pg_current_wal_insert_lsn() AS f, clock_timestamp() AS t, bench.cpu() AS c \\gset"
        echo "SELECT string_agg(format('%I', relname), ', ') AS tables FROM pg_class WHERE relkind = 'r'"
        echo "AND relnamespace = 'jobs_schema'::regnamespace AND relname ~ '^(jobs|job_attempts|job_search|live|claims|job_data|history)\$' \\gset"
        echo "VACUUM :tables;"
        echo "INSERT INTO bench.phases VALUES ('$1', $2, 'vacuum', 0, extract(epoch FROM clock_timestamp() - :'t') * 1000,"
        echo "bench.cpu() - :c, :'f', pg_current_wal_insert_lsn());"
      else
        echo "CALL bench.phase('$1', $2, '$phase', $3);"
      fi
    done
    [ "$1" != wal ] || echo "SELECT pg_switch_wal() \\g /dev/null
SELECT bench.note_wal('$1', $2) \\g /dev/null"
    echo "TRUNCATE bench.ids;"
  } | sql -d "$5"
}

case ${1:-} in
  make)
    make_database hot_today today.sql "${2:-200000}"
    make_database hot_live live.sql "${2:-200000}"
    ;;
  rounds)
    first=hot_today second=hot_live
    for r in $(seq 1 "${2:-6}"); do
      for database in $first $second; do
        round 500 "$r" 500 20 $database
        round 20 $((r + 1000)) 20 100 $database
        round 1 $((r + 2000)) 1 500 $database
      done
      swap=$first first=$second second=$swap
    done
    for database in hot_today hot_live; do round wal 3000 500 20 $database; done
    ;;
  plans)
    for kind in vacuumed=1 never=1 filled=1; do
      sql -d postgres -c "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS hot_plans" \
        -c "CREATE DATABASE hot_plans TEMPLATE hot_live" -c "ALTER DATABASE hot_plans SET search_path = jobs_schema, public"
      echo "== $kind"
      sql -d hot_plans -v $kind -f plans.sql 2> hot-plans.log
      grep -ohE '(Index|Index Only|Tid|Seq|Bitmap Heap) Scan (using [a-z_]+ )?on [a-z_]+' hot-plans.log | sort | uniq -c
    done
    ;;
  report) for database in hot_today hot_live; do echo "== $database"; sql -d $database -f report.sql; done ;;
  *) sed -n '2,6s/^# //p' "$0"; exit 1 ;;
esac
