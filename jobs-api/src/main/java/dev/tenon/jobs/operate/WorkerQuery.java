package dev.tenon.jobs.operate;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which workers to list. Immutable; each method returns a changed copy: {@code
 * WorkerQuery.all().withType("mail.send").withVersion(1)}. A worker has to meet everything that the
 * query asks for.
 */
public final class WorkerQuery {

  private static final WorkerQuery ALL = new WorkerQuery(null, null, null);

  private final @Nullable String type;
  private final @Nullable Integer version;
  private final @Nullable String host;

  private WorkerQuery(@Nullable String type, @Nullable Integer version, @Nullable String host) {
    this.type = type;
    this.version = version;
    this.host = host;
  }

  /** All workers. */
  public static WorkerQuery all() {
    return ALL;
  }

  /** A copy that asks for workers that run jobs of this type, by any of its names. */
  public WorkerQuery withType(String type) {
    return new WorkerQuery(Objects.requireNonNull(type, "type"), version, host);
  }

  /**
   * A copy that asks for workers for which this is the newest version of the type that they know;
   * without a type, of any of theirs. Workers in other languages have not said what they know.
   */
  public WorkerQuery withVersion(int version) {
    return new WorkerQuery(type, version, host);
  }

  /** A copy that asks for workers with this in the name of their host, in upper or lower case. */
  public WorkerQuery withHost(String host) {
    return new WorkerQuery(type, version, Objects.requireNonNull(host, "host"));
  }

  /** The type asked for. */
  public Optional<String> type() {
    return Optional.ofNullable(type);
  }

  /** The version asked for. */
  public OptionalInt version() {
    return version == null ? OptionalInt.empty() : OptionalInt.of(version);
  }

  /** The part of the host's name asked for. */
  public Optional<String> host() {
    return Optional.ofNullable(host);
  }
}
