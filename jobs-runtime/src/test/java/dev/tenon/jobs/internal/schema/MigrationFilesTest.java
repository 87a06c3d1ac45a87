package dev.tenon.jobs.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The build leaves no migrations behind that the sources no longer have: Flyway runs all it finds.
 */
class MigrationFilesTest {

  private static final Path SOURCES =
      Path.of(
          System.getProperty("basedir", "."),
          "src/main/resources/dev/tenon/jobs/internal/schema/migrations");

  @Test
  void theClassPathHasNoMigrationsOfAnEarlierBuild() throws IOException, URISyntaxException {
    Path built =
        Path.of(Objects.requireNonNull(Migrations.class.getResource("migrations")).toURI());

    assertThat(names(built))
        .describedAs("What is there too many, ./dev clean deletes")
        .isEqualTo(names(SOURCES));
  }

  /** {@code tenon migrate} prints them, and not every terminal has more characters. */
  @Test
  void theyAreAscii() throws IOException {
    for (String name : names(SOURCES)) {
      assertThat(Files.readString(SOURCES.resolve(name))).as(name).matches("\\p{ASCII}*+");
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
