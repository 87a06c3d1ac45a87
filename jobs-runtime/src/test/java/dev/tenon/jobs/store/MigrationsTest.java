package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the code says of the migrations. */
class MigrationsTest {

  private static final Path FOLDER = Path.of("src/main/resources/dev/tenon/jobs/store/migrations");

  /** Since this one, migrations set how long they wait for others. */
  private static final int FIRST_THAT_IS_BOUNDED = 9;

  private static final Pattern CHANGES_TABLES =
      Pattern.compile(
          "^(ALTER TABLE|DROP INDEX|CREATE (UNIQUE )?INDEX|CREATE TRIGGER)", Pattern.MULTILINE);

  private static final Pattern BOUND =
      Pattern.compile("^SET LOCAL lock_timeout = ", Pattern.MULTILINE);

  private static int version(Path file) {
    return Integer.parseInt(file.getFileName().toString().replaceFirst("V(\\d+)__.*", "$1"));
  }

  /** Everybody who uses a table waits behind a migration that waits for it. */
  @Test
  void aMigrationThatLocksTablesWaitsForOthersForALimitedTime() throws IOException {
    List<Path> unbounded = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        String sql = Files.readString(file);
        if (version(file) >= FIRST_THAT_IS_BOUNDED
            && CHANGES_TABLES.matcher(sql).find()
            && !BOUND.matcher(sql).find()) {
          unbounded.add(file.getFileName());
        }
      }
    }
    assertThat(unbounded).isEmpty();
  }

  @Test
  void theVersionIsThatOfTheNewestFile() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files)
          .extracting(MigrationsTest::version)
          .contains(Migrations.VERSION)
          .allMatch(version -> version <= Migrations.VERSION);
    }
  }
}
