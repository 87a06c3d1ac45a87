package dev.tenon.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.doThrow;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.spring.test.InMemoryJobsTest;
import dev.tenon.jobs.testing.InMemoryJobs;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** The retry of a job, in memory. */
@InMemoryJobsTest
class OrderConfirmRetryTest {

  @Autowired ShopJobs shop;
  @Autowired InMemoryJobs jobs;
  @MockitoBean Orders orders;

  @Test
  void isRetriedWithinAnHour() {
    doThrow(new IllegalStateException("down")).doNothing().when(orders).confirm("4711");
    UUID id =
        shop.orderConfirm().submit(new OrderConfirm("4711"), SubmitOptions.by("test")).jobId();

    jobs.advance(Duration.ofHours(1));

    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.attempts(id)).hasSize(2);
  }
}
