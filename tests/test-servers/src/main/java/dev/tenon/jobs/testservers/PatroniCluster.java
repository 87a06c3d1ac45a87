package dev.tenon.jobs.testservers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Three PostgreSQL servers under Patroni, with three members of etcd, to break: the primary
 * confirms a commit when one of the two standbys has it too, and if it is lost, Patroni promotes a
 * standby that has every confirmed commit.
 *
 * <p>Patroni and etcd are the installed ones, or those that {@code ./dev cluster} downloads. The
 * settings are those of {@code deploy/cluster}, except that nothing is synced to disk: a machine
 * that is killed here keeps what it has written. Starting takes a quarter of a minute.
 *
 * <p>Thread-safe. All methods throw {@link TestServerException} if a server does not do as
 * requested.
 */
public final class PatroniCluster implements AutoCloseable {

  /** Until the members of etcd have found each other. */
  private static final Duration START_OF_ETCD = Duration.ofMinutes(1);

  /** Each check asks several servers by HTTP. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Until a server is created, or has caught up. */
  private static final Duration START = Duration.ofMinutes(2);

  /**
   * The settings that etcd keeps for all members. The lock of the primary lasts {@code ttl}
   * seconds, the shortest time that Patroni accepts.
   */
  private static final String SHARED_SETTINGS =
      """
      ttl: 20
      loop_wait: 5
      retry_timeout: 5
      maximum_lag_on_failover: 1048576
      synchronous_mode: quorum
      synchronous_mode_strict: true
      synchronous_node_count: 1
      failsafe_mode: false
      postgresql:
        use_pg_rewind: true
        use_slots: true
        parameters:
          max_connections: 200
          shared_buffers: 64MB
          dynamic_shared_memory_type: mmap
          wal_keep_size: 256MB
          log_timezone: UTC
          timezone: UTC
          fsync: 'off'
      """;

  private final List<EtcdServer> etcd;
  private final List<PatroniNode> nodes;

  private PatroniCluster(List<EtcdServer> etcd) {
    this.etcd = etcd;
    List<PatroniNode> created = new ArrayList<>();
    for (int i = 1; i <= etcd.size(); i++) {
      created.add(new PatroniNode("pg" + i, etcd, SHARED_SETTINGS));
    }
    this.nodes = List.copyOf(created);
  }

  /** Starts a cluster, and waits until each of its standbys confirms commits. */
  public static PatroniCluster launch() {
    PatroniCluster cluster = new PatroniCluster(EtcdServer.launch(3));
    try {
      cluster.awaitEtcd();
      PatroniNode first = cluster.nodes.get(0);
      first.start();
      Poll.until(first + " as primary", START, PAUSE, first::isPrimary);
      cluster.nodes.stream().skip(1).forEach(PatroniNode::start);
      cluster.awaitHealthy();
      return cluster;
    } catch (TestServerException e) {
      cluster.close();
      throw e;
    }
  }

  /** Returns the settings that etcd keeps for all servers, as YAML. */
  public static String settings() {
    return SHARED_SETTINGS;
  }

  /** The members of etcd. */
  public List<EtcdServer> etcd() {
    return etcd;
  }

  /** The servers: a primary and two standbys. */
  public List<PatroniNode> nodes() {
    return nodes;
  }

  /** Returns the primary. */
  public PatroniNode primary() {
    return nodes.stream()
        .filter(PatroniNode::isPrimary)
        .findFirst()
        .orElseThrow(() -> new TestServerException("No server says that it is the primary"));
  }

  /** Waits until all members run, and both standbys confirm commits. */
  public void awaitHealthy() {
    awaitEtcd();
    Poll.until(
        "a primary with two synchronous standbys",
        START,
        PAUSE,
        () ->
            nodes.stream().filter(PatroniNode::isPrimary).count() == 1
                && nodes.stream().filter(PatroniNode::isSynchronous).count() == nodes.size() - 1);
  }

  /**
   * Lets the primary continue without etcd as long as it reaches all other servers. Waits until
   * each server knows it.
   */
  public void enableFailsafe() {
    primary().probe().patch("/config", "{\"failsafe_mode\": true}");
    Poll.until(
        "failsafe_mode of all servers",
        START,
        PAUSE,
        () -> nodes.stream().allMatch(node -> node.probe().answers("/failsafe")));
  }

  /**
   * A new, empty database. Its URL names all servers and finds the primary; everything but the port
   * numbers is as the guide recommends.
   */
  public PostgresDatabase createDatabase() {
    return PostgresDatabase.on(
        "jdbc:postgresql://%s/postgres?targetServerType=primary"
            .formatted(
                nodes.stream()
                    .map(node -> "127.0.0.1:" + node.port())
                    .collect(Collectors.joining(","))),
        "postgres",
        "",
        () -> nodes.stream().anyMatch(PatroniNode::isPrimary));
  }

  /** Kills all members, and deletes their files, but not their logs. */
  @Override
  public void close() {
    nodes.forEach(PatroniNode::close);
    etcd.forEach(EtcdServer::close);
  }

  private void awaitEtcd() {
    Poll.until(
        "etcd to answer",
        START_OF_ETCD,
        PAUSE,
        () -> etcd.stream().allMatch(EtcdServer::isHealthy));
  }
}
