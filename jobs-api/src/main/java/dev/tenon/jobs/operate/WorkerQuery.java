package dev.tenon.jobs.operate;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A query for workers. Immutable; each method returns a changed copy: {@code
 * WorkerQuery.all().withType("mail.send").withVersion(1)}. A worker must meet all conditions of the
 * query.
 */
public final class WorkerQuery {

  private static final WorkerQuery ALL = new WorkerQuery(null, null, null, null);

  private final @Nullable String type;
  private final @Nullable Integer version;
  private final @Nullable String host;

  private final @Nullable String applicationVersion;

  private WorkerQuery(
      @Nullable String type,
      @Nullable Integer version,
      @Nullable String host,
      @Nullable String applicationVersion) {
    this.type = type;
    this.version = version;
    this.host = host;
    this.applicationVersion = applicationVersion;
  }

  /** All workers. */
  public static WorkerQuery all() {
    return ALL;
  }

  /** A copy that asks for workers that run jobs of this type, by any of its names. */
  public WorkerQuery withType(String type) {
    return new WorkerQuery(Objects.requireNonNull(type, "type"), version, host, applicationVersion);
  }

  /**
   * A copy that asks for workers whose newest known version of the type is this one; without a
   * type, that of any of their types. Workers in other languages do not report versions.
   */
  public WorkerQuery withVersion(int version) {
    return new WorkerQuery(type, version, host, applicationVersion);
  }

  /**
   * A copy that asks for workers whose host name contains this string; upper and lower case do not
   * matter.
   */
  public WorkerQuery withHost(String host) {
    return new WorkerQuery(type, version, Objects.requireNonNull(host, "host"), applicationVersion);
  }

  /** A copy that asks for workers of this version of their application. */
  public WorkerQuery withApplicationVersion(String applicationVersion) {
    return new WorkerQuery(
        type, version, host, Objects.requireNonNull(applicationVersion, "applicationVersion"));
  }

  /** The type asked for. */
  public Optional<String> type() {
    return Optional.ofNullable(type);
  }

  /** The version asked for. */
  public OptionalInt version() {
    return version == null ? OptionalInt.empty() : OptionalInt.of(version);
  }

  /** The part of the host name asked for. */
  public Optional<String> host() {
    return Optional.ofNullable(host);
  }

  /** The version of the application asked for. */
  public Optional<String> applicationVersion() {
    return Optional.ofNullable(applicationVersion);
  }
}
