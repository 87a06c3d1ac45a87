package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.SensitivePaths;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The values that are hidden in the log and the errors of an attempt: those of its payload, and of
 * whatever else the attempt has read or made until now. Thread-safe.
 */
public final class HiddenValues {

  private final AtomicReference<SensitiveValues> values;

  /** Hides the values of the payload. */
  public HiddenValues(SensitiveValues ofPayload) {
    this.values = new AtomicReference<>(ofPayload);
  }

  /** Hides the sensitive values of this JSON from now on. */
  public void add(String json, SensitivePaths paths) {
    if (!paths.isNone()) {
      SensitiveValues more = SensitiveValues.of(json, paths);
      SensitiveValues unused = values.updateAndGet(known -> known.and(more));
    }
  }

  /** Returns the values that are hidden now. */
  public SensitiveValues current() {
    return values.get();
  }
}
