package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.BadSetUp.PASSWORD;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The matrix of bad set-ups: names and other settings, for which nothing is connected to. */
class BadSetUpsNamesTest {

  private static DynamicTest refused(String name, BadSetUp.SetUp setUp, String... parts) {
    return BadSetUp.refused(name, IllegalArgumentException.class, setUp, parts);
  }

  private static JobsRuntimeBuilder database() {
    return url("jdbc:postgresql://localhost:1/app?password=" + PASSWORD);
  }

  private static JobsRuntimeBuilder url(String url) {
    return JobsRuntime.builder().database(url, "app", PASSWORD);
  }

  @TestFactory
  Stream<DynamicTest> settings() {
    return Stream.of(
        refused(
            "no database", JobsRuntime::builder, "exactly one of database(…) and dataSource(…)"),
        refused(
            "two databases",
            () -> database().dataSource(new PhysicalConnections(() -> null)),
            "exactly one of database(…) and dataSource(…)"),
        refused(
            "a control pool beside a URL",
            () -> database().controlDataSource(new PhysicalConnections(() -> null)),
            "controlDataSource(…) is only for use with dataSource(…)"),
        refused(
            "a heartbeat that is too fast",
            () -> database().heartbeatInterval(Duration.ofMillis(1)),
            "The heartbeatInterval is PT0.001S; it must be from 100 ms to 1 hour"),
        refused(
            "a heartbeat that is too slow",
            () -> database().heartbeatInterval(Duration.ofDays(1)),
            "The heartbeatInterval is PT24H; it must be from 100 ms to 1 hour"),
        refused(
            "no crash allowed",
            () -> database().maxCrashes(0),
            "maxCrashes is 0; it must be at least 1"),
        refused(
            "a schema in capitals",
            () -> database().schema("Tenon"),
            "The schema is 'Tenon'; it must be a lower-case SQL name"),
        refused(
            "a schema that is too long",
            () -> database().schema("a".repeat(64)),
            "The schema is 'aaa",
            "up to 63 letters"),
        refused(
            "a schema of PostgreSQL",
            () -> database().schema("pg_jobs"),
            "names that begin with pg_ are PostgreSQL's own"));
  }

  @TestFactory
  Stream<DynamicTest> urls() {
    return Stream.of(
        refused(
            "another database system",
            () -> url("jdbc:mysql://localhost/app?password=" + PASSWORD),
            "does not start with jdbc:postgresql:"),
        refused(
            "user and password before the host",
            () -> url("jdbc:postgresql://app:" + PASSWORD + "@localhost/app"),
            "has something before an @",
            "Give user and password as the second and third argument"),
        refused(
            "a port that is none",
            () -> url("jdbc:postgresql://localhost:" + PASSWORD + "/app"),
            "a port is a number"),
        refused(
            "no database",
            () -> url("jdbc:postgresql://localhost?password=" + PASSWORD),
            "has no / after host and port"));
  }
}
