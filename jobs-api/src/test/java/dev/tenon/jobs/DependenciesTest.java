package dev.tenon.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DependenciesTest {

  /** Whoever defines job types must not get, or conflict with, a library that they do not use. */
  @Test
  void theApiStandsOnTheAnnotationsAndJSpecifyAlone() throws URISyntaxException {
    URL classes = JobService.class.getProtectionDomain().getCodeSource().getLocation();
    assertThat(
            ModuleFinder.of(Path.of(classes.toURI()))
                .find("dev.tenon.jobs.api")
                .orElseThrow()
                .descriptor()
                .requires())
        .extracting(Requires::name)
        .filteredOn(name -> !name.startsWith("java."))
        .containsExactlyInAnyOrder("dev.tenon.jobs.annotation", "org.jspecify");
  }
}
