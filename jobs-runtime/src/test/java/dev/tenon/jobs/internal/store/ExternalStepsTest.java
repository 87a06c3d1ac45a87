package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.internal.submit.SignalToken;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The functions with which workers in other languages keep steps, wait and send signals. */
@Tag("servers")
class ExternalStepsTest {

  private StoreFixture store;
  private UUID id;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    id = store.submit(1).get(0);
    store.execute(
        "UPDATE tenon.job_data SET external_policy = '{\"timeoutMillis\": 60000, \"maxResultBytes\": 20}'");
    store.execute("UPDATE tenon.live_jobs SET is_external = true");
    store.execute("SELECT FROM tenon.grant_worker(CAST(current_user AS text), '{test.store}')");
    value("SELECT count(*) FROM tenon.heartbeat('py', 'host', 1, 1)");
    claim();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Object value(String sql, Object... bindings) {
    return store.database.dsl().fetchValue("/* test */ " + sql, bindings);
  }

  private void claim() {
    assertThat(value("SELECT count(*) FROM tenon.claim('py', '{test.store}', '{1}', 1, NULL)"))
        .isEqualTo(1L);
  }

  @Test
  void aJobWaitsAndContinuesWithItsRecords() {
    assertThat(
            value(
                "SELECT tenon.record_step('py', ?, 1, 'pack', 'done', result => '{\"n\":1}')", id))
        .isEqualTo(true);
    assertThat(value("SELECT tenon.save_cursor('py', ?, 1, '7')", id)).isEqualTo(true);
    assertThat(
            value("SELECT state FROM tenon.wait_for_signal('py', ?, 1, 'payment', '{paid}')", id))
        .isEqualTo("waiting");
    assertThat(value("SELECT tenon.suspend('py', ?, 1)", id)).isEqualTo(true);
    assertThat(value("SELECT tenon.suspend('py', ?, 1)", id)).isEqualTo(false);
    assertThat(value("SELECT tenon.send_signal(?, 'paid', '{\"a\":1}', 'sql', id => 'x')", id))
        .isEqualTo(true);
    assertThat(value("SELECT tenon.send_signal(?, 'paid', '{\"a\":1}', 'sql', id => 'x')", id))
        .isEqualTo(false);
    assertThat(new SignalStore(store.database).sweep(10).pointers()).hasSize(1);
    claim();
    assertThat(
            value(
                "SELECT string_agg(kind || ' ' || name || ' ' || state, ', ') FROM tenon.step_records('py', ?, 2)",
                id))
        .isEqualTo("step pack done, wait payment waiting, cursor  done");
    assertThat(
            value(
                "SELECT payload ->> 'a' FROM tenon.wait_for_signal('py', ?, 2, 'payment', '{paid}')",
                id))
        .isEqualTo("1");
  }

  @Test
  void aSignalThatTheWorkerCannotUseIsKeptWithTheError() {
    value("SELECT tenon.send_signal(?, 'paid', '{\"a\":1}', 'sql', id => 'x')", id);
    assertThat(
            value("SELECT state FROM tenon.wait_for_signal('py', ?, 1, 'payment', '{paid}')", id))
        .isEqualTo("done");
    assertThat(
            value("SELECT tenon.reject_signal('py', ?, 1, 'payment', 'x', 'a is too small')", id))
        .isEqualTo(true);
    assertThat(
            value("SELECT state FROM tenon.wait_for_signal('py', ?, 1, 'payment', '{paid}')", id))
        .isEqualTo("waiting");
    assertThat(value("SELECT error FROM tenon.job_signals WHERE job_id = ?", id))
        .isEqualTo("a is too small");
  }

  @Test
  void allAttemptsGetOneTokenThatJavaTakes() {
    String token = (String) value("SELECT tenon.signal_token('py', ?, 1, 'paid')", id);
    assertThat(token).hasSize(65).matches("[A-Za-z0-9_-]+");
    assertThat(value("SELECT tenon.signal_token('py', ?, 1, 'paid')", id)).isEqualTo(token);
    assertThat(value("SELECT tenon.signal_token('py', ?, 1, 'paid', 'k')", id)).isNotEqualTo(token);
    assertThat(value("SELECT count(*) FROM tenon.step_records('py', ?, 1)", id)).isEqualTo(0L);
    SignalToken read = SignalToken.read(token).orElseThrow();
    assertThat(read.jobId()).isEqualTo(id);
    assertThat(value("SELECT is_open FROM tenon.find_token(?, 'paid', ?)", id, read.secret()))
        .isEqualTo(true);
  }

  @Test
  void anAttemptThatIsTriedLaterDoesNotCount() {
    assertThat(
            value("SELECT tenon.retry_later('py', ?, 1, '1 hour', 'IOException', 'no paper')", id))
        .isEqualTo(true);
    assertThat(
            value(
                "SELECT concat_ws(' ', status, attempts, error_class, run_at > now()) FROM tenon.live_jobs WHERE id = ?",
                id))
        .isEqualTo("pending 0 IOException t");
  }

  @Test
  void theLastOfTheStepsThatFitIsRecordedTwice() {
    store.execute(
        "INSERT INTO tenon.job_steps (job_id, name, kind, state, version, lease, number, started_at)"
            + " SELECT id, 's' || n, 'step', 'done', 1, 1, n, now() FROM tenon.live_jobs, generate_series(1, 9999) AS n");
    for (String state : List.of("begun", "done")) {
      assertThat(value("SELECT tenon.record_step('py', ?, 1, 'last', ?)", id, state))
          .isEqualTo(true);
    }
    assertThatThrownBy(() -> value("SELECT tenon.record_step('py', ?, 1, 'one more', 'done')", id))
        .hasStackTraceContaining("The job has 10000 steps, waits and tokens, which is the limit");
  }

  @Test
  void theResultsOfAllStepsAreBounded() {
    store.execute(
        "UPDATE tenon.job_data SET external_policy = '{\"timeoutMillis\": 60000, \"maxResultBytes\": 20000000}'");
    // Without repetitions, which PostgreSQL would compress
    String large =
        "SELECT to_json(string_agg(md5(n::text), '')) FROM generate_series(1, 500000) AS n";
    String record = "SELECT tenon.record_step('py', ?, 1, ?, 'done', result => (" + large + "))";
    assertThat(value(record, id, "first")).isEqualTo(true);
    assertThat(value(record, id, "second")).isEqualTo(true);
    // The answer was lost, so the worker calls again
    assertThat(value(record, id, "second")).isEqualTo(true);
    assertThatThrownBy(() -> value(record, id, "third"))
        .hasStackTraceContaining("The results of the steps of the job have 48")
        .hasStackTraceContaining("bytes; they may have 33554432. Store the data elsewhere");
  }

  @Test
  void nothingIsKeptWithoutTheLease() {
    assertThat(value("SELECT tenon.record_step('py', ?, 2, 'pack', 'done')", id)).isEqualTo(false);
    assertThat(value("SELECT tenon.record_step('other', ?, 1, 'pack', 'done')", id))
        .isEqualTo(false);
    assertThat(value("SELECT tenon.save_cursor('py', ?, 2, '7')", id)).isEqualTo(false);
    assertThat(value("SELECT count(*) FROM tenon.wait_for_signal('py', ?, 2, 'w', '{p}')", id))
        .isEqualTo(0L);
    assertThat(value("SELECT tenon.reject_signal('py', ?, 2, 'w', 'x', 'e')", id)).isEqualTo(false);
    assertThat(value("SELECT tenon.signal_token('py', ?, 2, 'p')", id)).isNull();
    assertThat(value("SELECT tenon.retry_later('py', ?, 2, '0', 'E', 'm')", id)).isEqualTo(false);
    assertThat(value("SELECT count(*) FROM tenon.step_records('py', ?, 1)", id)).isEqualTo(0L);
  }

  @Test
  void aWaitHasSignalsOrATimeout() {
    for (String signals : List.of("NULL", "'{}'")) {
      assertThatThrownBy(
              () ->
                  value(
                      "SELECT state FROM tenon.wait_for_signal('py', ?, 1, 'w', %s)"
                          .formatted(signals),
                      id))
          .hasStackTraceContaining(
              "signals and timeout are missing, so the job would wait forever. Give the signals");
      assertThat(
              value(
                  "SELECT state FROM tenon.wait_for_signal('py', ?, 1, 'w', %s, timeout => '1 h')"
                      .formatted(signals),
                  id))
          .isEqualTo("waiting");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(
            () ->
                value(
                    "SELECT tenon.record_step('py', ?, 1, 'pack', 'done', result => '\"123456789012345678901\"')",
                    id))
        .hasStackTraceContaining(
            "The result of step 'pack' has 23 bytes; it may have 20. Store the data elsewhere");
    assertThatThrownBy(
            () -> value("SELECT tenon.save_cursor('py', ?, 1, '\"123456789012345678901\"')", id))
        .hasStackTraceContaining("The cursor has 23 bytes; it may have 20. Keep only what says");
    assertThatThrownBy(() -> value("SELECT tenon.record_step('py', ?, 1, E'a\nb', 'done')", id))
        .hasStackTraceContaining("none of them a control character");
    assertThatThrownBy(
            () ->
                value(
                    "SELECT state FROM tenon.wait_for_signal('py', ?, 1, 'w', ARRAY[repeat('x', 201)])",
                    id))
        .hasStackTraceContaining("signals must have up to 100 names, each of 1 to 200 characters");
    assertThatThrownBy(() -> value("SELECT tenon.record_step('py', ?, 1, 'pack', 'open')", id))
        .hasStackTraceContaining("state must be");
    assertThatThrownBy(() -> value("SELECT tenon.record_step('py', ?, 1, 'token:x', 'done')", id))
        .hasStackTraceContaining("name must have");
    assertThatThrownBy(
            () -> value("SELECT tenon.send_signal(?, 'paid', '1', 'sql')", UUID.randomUUID()))
        .hasStackTraceContaining("There is no job");
    assertThatThrownBy(() -> value("SELECT tenon.send_signal(?, E'a\nb', '1', 'sql')", id))
        .hasStackTraceContaining("must have no control characters");
  }
}
