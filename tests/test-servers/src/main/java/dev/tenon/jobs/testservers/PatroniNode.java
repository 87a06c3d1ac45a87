package dev.tenon.jobs.testservers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine with a PostgreSQL server under Patroni, to kill, freeze and cut off: a member of a
 * {@link PatroniCluster}. What reaches the machine, and what it asks etcd, goes through proxies.
 *
 * <p>Thread-safe; calls that start and stop it take turns.
 */
public final class PatroniNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PatroniNode.class);

  /** The settings of one member. Those that all share are in etcd. */
  private static final String CONFIGURATION =
      """
      scope: tenon
      name: %s
      restapi:
        listen: 127.0.0.1:%d
        connect_address: 127.0.0.1:%d
      etcd3:
        hosts: [%s]
        use_proxies: true
      bootstrap:
        dcs:
      %s
        initdb:
          - encoding: UTF8
          - locale: C
          - auth-host: trust
          - auth-local: trust
          - data-checksums
          - no-sync
      postgresql:
        listen: 127.0.0.1:%d
        connect_address: 127.0.0.1:%d
        data_dir: %s
        bin_dir: %s
        pgpass: %s
        use_unix_socket: false
        remove_data_directory_on_diverged_timelines: true
        authentication:
          superuser: {username: postgres}
          replication: {username: replicator}
        pg_hba:
          - host all all 127.0.0.1/32 trust
          - host replication replicator 127.0.0.1/32 trust
        parameters:
          unix_socket_directories: ''
      """;

  private final String name;
  private final Path folder = Folders.temporary("patroni");
  private final Postmaster postmaster = new Postmaster(folder.resolve("data"));
  private final Path log;
  private final int port = Ports.free();
  private final int apiPort = Ports.free();
  private final TcpProxy network = TcpProxy.to("127.0.0.1", port);
  private final TcpProxy apiNetwork = TcpProxy.to("127.0.0.1", apiPort);
  private final List<TcpProxy> wayToEtcd = new ArrayList<>();
  private final HttpProbe probe = new HttpProbe(apiPort);
  private @Nullable ManagedProcess process;
  private Optional<ProcessHandle> cutReceiver = Optional.empty();

  PatroniNode(String name, List<EtcdServer> etcd, String sharedSettings) {
    this.name = name;
    this.log = Folders.log(name);
    Cleanup.add(this);
    etcd.forEach(member -> wayToEtcd.add(TcpProxy.to("127.0.0.1", member.port())));
    PostgresUser.own(folder);
    Folders.append(folder.resolve("patroni.yml"), List.of(configuration(sharedSettings)));
  }

  private String configuration(String sharedSettings) {
    Path programs =
        Programs.postgres()
            .orElseThrow(
                () ->
                    new TestServerException(
                        "PostgreSQL's initdb was found neither on the PATH nor in"
                            + " /usr/lib/postgresql/*/bin. Install PostgreSQL 14 or newer"
                            + " (Debian: apt-get install postgresql)."));
    return CONFIGURATION.formatted(
        name,
        apiPort,
        apiNetwork.port(),
        wayToEtcd.stream().map(way -> "127.0.0.1:" + way.port()).collect(Collectors.joining(", ")),
        sharedSettings.strip().indent(4).stripTrailing(),
        port,
        network.port(),
        postmaster.data(),
        programs,
        folder.resolve("pgpass"));
  }

  /** Its name in Patroni. */
  public String name() {
    return name;
  }

  /** The port where others reach its PostgreSQL. It stays the same. */
  public int port() {
    return network.port();
  }

  /** The file with everything that Patroni and PostgreSQL printed, across all their starts. */
  public Path log() {
    return log;
  }

  /** Returns whether it says that it is the primary, and has proof of it in etcd. */
  public boolean isPrimary() {
    return probe.answers("/primary");
  }

  /** Returns whether it is a standby whose confirmations the primary counts. */
  public boolean isSynchronous() {
    return probe.answers("/quorum");
  }

  HttpProbe probe() {
    return probe;
  }

  /** Starts Patroni, which starts PostgreSQL; returns immediately. */
  public synchronized void start() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException(this + " is running");
    }
    ClusterPrograms programs = ClusterPrograms.find();
    List<String> line = new ArrayList<>(PostgresUser.prefix());
    line.addAll(programs.patroni());
    line.add(folder.resolve("patroni.yml").toString());
    ProcessBuilder command = new ProcessBuilder(line).directory(folder.toFile());
    // The environment must contain no settings of another server
    command.environment().keySet().removeIf(key -> key.matches("(PATRONI_|PG|PYTHON).*"));
    command.environment().putAll(programs.environment());
    command.environment().put("HOME", folder.toString());
    process = ManagedProcess.start(toString(), command, log);
  }

  /** Kills Patroni and PostgreSQL (SIGKILL), as if the machine had lost its power. */
  public synchronized void kill() {
    running().kill();
    postmaster.kill();
    LOG.info("{} is killed", this);
  }

  /** Freezes Patroni and PostgreSQL (SIGSTOP), as if the machine hung. */
  public synchronized void freeze() {
    running().freeze();
    postmaster.freeze();
    LOG.info("{} is frozen", this);
  }

  /** Lets them continue (SIGCONT). */
  public synchronized void thaw() {
    postmaster.thaw();
    running().thaw();
    LOG.info("{} goes on", this);
  }

  /**
   * Cuts the machine off from clients, etcd and the other members. Nothing is refused; everything
   * is swallowed. The process that receives changes from the primary is frozen: the way to the
   * primary is the same for all standbys, so no proxy could cut off only one.
   */
  public synchronized void cutOff() {
    network.stall();
    apiNetwork.stall();
    wayToEtcd.forEach(TcpProxy::stall);
    cutReceiver = postmaster.receiver();
    cutReceiver.ifPresent(ProcessTree::freeze);
    LOG.info("{} is cut off", this);
  }

  /** Ends what {@link #cutOff()} has begun. */
  public synchronized void reconnect() {
    wayToEtcd.forEach(TcpProxy::resume);
    apiNetwork.resume();
    network.resume();
    cutReceiver.filter(ProcessTree::isRunning).ifPresent(ProcessTree::thaw);
    cutReceiver = Optional.empty();
    LOG.info("{} is reached again", this);
  }

  /** Kills it if it runs, and deletes its files, but not {@link #log()}. */
  @Override
  public synchronized void close() {
    if (process != null && process.isAlive()) {
      process.kill();
    }
    postmaster.kill();
    network.close();
    apiNetwork.close();
    wayToEtcd.forEach(TcpProxy::close);
    Folders.delete(folder);
    Cleanup.remove(this);
  }

  @Override
  public String toString() {
    return name + " on port " + port();
  }

  private ManagedProcess running() {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException(this + " is not running");
    }
    return process;
  }
}
