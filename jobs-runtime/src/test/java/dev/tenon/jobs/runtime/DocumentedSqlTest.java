package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the SQL that the documentation gives to operators. */
class DocumentedSqlTest {

  private static final Path DOCS = Path.of("../docs");

  private static final Pattern JOB_ID =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```sql\n(.*?)^ *```");

  /** A session that another test runs, and a sketch of what functions do. */
  private static final Set<String> NO_STATEMENTS = Set.of("wire-contract.md", "store.md");

  static Stream<Arguments> blocks() throws IOException {
    try (Stream<Path> pages = Files.list(DOCS)) {
      return pages
          .filter(page -> page.toString().endsWith(".md"))
          .filter(page -> !NO_STATEMENTS.contains(page.getFileName().toString()))
          .sorted()
          .flatMap(DocumentedSqlTest::blocksOf)
          .toList()
          .stream();
    }
  }

  private static Stream<Arguments> blocksOf(Path page) {
    try {
      return BLOCK
          .matcher(Files.readString(page))
          .results()
          .map(block -> Arguments.of(page.getFileName().toString(), block.group(1)))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void itRuns(String page, String block) throws Exception {
    try (PostgresDatabase database = TenonDatabase.shared();
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // The roles of the examples, for as long as the transaction lasts
      for (String role : Set.of("app", "printing", "shop")) {
        if (block.contains(role)) {
          statement.execute(
              "DO $$ BEGIN IF to_regrole('%1$s') IS NULL THEN CREATE ROLE %1$s; END IF; END $$"
                  .formatted(role));
        }
      }
      assertThat(block).as(page).doesNotContain("…");
      if (block.contains("'invoice.send'")) {
        declareInvoices(statement);
      }
      Matcher job = JOB_ID.matcher(block);
      if (job.find()) {
        submit(statement, job.group());
      }
      for (String sql : block.split(";\\s*\n", -1)) {
        // The test has begun its own transaction, which it rolls back
        if (!sql.isBlank() && !Set.of("BEGIN", "COMMIT").contains(sql.strip())) {
          assertThatCode(() -> statement.execute(sql))
              .as("%s: %s", page, sql)
              .doesNotThrowAnyException();
        }
      }
      connection.rollback();
    }
  }

  /** What the application has of which the examples speak. */
  private static void declareInvoices(Statement statement) throws SQLException {
    statement.execute(
        """
        CREATE TEMPORARY TABLE orders (id integer, customer text) ON COMMIT DROP;
        INSERT INTO tenon.job_types (type, submission) VALUES (
          'invoice.send',
          '{"version": 1, "versions": [1], "routingKey": "jobs.invoice.send", "maxPayloadBytes": 1000,
            "retentionSeconds": 60}')
        """);
  }

  /** Submits the job that an example is about. */
  private static void submit(Statement statement, String id) throws SQLException {
    statement.execute(
        """
        INSERT INTO tenon.job_data (
          id, type, routing_key, priority, max_attempts, submitted_by, retention_seconds, payload)
        VALUES ('%1$s', 'order.fulfil', 'jobs.order.fulfil', 1, 3, 'test', 60, '{}');
        INSERT INTO tenon.live_jobs (
          id, type, priority, max_attempts, retention_seconds, routing_key, payload_bytes)
        VALUES ('%1$s', 'order.fulfil', 1, 3, 60, 'jobs.order.fulfil', 2)
        """
            .formatted(id));
  }
}
