package dev.tenon.jobs.spring.test;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Closes the contexts of the slice after the last test. Spring would do so while the JVM ends, when
 * the embedded PostgreSQL ends too, and then Tenon would wait for its database. Thread-safe.
 */
// JUnit up to 5.12 closes only what is a CloseableResource, and has no computeIfAbsent
@SuppressWarnings("deprecation")
final class ContextCloser implements BeforeAllCallback {

  private static final List<ConfigurableApplicationContext> CONTEXTS = new ArrayList<>();

  /** Called by JUnit. */
  ContextCloser() {}

  static synchronized void add(ConfigurableApplicationContext context) {
    CONTEXTS.add(context);
  }

  private static synchronized void closeAll() {
    CONTEXTS.forEach(ConfigurableApplicationContext::close);
    CONTEXTS.clear();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Object unused =
        context
            .getRoot()
            .getStore(Namespace.create(ContextCloser.class))
            .getOrComputeIfAbsent(
                ContextCloser.class, key -> (CloseableResource) ContextCloser::closeAll);
  }
}
