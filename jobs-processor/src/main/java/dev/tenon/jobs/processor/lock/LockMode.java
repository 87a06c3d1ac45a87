package dev.tenon.jobs.processor.lock;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The way to handle a difference between the sources and the lock file. */
enum LockMode {
  /** Compatible changes are written to the file; changes that break stored jobs are errors. */
  UPDATE,
  /** Every difference is an error, and the file is never written. */
  FROZEN,
  /** Every difference is written to the file. */
  ACCEPT;

  /** The mode that an option's value names. */
  static Optional<LockMode> of(String text) {
    return Arrays.stream(values())
        .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst();
  }
}
