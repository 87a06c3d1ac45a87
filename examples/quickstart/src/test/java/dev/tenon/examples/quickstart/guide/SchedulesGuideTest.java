package dev.tenon.examples.quickstart.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.testing.TenonExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs what the page about schedules shows. */
class SchedulesGuideTest {

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  private TestJobs jobs;

  @BeforeEach
  void makeJobs() {
    jobs = new TestJobs(tenon.jobs());
  }

  private JobSchedule invoiceEachMonth() {
    InvoiceSend invoice = new InvoiceSend("R-17", "someone@example.com");
    return jobs.invoiceSend()
        .schedule(
            "invoice-R-17",
            invoice,
            Timing.cron("30 6 1 * *", ZoneId.of("Europe/Berlin")),
            Actor.of("user-7"));
  }

  @Test
  void aScheduleIsMadeAtRunTime() {
    assertThat(invoiceEachMonth().nextRunAt().orElseThrow())
        .isAfter(Instant.now().minusSeconds(60));
    InvoiceSend invoice = new InvoiceSend("R-17", "someone@example.com");
    jobs.invoiceSend()
        .schedule(
            "invoice-R-17",
            invoice,
            Timing.cron("*/10 8-17 * * MON-FRI", ZoneId.of("Europe/Berlin")),
            ScheduleOptions.defaults()
                .withOverlap(OverlapPolicy.QUEUE_ONE)
                .withCatchUp(Duration.ofHours(4))
                .withJitter(Duration.ofMinutes(2)),
            Actor.of("user-7"));
    jobs.invoiceSend()
        .schedule(
            "reminder-R-17", invoice, Timing.fixedDelay(Duration.ofMinutes(5)), Actor.of("user-7"));
    assertThat(tenon.jobs().schedules().list())
        .extracting(JobSchedule::name)
        .containsExactlyInAnyOrder(
            "invoice-R-17",
            "reminder-R-17",
            "maintenance.cache.cleanup",
            "stock.reconcile:nightly",
            "stock.reconcile:at-noon");
  }

  @Test
  void aScheduleIsOperated() {
    invoiceEachMonth();
    Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
    JobSchedules schedules = tenon.jobs().schedules();
    schedules.pause("invoice-R-17", Actor.of("user-7", "The customer has moved"));
    schedules.resume("invoice-R-17", Actor.of("user-9"));
    UUID id = schedules.runNow("invoice-R-17", Actor.of("user-9"));
    List<UUID> missed =
        schedules.backfill(
            "invoice-R-17", today.minus(Duration.ofDays(90)), today, Actor.of("user-9"));
    JobSchedule schedule = schedules.get("invoice-R-17");
    assertThat(schedule.lastRun().orElseThrow().jobId()).isEqualTo(id);
    assertThat(missed).hasSizeBetween(2, 3);
    schedules.remove("invoice-R-17", Actor.of("user-9"));
    assertThat(schedules.find("invoice-R-17")).isEmpty();
  }
}
