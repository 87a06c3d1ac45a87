package dev.tenon.jobs.spring.test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.test.context.SpringBootTestContextBootstrapper;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Finds the application as other tests of Spring Boot do, and adds the properties of the slice. */
final class TenonTestContextBootstrapper extends SpringBootTestContextBootstrapper {

  /** Called by Spring. */
  TenonTestContextBootstrapper() {}

  @Override
  protected String[] getProperties(Class<?> testClass) {
    List<String> properties =
        new ArrayList<>(List.of("tenon.rabbitmq.enabled=false", "tenon.worker.grace-period=0s"));
    TenonTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, TenonTest.class);
    if (test != null) {
      properties.add("tenon.worker.enabled=" + test.workers());
      properties.addAll(Arrays.asList(test.properties()));
    }
    InMemoryJobsTest inMemory =
        TestContextAnnotationUtils.findMergedAnnotation(testClass, InMemoryJobsTest.class);
    if (inMemory != null) {
      properties.addAll(Arrays.asList(inMemory.properties()));
    }
    return properties.toArray(String[]::new);
  }
}
