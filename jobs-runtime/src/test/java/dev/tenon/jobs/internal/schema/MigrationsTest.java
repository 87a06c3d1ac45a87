package dev.tenon.jobs.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the files of the migrations say. */
class MigrationsTest {

  private static final Path FOLDER =
      Path.of("src/main/resources/dev/tenon/jobs/internal/schema/migrations");

  /** It makes the tables, so nobody uses them yet. */
  private static final String FIRST = "V1__tables.sql";

  private static final Pattern VERSIONED = Pattern.compile("V(\\d+)__\\w+\\.sql");

  /** Flyway sorts them by what comes after the underscores. */
  private static final Pattern REPEATABLE = Pattern.compile("R__\\d_\\w+\\.sql");

  private static final Pattern LOCKS_TABLES =
      Pattern.compile(
          "^(ALTER TABLE|DROP INDEX|CREATE (UNIQUE )?INDEX"
              + "|(CREATE (OR REPLACE |CONSTRAINT )?|DROP )TRIGGER)",
          Pattern.MULTILINE);

  private static final Pattern BOUND =
      Pattern.compile("^SET LOCAL lock_timeout = ", Pattern.MULTILINE);

  /** What can be done only once; a constraint trigger is dropped before it is made. */
  private static final Pattern CREATES =
      Pattern.compile("^CREATE (?!OR REPLACE |CONSTRAINT TRIGGER )", Pattern.MULTILINE);

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static boolean has(Path file, Pattern pattern) {
    try {
      return pattern.matcher(Files.readString(file)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everybody who uses a table waits behind a migration that waits for it. */
  @Test
  void aMigrationThatLocksTablesWaitsForOthersForALimitedTime() throws IOException {
    assertThat(files())
        .filteredOn(file -> !name(file).equals(FIRST) && has(file, LOCKS_TABLES))
        .isNotEmpty()
        .allMatch(file -> has(file, BOUND));
  }

  @Test
  void theVersionIsThatOfTheNewestFile() throws IOException {
    assertThat(files().stream().map(file -> VERSIONED.matcher(name(file))).filter(Matcher::matches))
        .extracting(found -> Integer.parseInt(found.group(1)))
        .contains(Migrations.VERSION)
        .allMatch(version -> version <= Migrations.VERSION);
  }

  /** A process applies such a file again whenever it has changed. */
  @Test
  void whatIsRepeatableOnlyReplaces() throws IOException {
    assertThat(files())
        .filteredOn(file -> !VERSIONED.matcher(name(file)).matches())
        .isNotEmpty()
        .allMatch(file -> REPEATABLE.matcher(name(file)).matches())
        .noneMatch(file -> has(file, CREATES));
  }
}
