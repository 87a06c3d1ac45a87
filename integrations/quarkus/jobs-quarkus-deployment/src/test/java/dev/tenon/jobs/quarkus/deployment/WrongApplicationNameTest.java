package dev.tenon.jobs.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.quarkus.test.QuarkusUnitTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A name of the application that cannot be a submitter is reported as what it is. */
class WrongApplicationNameTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(
              jar ->
                  Labels.addTo(
                      jar,
                      """
                      quarkus.http.test-port=0
                      quarkus.datasource.jdbc.url=jdbc:postgresql://localhost:1/none
                      quarkus.application.name=%s
                      """
                          .formatted("x".repeat(1_001))))
          .assertException(
              failure ->
                  assertThat(failure)
                      .hasStackTraceContaining(
                          "Tenon cannot use the value of the property quarkus.application.name. submittedBy has 1"));

  @Test
  void theStartFails() {
    fail("The application has started");
  }
}
