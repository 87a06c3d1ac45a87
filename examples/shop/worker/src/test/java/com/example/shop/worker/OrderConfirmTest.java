package com.example.shop.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.shop.OrderConfirm;
import com.example.shop.ShopJobs;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.testing.TenonExtension;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the web application submits is run by the worker. */
class OrderConfirmTest {

  @RegisterExtension
  final TenonExtension tenon =
      TenonExtension.withWorker(new ShopWorkerJobsHandlers(new OrderConfirmHandler()));

  @Test
  void confirmsTheOrder() {
    ShopJobs jobs = new ShopJobs(tenon.jobs());
    UUID id =
        jobs.orderConfirm().submit(new OrderConfirm("4711"), SubmitOptions.by("test")).jobId();

    Job job = tenon.awaitEnd(id, Duration.ofSeconds(30));

    assertEquals(JobStatus.COMPLETED, job.status());
    assertEquals("Order 4711 is confirmed.", tenon.jobs().logs(id).items().get(0).message());
  }
}
