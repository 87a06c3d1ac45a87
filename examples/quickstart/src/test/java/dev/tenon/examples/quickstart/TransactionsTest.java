package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.testing.TenonExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A job in the transaction of the application, by jOOQ and by JDBC, as the quickstart page shows
 * it.
 */
class TransactionsTest {

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  private DataSource dataSource;
  private DSLContext database;
  private WidgetJobs jobs;

  @BeforeEach
  void createTable() {
    dataSource = tenon.dataSource();
    database = DSL.using(dataSource, SQLDialect.POSTGRES);
    database.execute("CREATE TABLE orders (id uuid PRIMARY KEY)");
    jobs = new WidgetJobs(tenon.jobs());
  }

  private void acceptByJooq(UUID orderId, WidgetBatch batch) {
    database.transaction(
        configuration -> {
          DSLContext transaction = configuration.dsl();
          transaction
              .insertInto(table("orders"))
              .set(field(name("id"), UUID.class), orderId)
              .execute();
          transaction.connection(
              connection ->
                  jobs.in(connection).widgetBatch().submit(batch, SubmitOptions.by("shop")));
        });
  }

  private void acceptByJdbc(UUID orderId, WidgetBatch batch) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO orders (id) VALUES (?)")) {
        insert.setObject(1, orderId);
        insert.executeUpdate();
      }
      jobs.in(connection).widgetBatch().submit(batch, SubmitOptions.by("shop"));
      connection.commit();
    }
  }

  @Test
  void jooqCommitsBoth() {
    acceptByJooq(UUID.randomUUID(), Samples.batch());
    assertThat(orders()).isEqualTo(1);
    assertThat(submitted()).isEqualTo(1);
  }

  @Test
  void jdbcCommitsBoth() throws SQLException {
    acceptByJdbc(UUID.randomUUID(), Samples.batch());
    assertThat(orders()).isEqualTo(1);
    assertThat(submitted()).isEqualTo(1);
  }

  @Test
  void jooqRollsBothBack() {
    UUID orderId = UUID.randomUUID();
    assertThatThrownBy(
            () ->
                database.transaction(
                    configuration -> {
                      configuration
                          .dsl()
                          .connection(
                              connection ->
                                  jobs.in(connection)
                                      .widgetBatch()
                                      .submit(Samples.batch(), SubmitOptions.by("shop")));
                      configuration.dsl().execute("INSERT INTO orders (id) VALUES (?)", orderId);
                      throw new IllegalStateException("out of stock");
                    }))
        .hasMessage("out of stock");
    assertThat(orders()).isZero();
    assertThat(submitted()).isZero();
  }

  @Test
  void jdbcRollsBothBack() throws SQLException {
    UUID orderId = UUID.randomUUID();
    acceptByJdbc(orderId, Samples.batch());
    assertThatThrownBy(() -> acceptByJdbc(orderId, Samples.batch()))
        .isInstanceOf(SQLException.class);
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      jobs.in(connection).widgetBatch().submit(Samples.batch(), SubmitOptions.by("shop"));
      connection.rollback();
    }
    assertThat(orders()).isEqualTo(1);
    assertThat(submitted()).isEqualTo(1);
  }

  private int orders() {
    return database.fetchCount(table("orders"));
  }

  private int submitted() {
    return tenon.jobs().list(JobQuery.all()).items().size();
  }
}
