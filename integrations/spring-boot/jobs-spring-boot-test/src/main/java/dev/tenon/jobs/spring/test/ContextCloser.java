package dev.tenon.jobs.spring.test;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

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
    // A suite may close many before its end, which nothing is to keep in memory
    context.addApplicationListener(
        (ContextClosedEvent event) -> forget(event.getApplicationContext()));
  }

  private static synchronized void forget(ApplicationContext context) {
    CONTEXTS.removeIf(each -> each == context);
  }

  private static void closeAll() {
    List<ConfigurableApplicationContext> open;
    synchronized (ContextCloser.class) {
      open = List.copyOf(CONTEXTS);
    }
    // Spring logs what fails, and throws nothing
    open.forEach(ConfigurableApplicationContext::close);
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
