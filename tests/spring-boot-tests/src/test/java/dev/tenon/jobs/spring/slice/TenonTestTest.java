package dev.tenon.jobs.spring.slice;

import static dev.tenon.jobs.testing.JobAssertions.assertThatJobsIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.spring.JobWorkers;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import dev.tenon.jobs.spring.shop.OrderConfirmJob;
import dev.tenon.jobs.spring.shop.ShopJobs;
import dev.tenon.jobs.spring.shop.StockCount;
import dev.tenon.jobs.spring.test.TenonTest;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.annotation.Transactional;

/** The test slice, as tests of an application use it. */
class TenonTestTest {

  private static Job awaitEnd(JobService service, UUID id) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> service.get(id), job -> job.status().isTerminal());
  }

  @Nested
  @TenonTest
  class OnAnEmbeddedDatabase {

    @Autowired private ShopJobs jobs;
    @Autowired private JobService service;
    @Autowired private JdbcTemplate jdbc;
    @Autowired private ApplicationContext context;

    @Test
    void handlersRunTheirJobsInTransactions() {
      jdbc.execute("CREATE TABLE stock (shelf text)");
      UUID id = jobs.stockCount().submit(new StockCount("A"), SubmitOptions.by("test")).jobId();

      Job job = awaitEnd(service, id);

      assertThat(job.status())
          .as(String.valueOf(job.error().orElse(null)))
          .isEqualTo(JobStatus.COMPLETED);
      assertThat(jobs.stockCount().find(id).orElseThrow().result()).contains("in a transaction");
      assertThat(jdbc.queryForObject("SELECT current_database()", String.class))
          .startsWith("test_");
    }

    @Test
    void nothingElseOfTheApplicationIsThere() {
      assertThat(context.getBeansOfType(SliceApplication.class)).hasSize(1);
      assertThat(context.getBeansOfType(Unrelated.class)).isEmpty();
      assertThat(context.containsBean("entityManagerFactory")).isFalse();
      assertThat(context.containsBean("rabbitConnectionFactory")).isFalse();
    }
  }

  @Nested
  @TenonTest(workers = false, properties = "tenon.submitted-by=nobody")
  class WithoutWorkers {

    @Autowired private ShopJobs jobs;
    @Autowired private JobService service;
    @Autowired private ApplicationContext context;
    @Autowired private DataSource dataSource;

    @Test
    @Transactional
    void whatItsTransactionSubmitsIsSeenBeforeItIsRolledBack() {
      UUID unused =
          jobs.orderConfirm().submit(new OrderConfirm("7"), SubmitOptions.by("user-7")).jobId();
      assertThatJobsIn(DataSourceUtils.getConnection(dataSource))
          .submitted(OrderConfirmJob.DEFINITION)
          .with(order -> order.equals(new OrderConfirm("7")))
          .submittedBy("user-7")
          .once();
    }

    @Test
    void whatIsSubmittedWaits() {
      assertThat(context.getBeansOfType(JobWorkers.class)).isEmpty();
      Job job = service.get(jobs.orderConfirm().submit(new OrderConfirm("1")).jobId());
      assertThat(job.status()).isEqualTo(JobStatus.PENDING);
      assertThat(job.submittedBy()).isEqualTo("nobody");
    }
  }

  @Nested
  @TenonTest(database = TenonTest.Database.GIVEN)
  class OnAGivenDatabase {

    private static final PostgresDatabase DATABASE = PostgresDatabase.shared();

    @Autowired private ShopJobs jobs;
    @Autowired private JobService service;
    @Autowired private JdbcTemplate jdbc;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
      properties.add("spring.datasource.url", DATABASE::url);
      properties.add("spring.datasource.username", DATABASE::user);
      properties.add("spring.datasource.password", DATABASE::password);
    }

    @Test
    void jobsAreThere() {
      UUID id = jobs.orderConfirm().submit(new OrderConfirm("2"), SubmitOptions.by("test")).jobId();
      assertThat(awaitEnd(service, id).status()).isEqualTo(JobStatus.COMPLETED);
      assertThat(jdbc.queryForObject("SELECT current_database()", String.class))
          .isEqualTo(DATABASE.name());
    }
  }
}
