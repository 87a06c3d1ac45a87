package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.runtime.SqlSubmitFixture.INVALID;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.TOO_LARGE;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.json;
import static dev.tenon.jobs.runtime.SqlSubmitFixture.refused;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.BY_ID;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.KEPT;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.LATER;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.LIMITED;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.ONLY_IN_JAVA;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.ORDERED;
import static dev.tenon.jobs.runtime.SqlSubmitTypes.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Submits in SQL that are refused, and what their errors say. */
@Tag("servers")
class SqlSubmitRefusalsTest {

  private static SqlSubmitFixture fixture;
  private static SqlSubmitter sql;

  @BeforeAll
  static void start() throws SQLException {
    fixture = new SqlSubmitFixture();
    sql = fixture.sql;
  }

  @AfterAll
  static void stop() throws SQLException {
    fixture.close();
  }

  @Test
  void payloadsAreRefusedThatCannotBeOnes() {
    fixture.refused(
        "{\"name\":\"%s\"}".formatted("x".repeat(2_000)),
        TOO_LARGE,
        "Payload 1 of type 'test.sql.plain' has 2011 bytes; it may have 2000. Store the data"
            + " elsewhere and submit a reference to it.");
    fixture.refused(
        "\"text\"",
        INVALID,
        "Payload 1 of type 'test.sql.plain' is a JSON string; it must be a JSON object.");
    fixture.refused(
        "{\"name\":\"tenon-encrypted:1:k:AAAA\"}",
        INVALID,
        "Payload 1 of type 'test.sql.plain' has a string that begins with \"tenon-encrypted:1:\","
            + " as encrypted values do. Change it.");
    fixture.refused("{", "22P02", "invalid input syntax for type json");
  }

  @Test
  void optionsAreRefusedThatJavaWouldRefuse() {
    option(
        "priority => 'urgent'", "priority is 'urgent'; it must be low, normal, high or critical.");
    option(
        "delay => '-1 second'",
        "delay is -00:00:01; it must be from 0 milliseconds to 36,500 days.");
    option("delay => '200 years'", "it must be from 0 milliseconds to 36,500 days.");
    option(
        "start_within => '0'",
        "start_within is 00:00:00; it must be from 1 milliseconds to 36,500 days.");
    option("run_at => 'infinity'", "run_at is infinity; it must be before");
    option(
        "delay => '1 hour', run_at => now()",
        "Both delay and run_at are given. Give the one that says when the job is due.");
    option(
        "start_within => '1 hour', start_before => now()",
        "Both start_within and start_before are given.");
    option(
        "run_at => '2101-01-01', start_before => '2100-01-01'",
        "so that it could never start. Use a later start_before, or start_within, which counts from"
            + " the due time.");
    option("item_id => ' '", "item_id is blank. Name who or what it is.");
    option("item_id => repeat('x', 1001)", "item_id has 1001 bytes; it may have up to 1000.");
    option("item_id => E'a\\nb'", "item_id has a control character. Remove it.");
    option("headers => '[]'", "headers is a JSON array; it must be an object of strings");
    option(
        "headers => '{\"Tenant\": \"x\"}'",
        "A header has the name 'Tenant'. It must have up to 64 lower-case letters and digits");
    option(
        "headers => '{\"tenon.x\": \"x\"}'",
        "The header 'tenon.x' begins with 'tenon', which is reserved. Choose another name.");
    option(
        "headers => '{\"a\": 1}'",
        "The value of the header 'a' must be a string of up to 1000 bytes.");
    option(
        "headers => '{\"a\": \"x\\ny\"}'", "The value of the header 'a' has a control character.");
    option(
        "headers => (SELECT jsonb_object_agg('h' || n, 'v') FROM generate_series(1, 33) n)",
        "There are 33 headers with");
    option(
        "trace_context => 'x'",
        "trace_context must be a traceparent as defined by the W3C's Trace Context");
    option(
        "version => 2",
        "version is 2; the applications read payloads of job type 'test.sql.plain' in these"
            + " versions: 1.");
    refused(
        () -> sql.value("SELECT tenon.submit('test.sql.plain', '{}', NULL)"),
        INVALID,
        "submitted_by is blank. Name who or what it is.");
  }

  private static void option(String option, String message) {
    refused(() -> sql.submit(PLAIN.type(), json("x", 1), option), INVALID, message);
  }

  @Test
  void typesAndVersionsAreRefusedThatNobodyReads() throws Exception {
    refused(
        () -> sql.submit("test.sql.nothing", "{}", ""),
        "42501",
        "Role '%s' may not submit jobs of type 'test.sql.nothing'. The owner of the schema can allow it with grant_submitter."
            .formatted(sql.role()));
    fixture.owner(
        "SELECT tenon.grant_submitter('%s', ARRAY['test.sql.nothing', 'test.sql.before'])"
            .formatted(sql.role()));
    refused(
        () -> sql.submit("test.sql.nothing", "{}", ""),
        "42704",
        "No application has recorded a job type 'test.sql.nothing'. Check the name, and start an"
            + " application that declares it.");
    refused(
        () -> sql.submit("test.sql.before", "{}", ""),
        "42704",
        "'test.sql.before' is an earlier name of job type 'test.sql.renamed'. Submit its jobs by"
            + " that name.");
    refused(
        () -> sql.submit(LATER.type(), "{}", ""),
        INVALID,
        "Job type 'test.sql.later' has version 3. Pass the version whose shape the payload has.");
    refused(
        () -> sql.submit(LATER.type(), "{}", "version => 1"),
        INVALID,
        "version is 1; the applications read payloads of job type 'test.sql.later' in these"
            + " versions: 2, 3.");
    assertThat(sql.submit(LATER.type(), json("x", 1), "version => 2").isNew()).isTrue();
  }

  @Test
  void keysAreRefusedThatWouldNotBeThoseOfJava() {
    refused(
        () -> sql.submit(ONLY_IN_JAVA.type(), json("x", 1), ""),
        "0A000",
        "Jobs of type 'test.sql.java' are unique by the component 'name', whose values only Java"
            + " can write in the form that all submitters share. Submit these jobs in Java.");
    refused(
        () -> sql.submit(KEPT.type(), "{\"name\":1,\"quantity\":1}", ""),
        INVALID,
        "The property 'name' of the payload must be a string, because jobs of type 'test.sql.kept'"
            + " are unique by it.");
    for (String number : List.of("1.0", "1e2", "-0", "\"1\"")) {
      refused(
          () ->
              sql.submit(ORDERED.type(), "{\"name\":\"x\",\"quantity\":%s}".formatted(number), ""),
          INVALID,
          "The property 'quantity' of the payload must be a whole number without fraction and"
              + " exponent, because jobs of type 'test.sql.ordered' wait in lines by it.");
    }
    refused(
        () -> sql.submit(BY_ID.type(), json("x", 1), ""),
        INVALID,
        "The property 'name' of the payload must be a UUID of 36 characters");
    refused(
        () -> sql.submit(LIMITED.type(), json("x".repeat(1_001), 1), ""),
        INVALID,
        "The property 'name' of the payload has 1001 bytes; it may have up to 1000, because jobs of"
            + " type 'test.sql.limited' are limited by it. Use an id, and keep long strings in"
            + " other properties.");
  }
}
