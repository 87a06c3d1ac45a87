# ./dev cluster: breaks every node of a cluster under load. Needs the programs of lib/programs.sh; fetches Patroni and etcd.
. "$root/build/dev/lib/maven.sh"
. "$root/build/dev/lib/programs.sh"
. "$root/build/dev/lib/rounds.sh"

missing_for_cluster() { missing_packages | grep -E '^(postgresql|rabbitmq-server)$' || true; }

run_cluster() {
  local figures=$root/tests/fault-suite/target/figures/cluster-as-users-run-it.txt
  need_tools
  need_packages missing_for_cluster "the cluster needs PostgreSQL and RabbitMQ" "postgresql@17 rabbitmq"
  need_cluster_programs
  rm -f "$figures"
  # Only the module with the test compiles and runs tests, so it starts minutes earlier
  round cluster "Cluster on Java $java_major" -T 2 test -pl tests/fault-suite -am -Dfaults=full \
    -Dtest=dev.tenon.jobs.faults.WholeClusterTest -Dmaven.test.skip=true -Dspotless.check.skip=true "$@"
  print_summary
  cat "$figures"
}

run_cluster "$@"
