package dev.tenon.jobs.internal.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The place where a walk through the jobs of a kind continues.
 *
 * @param kind the kind
 * @param after the walk continues after this time; null if it begins with the first job
 * @param afterId the walk continues after this job at that time; null if it begins with the first
 *     one
 */
public record WalkPlace(JobKind kind, @Nullable Instant after, @Nullable UUID afterId) {

  /** The beginning of a kind. */
  public static WalkPlace beginning(JobKind kind) {
    return new WalkPlace(kind, null, null);
  }
}
