package dev.tenon.jobs.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.quarkus.test.QuarkusUnitTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A data source that does not exist ends the build, with those that do. */
class UnknownDataSourceTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(
              jar ->
                  Labels.addTo(
                      jar,
                      """
                      quarkus.datasource.jdbc.url=jdbc:postgresql://localhost:1/none
                      quarkus.tenon.datasource=orders
                      """))
          .assertException(
              failure ->
                  assertThat(failure)
                      .hasStackTraceContaining(
                          "quarkus.tenon.datasource is 'orders', but the JDBC data sources of the application are [<default>]."));

  @Test
  void theBuildFails() {
    fail("The application was built");
  }
}
