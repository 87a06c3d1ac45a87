package dev.tenon.jobs.micronaut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.micronaut.shop.OrderConfirm;
import dev.tenon.jobs.micronaut.shop.Orders;
import dev.tenon.jobs.micronaut.shop.ShopJobs;
import dev.tenon.jobs.testing.InMemoryJobs;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.annotation.MockBean;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Jobs in memory, with a clock that the test turns forward. */
@MicronautTest(transactional = false)
@Property(name = "tenon.in-memory", value = "true")
class InMemoryTest {

  @Inject ShopJobs shop;
  @Inject InMemoryJobs jobs;
  @Inject Orders orders;

  @Test
  void confirmsTheOrderInAnHour() {
    UUID id =
        shop.orderConfirm()
            .submit(
                new OrderConfirm("4711"), SubmitOptions.by("test").withDelay(Duration.ofHours(1)))
            .jobId();
    assertThat(orders.confirmed()).isEmpty();

    jobs.advance(Duration.ofHours(1));

    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(orders.confirmed()).containsExactly("4711");
  }

  /** In place of a database, for {@link Orders}. */
  @MockBean(DataSource.class)
  DataSource database() {
    return new PGSimpleDataSource();
  }
}
