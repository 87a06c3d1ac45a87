package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  void nothingIsKeptWithoutTheLease() {
    assertThat(value("SELECT tenon.record_step('py', ?, 2, 'pack', 'done')", id)).isEqualTo(false);
    assertThat(value("SELECT tenon.record_step('other', ?, 1, 'pack', 'done')", id))
        .isEqualTo(false);
    assertThat(value("SELECT tenon.save_cursor('py', ?, 2, '7')", id)).isEqualTo(false);
    assertThat(value("SELECT count(*) FROM tenon.wait_for_signal('py', ?, 2, 'w', '{p}')", id))
        .isEqualTo(0L);
    assertThat(value("SELECT count(*) FROM tenon.step_records('py', ?, 1)", id)).isEqualTo(0L);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(
            () ->
                value(
                    "SELECT tenon.record_step('py', ?, 1, 'pack', 'done', result => '\"123456789012345678901\"')",
                    id))
        .hasStackTraceContaining("result has 23 bytes; it may have 20");
    assertThatThrownBy(() -> value("SELECT tenon.record_step('py', ?, 1, 'pack', 'open')", id))
        .hasStackTraceContaining("state must be");
    assertThatThrownBy(() -> value("SELECT tenon.record_step('py', ?, 1, 'token:x', 'done')", id))
        .hasStackTraceContaining("name must have");
    assertThatThrownBy(
            () -> value("SELECT tenon.send_signal(?, 'paid', '1', 'sql')", UUID.randomUUID()))
        .hasStackTraceContaining("There is no job");
  }
}
