package dev.tenon.jobs.processor.lock;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What becomes of a difference between the sources and the file. */
enum LockMode {
  /** What breaks nothing is written to the file; what breaks stored jobs is an error. */
  UPDATE,
  /** Every difference is an error, and the file is never written. */
  FROZEN,
  /** Everything is written to the file. */
  ACCEPT;

  /** The mode that an option names. */
  static Optional<LockMode> of(String text) {
    return Arrays.stream(values())
        .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst();
  }
}
