package dev.tenon.jobs.internal.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk through the jobs of a kind goes on.
 *
 * @param kind the kind
 * @param after after which time; null if it begins with the first job
 * @param afterId after which job with this time; null if it begins with the first one
 */
public record WalkPlace(JobKind kind, @Nullable Instant after, @Nullable UUID afterId) {

  /** The beginning of a kind. */
  public static WalkPlace beginning(JobKind kind) {
    return new WalkPlace(kind, null, null);
  }
}
