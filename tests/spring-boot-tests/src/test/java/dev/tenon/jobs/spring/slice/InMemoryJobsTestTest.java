package dev.tenon.jobs.spring.slice;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.when;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.OrderConfirmJob;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.spring.shop.StockCount;
import dev.tenon.jobs.spring.test.InMemoryJobsTest;
import dev.tenon.jobs.testing.InMemoryJobs;
import dev.tenon.jobs.testing.TestClock;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** The slice in memory, as tests of an application use it. */
@InMemoryJobsTest(properties = "tenon.submitted-by=nobody")
class InMemoryJobsTestTest {

  @Autowired private ShopJobs shop;
  @Autowired private InMemoryJobs jobs;
  @Autowired private TestClock clock;
  @Autowired private ApplicationContext context;
  @MockitoBean private JdbcTemplate jdbc;

  @Test
  void handlersAreBeansAndTheirJobsAreRetriedByTheClockOfTheTest() {
    when(jdbc.update(anyString(), any(Object[].class)))
        .thenThrow(new QueryTimeoutException("slow"))
        .thenReturn(1);
    UUID id = shop.stockCount().submit(new StockCount("A")).jobId();

    jobs.drain();
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.get(id).submittedBy()).isEqualTo("nobody");
    jobs.advance(Duration.ofDays(1));

    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.attempts(id)).hasSize(2);
    assertThat(jobs)
        .submitted(OrderConfirmJob.DEFINITION)
        .with(order -> order.equals(new OrderConfirm("A")))
        .submittedBy("stock")
        .once();
  }

  @RepeatedTest(2)
  void eachTestBeginsWithoutJobs() {
    assertThat(jobs.list(JobQuery.all()).items()).isEmpty();
    UUID unused = shop.orderConfirm().submit(new OrderConfirm("1")).jobId();
    assertThat(jobs.drain()).isEqualTo(1);
  }

  @Test
  void nothingElseOfTheApplicationIsThere() {
    assertThat(context.getBeansOfType(JobService.class).values()).containsExactly(jobs);
    assertThat(jobs.clock()).isSameAs(clock);
    assertThat(context.getBeansOfType(Unrelated.class)).isEmpty();
    assertThat(context.getBeansOfType(JobsRuntime.class)).isEmpty();
    assertThat(context.getBeansOfType(DataSource.class)).isEmpty();
  }
}
