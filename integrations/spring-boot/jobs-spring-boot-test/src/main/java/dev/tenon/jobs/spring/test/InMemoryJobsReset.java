package dev.tenon.jobs.spring.test;

import dev.tenon.jobs.testing.InMemoryJobs;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** Forgets the jobs of the test before, since tests share a context. Thread-safe. */
final class InMemoryJobsReset implements BeforeEachCallback {

  /** Called by JUnit. */
  InMemoryJobsReset() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    SpringExtension.getApplicationContext(context).getBean(InMemoryJobs.class).clear();
  }
}
