package dev.tenon.jobs.testservers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a cluster of etcd, to kill and freeze: {@link PatroniCluster} starts it, and keeps
 * there which PostgreSQL server is the primary. It does not sync to disk, so it keeps what it has
 * written when it is killed. Its output is kept in {@link #log()}.
 *
 * <p>Thread-safe; calls that start and stop it take turns.
 */
public final class EtcdServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdServer.class);

  private final String name;
  private final Path folder = Folders.temporary("etcd");
  private final Path log;
  private final int port = Ports.free();
  private final int peerPort = Ports.free();
  private final HttpProbe probe = new HttpProbe(port);
  private List<EtcdServer> members = List.of();
  private @Nullable ManagedProcess process;

  private EtcdServer(String name) {
    this.name = name;
    this.log = Folders.log(name);
    Cleanup.add(this);
  }

  /** Creates the members of a cluster and starts all of them; they are ready a moment later. */
  static List<EtcdServer> launch(int size) {
    List<EtcdServer> created = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      created.add(new EtcdServer("etcd" + i));
    }
    List<EtcdServer> members = List.copyOf(created);
    members.forEach(member -> member.members = members);
    members.forEach(EtcdServer::start);
    return members;
  }

  /** The port that clients connect to. */
  int port() {
    return port;
  }

  /** The file with everything it printed, across all its starts. */
  public Path log() {
    return log;
  }

  /** Returns whether it answers, and belongs to a majority of the cluster. */
  public boolean isHealthy() {
    return probe.answers("/health");
  }

  /** Starts it; returns immediately. */
  public synchronized void start() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException(this + " is running");
    }
    List<String> cluster = members.stream().map(each -> each.name + "=" + each.peerUrl()).toList();
    process =
        ManagedProcess.start(
            toString(),
            new ProcessBuilder(
                ClusterPrograms.find().etcd(),
                "--name=" + name,
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=http://127.0.0.1:" + port,
                "--advertise-client-urls=http://127.0.0.1:" + port,
                "--listen-peer-urls=" + peerUrl(),
                "--initial-advertise-peer-urls=" + peerUrl(),
                "--initial-cluster=" + String.join(",", cluster),
                "--log-level=warn",
                "--unsafe-no-fsync"),
            log);
  }

  /** Kills it (SIGKILL). */
  public synchronized void kill() {
    running().kill();
    LOG.info("{} is killed", this);
  }

  /** Freezes it (SIGSTOP). For the other members this is the same as a network without it. */
  public synchronized void freeze() {
    running().freeze();
    LOG.info("{} is frozen", this);
  }

  /** Lets it continue (SIGCONT). */
  public synchronized void thaw() {
    running().thaw();
    LOG.info("{} goes on", this);
  }

  /** Kills it if it runs, and deletes its files, but not {@link #log()}. */
  @Override
  public synchronized void close() {
    if (process != null && process.isAlive()) {
      kill();
    }
    Folders.delete(folder);
    Cleanup.remove(this);
  }

  @Override
  public String toString() {
    return name + " on port " + port;
  }

  private String peerUrl() {
    return "http://127.0.0.1:" + peerPort;
  }

  private ManagedProcess running() {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException(this + " is not running");
    }
    return process;
  }
}
