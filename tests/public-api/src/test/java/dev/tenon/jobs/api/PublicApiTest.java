package dev.tenon.jobs.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What applications may call is what is listed in the resources, artifact by artifact. A change of
 * the API changes its list, in the same commit: {@code -Dtenon.golden=rewrite} writes it.
 */
class PublicApiTest {

  @ParameterizedTest
  @CsvSource({
    "jobs-annotations, dev.tenon.jobs.annotation",
    "jobs-api, dev.tenon.jobs dev.tenon.jobs.definition dev.tenon.jobs.durable dev.tenon.jobs.listen"
        + " dev.tenon.jobs.operate dev.tenon.jobs.workflow",
    "jobs-dashboard, dev.tenon.jobs.dashboard",
    "jobs-micronaut, dev.tenon.jobs.micronaut",
    "jobs-observability, dev.tenon.jobs.observability",
    "jobs-quarkus, dev.tenon.jobs.quarkus",
    "jobs-runtime, dev.tenon.jobs.options dev.tenon.jobs.runtime",
    "jobs-spring-boot, dev.tenon.jobs.spring",
    "jobs-spring-boot-test, dev.tenon.jobs.spring.test",
    "jobs-testing, dev.tenon.jobs.testing",
  })
  void theApiIsWhatIsListed(String artifact, String packages) throws Exception {
    StringBuilder found = new StringBuilder();
    for (String name : packages.split(" ", -1)) {
      ApiListing.of(name).appendTo(found);
    }
    Path file = Path.of("src/test/resources", artifact + ".txt");
    if ("rewrite".equals(System.getProperty("tenon.golden"))) {
      Files.writeString(file, found);
    }
    assertThat(found.toString())
        .as(
            "The API of %s has changed. If that is meant, and breaks no caller that CHANGELOG.md"
                + " does not warn, write the list with -Dtenon.golden=rewrite",
            artifact)
        .isEqualTo(read(file));
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }
}
