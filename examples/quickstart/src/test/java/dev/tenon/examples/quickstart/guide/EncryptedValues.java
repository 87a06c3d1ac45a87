package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.runtime.JobsRuntime;
import javax.sql.DataSource;

/** What the page about encryption shows. */
final class EncryptedValues {

  private EncryptedValues() {}

  static JobsRuntime start(DataSource pool) {
    return JobsRuntime.builder()
        .dataSource(pool)
        .encryptionKeys(EncryptionKeys.parse(System.getenv("TENON_ENCRYPTION_KEYS")))
        .start();
  }
}
