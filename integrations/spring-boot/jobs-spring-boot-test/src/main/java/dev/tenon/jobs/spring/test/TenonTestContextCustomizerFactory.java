package dev.tenon.jobs.spring.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Customizes the contexts of tests with {@link TenonTest} or {@link InMemoryJobsTest}; Spring finds
 * it in its factories.
 */
final class TenonTestContextCustomizerFactory implements ContextCustomizerFactory {

  /** Called by Spring. */
  TenonTestContextCustomizerFactory() {}

  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> configAttributes) {
    TenonTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, TenonTest.class);
    if (test != null) {
      return new TenonTestContextCustomizer(test.database());
    }
    return TestContextAnnotationUtils.hasAnnotation(testClass, InMemoryJobsTest.class)
        ? new TenonTestContextCustomizer(null)
        : null;
  }
}
