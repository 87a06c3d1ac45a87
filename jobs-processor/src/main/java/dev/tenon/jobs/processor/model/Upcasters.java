package dev.tenon.jobs.processor.model;

import java.util.List;

/**
 * The upcasters of a job type, at most one per version.
 *
 * @param payload the upcasters that make payloads, sorted by version
 * @param result the upcasters that make results, sorted by version
 */
public record Upcasters(List<UpcasterMethod> payload, List<UpcasterMethod> result) {

  /** Returns whether one of them makes payloads of this version. */
  public boolean hasPayload(int version) {
    return has(payload, version);
  }

  /** Returns whether one of them makes results of this version. */
  public boolean hasResult(int version) {
    return has(result, version);
  }

  private static boolean has(List<UpcasterMethod> upcasters, int version) {
    return upcasters.stream().anyMatch(upcaster -> upcaster.from().value() == version);
  }
}
