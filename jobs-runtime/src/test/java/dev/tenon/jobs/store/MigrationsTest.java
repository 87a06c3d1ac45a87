package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the code says of the migrations. */
class MigrationsTest {

  private static final Path FOLDER = Path.of("src/main/resources/dev/tenon/jobs/store/migrations");

  @Test
  void theVersionIsThatOfTheNewestFile() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files)
          .extracting(
              file ->
                  Integer.parseInt(file.getFileName().toString().replaceFirst("V(\\d+)__.*", "$1")))
          .contains(Migrations.VERSION)
          .allMatch(version -> version <= Migrations.VERSION);
    }
  }
}
