package dev.tenon.jobs.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.quarkus.test.QuarkusUnitTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A value that Tenon cannot use ends the start, with its property and the reason. */
class WrongValueTest {

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
                      quarkus.tenon.heartbeat-interval=2h
                      """))
          .assertException(
              failure ->
                  assertThat(failure)
                      .hasStackTraceContaining(
                          "Tenon cannot use the value of the property quarkus.tenon.heartbeat-interval."
                              + " The heartbeatInterval is PT2H; it must be from 100 ms to 1 hour."));

  @Test
  void theStartFails() {
    fail("The application has started");
  }
}
