package dev.tenon.jobs.spring;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.spring.AuditWorld.Change;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/** All changes by hand that the API has, by their methods, through one service. */
final class ApiChanges {

  private final AuditWorld world;
  private final JobService service;
  private final Map<String, Change> all = new TreeMap<>();

  ApiChanges(AuditWorld world, JobService service) {
    this.world = world;
    this.service = service;
  }

  Map<String, Change> all() {
    all.put(
        "JobService.cancel(UUID, Actor)",
        new Change(
            "cancel job",
            world::waiting,
            (id, actor) -> service.cancel(UUID.fromString(id), actor)));
    all.put(
        "JobService.retry(UUID, Actor)",
        new Change(
            "retry job",
            world::cancelled,
            (id, actor) -> service.retry(UUID.fromString(id), actor)));
    all.put(
        "JobService.reschedule(UUID, Instant, Actor)",
        new Change(
            "reschedule job",
            world::waiting,
            (id, actor) -> service.reschedule(UUID.fromString(id), Instant.now(), actor)));
    steps();
    types();
    schedules();
    workflows();
    bulk();
    all.put(
        "JobMonitor.quietWorker(String, Actor)",
        new Change(
            "quiet worker",
            () -> world.worker(false),
            (id, actor) -> world.runtime.monitor().quietWorker(id, actor)));
    all.put(
        "JobMonitor.resumeWorker(String, Actor)",
        new Change(
            "resume worker",
            () -> world.worker(true),
            (id, actor) -> world.runtime.monitor().resumeWorker(id, actor)));
    all.put(
        "JobCatalog.submit(String, String, SubmitOptions, Actor)",
        new Change(
            "submit job",
            world::type,
            (type, actor) ->
                world
                    .runtime
                    .catalog()
                    .submit(type, "{\"number\": \"10\"}", SubmitOptions.defaults(), actor)));
    return all;
  }

  private void steps() {
    all.put(
        "JobLines.letPass(UUID, Actor)",
        new Change(
            "let jobs pass",
            world::first,
            (id, actor) -> service.lines().letPass(UUID.fromString(id), actor)));
    all.put(
        "JobSteps.markDone(UUID, String, String, String, Actor)",
        new Change(
            "mark step done",
            world::inDoubt,
            (id, actor) ->
                service.steps().markDone(UUID.fromString(id), "charge", "", null, actor)));
    all.put(
        "JobSteps.markNotDone(UUID, String, String, Actor)",
        new Change(
            "mark step not done",
            world::inDoubt,
            (id, actor) -> service.steps().markNotDone(UUID.fromString(id), "charge", "", actor)));
    all.put(
        "JobSteps.runAgainFrom(UUID, String, String, Actor)",
        new Change(
            "run again from step",
            world::cancelledAfterAStep,
            (id, actor) -> service.steps().runAgainFrom(UUID.fromString(id), "charge", "", actor)));
    all.put(
        "JobSteps.send(UUID, String, String, SignalOptions, Actor)",
        new Change(
            "send signal",
            world::waiting,
            (id, actor) ->
                service
                    .steps()
                    .send(
                        UUID.fromString(id), "order.paid", "{}", SignalOptions.defaults(), actor)));
  }

  private void types() {
    JobTypeOverrides low = JobTypeOverrides.none().withPriority(JobPriority.LOW);
    all.put(
        "JobTypes.pause(String, Actor)",
        new Change("pause type", world::type, (type, by) -> service.types().pause(type, by)));
    all.put(
        "JobTypes.resume(String, Actor)",
        new Change(
            "resume type", world::pausedType, (type, by) -> service.types().resume(type, by)));
    all.put(
        "JobTypes.override(String, JobTypeOverrides, Actor)",
        new Change(
            "override type", world::type, (type, by) -> service.types().override(type, low, by)));
    all.put(
        "JobTypes.clearOverrides(String, Actor)",
        new Change(
            "clear overrides",
            world::overriddenType,
            (type, by) -> service.types().clearOverrides(type, by)));
    all.put(
        "JobTypes.setKeyWeight(String, String, int, Actor)",
        new Change(
            "weigh key",
            world::type,
            (type, by) -> service.types().setKeyWeight(type, "acme", 3, by)));
    all.put(
        "JobTypes.applyToWaiting(String, Actor)",
        new Change(
            "apply settings to waiting jobs",
            world::overriddenType,
            (type, by) -> service.types().applyToWaiting(type, by)));
    all.put(
        "TypedJobs.pause(Actor)",
        new Change("pause type", world::type, (type, by) -> AuditWorld.orders(service).pause(by)));
    all.put(
        "TypedJobs.resume(Actor)",
        new Change(
            "resume type", world::pausedType, (type, by) -> AuditWorld.orders(service).resume(by)));
    all.put(
        "TypedJobs.override(JobTypeOverrides, Actor)",
        new Change(
            "override type",
            world::type,
            (type, by) -> AuditWorld.orders(service).override(low, by)));
    all.put(
        "TypedJobs.setKeyWeight(String, int, Actor)",
        new Change(
            "weigh key",
            world::type,
            (type, by) -> AuditWorld.orders(service).setKeyWeight("acme", 3, by)));
    all.put(
        "TypedJobs.clearOverrides(Actor)",
        new Change(
            "clear overrides",
            world::overriddenType,
            (type, by) -> AuditWorld.orders(service).clearOverrides(by)));
  }

  private void schedules() {
    Timing daily = Timing.cron("0 3 * * *", ZoneOffset.UTC);
    all.put(
        "JobSchedules.put(String, JobDefinition, Object, Timing, ScheduleOptions, Actor)",
        new Change(
            "put schedule",
            world::schedule,
            (name, by) ->
                service
                    .schedules()
                    .put(
                        name,
                        AuditWorld.orders(service).definition(),
                        new OrderConfirm("11"),
                        daily,
                        ScheduleOptions.defaults(),
                        by)));
    all.put(
        "TypedJobs.schedule(String, Object, Timing, Actor)",
        new Change(
            "put schedule",
            world::schedule,
            (name, by) ->
                AuditWorld.orders(service).schedule(name, new OrderConfirm("12"), daily, by)));
    all.put(
        "TypedJobs.schedule(String, Object, Timing, ScheduleOptions, Actor)",
        new Change(
            "put schedule",
            world::schedule,
            (name, by) ->
                AuditWorld.orders(service)
                    .schedule(
                        name, new OrderConfirm("13"), daily, ScheduleOptions.defaults(), by)));
    all.put(
        "JobSchedules.pause(String, Actor)",
        new Change(
            "pause schedule", world::schedule, (name, by) -> service.schedules().pause(name, by)));
    all.put(
        "JobSchedules.resume(String, Actor)",
        new Change(
            "resume schedule",
            world::pausedSchedule,
            (name, by) -> service.schedules().resume(name, by)));
    all.put(
        "JobSchedules.runNow(String, Actor)",
        new Change(
            "run schedule", world::schedule, (name, by) -> service.schedules().runNow(name, by)));
    all.put(
        "JobSchedules.backfill(String, Instant, Instant, Actor)",
        new Change(
            "backfill schedule",
            world::schedule,
            (name, by) -> {
              Instant from = world.hour();
              service.schedules().backfill(name, from, from.plusSeconds(3_600), by);
            }));
    all.put(
        "JobSchedules.remove(String, Actor)",
        new Change(
            "remove schedule",
            world::schedule,
            (name, by) -> service.schedules().remove(name, by)));
  }

  private void workflows() {
    all.put(
        "JobWorkflows.cancel(UUID, Actor)",
        new Change(
            "cancel workflow",
            world::workflow,
            (id, by) -> service.workflows().cancel(UUID.fromString(id), by)));
    all.put(
        "JobWorkflows.retry(UUID, Actor)",
        new Change(
            "retry workflow",
            () -> world.workflowAfter(world.jobs.workflows()::cancel),
            (id, by) -> service.workflows().retry(UUID.fromString(id), by)));
    all.put(
        "JobWorkflows.runAgainFrom(UUID, UUID, Actor)",
        new Change(
            "run again from task",
            () -> world.workflowAfter(world.jobs.workflows()::cancel),
            (id, by) ->
                service.workflows().runAgainFrom(UUID.fromString(id), UUID.fromString(id), by)));
    all.put(
        "JobWorkflows.pause(UUID, Actor)",
        new Change(
            "pause workflow",
            world::workflow,
            (id, by) -> service.workflows().pause(UUID.fromString(id), by)));
    all.put(
        "JobWorkflows.resume(UUID, Actor)",
        new Change(
            "resume workflow",
            () -> world.workflowAfter(world.jobs.workflows()::pause),
            (id, by) -> service.workflows().resume(UUID.fromString(id), by)));
  }

  private void bulk() {
    BulkOptions two = BulkOptions.defaults().withExpectedCount(2);
    Supplier<String> some = () -> world.many(false);
    Supplier<String> someCancelled = () -> world.many(true);
    Instant now = Instant.now();
    all.put(
        "JobBulkOperations.cancel(JobQuery, Actor)",
        new Change(
            "cancel many jobs",
            some,
            (query, by) -> service.bulk().cancel(AuditWorld.query(query), by)));
    all.put(
        "JobBulkOperations.cancel(JobQuery, BulkOptions, Actor)",
        new Change(
            "cancel many jobs",
            some,
            (query, by) -> service.bulk().cancel(AuditWorld.query(query), two, by)));
    all.put(
        "JobBulkOperations.retry(JobQuery, Actor)",
        new Change(
            "retry many jobs",
            someCancelled,
            (query, by) -> service.bulk().retry(AuditWorld.query(query), by)));
    all.put(
        "JobBulkOperations.retry(JobQuery, BulkOptions, Actor)",
        new Change(
            "retry many jobs",
            someCancelled,
            (query, by) -> service.bulk().retry(AuditWorld.query(query), two, by)));
    all.put(
        "JobBulkOperations.delete(JobQuery, Actor)",
        new Change(
            "delete many jobs",
            someCancelled,
            (query, by) -> service.bulk().delete(AuditWorld.query(query), by)));
    all.put(
        "JobBulkOperations.delete(JobQuery, BulkOptions, Actor)",
        new Change(
            "delete many jobs",
            someCancelled,
            (query, by) -> service.bulk().delete(AuditWorld.query(query), two, by)));
    all.put(
        "JobBulkOperations.reprioritize(JobQuery, JobPriority, Actor)",
        new Change(
            "reprioritize many jobs",
            some,
            (query, by) ->
                service.bulk().reprioritize(AuditWorld.query(query), JobPriority.HIGH, by)));
    all.put(
        "JobBulkOperations.reprioritize(JobQuery, JobPriority, BulkOptions, Actor)",
        new Change(
            "reprioritize many jobs",
            some,
            (query, by) ->
                service.bulk().reprioritize(AuditWorld.query(query), JobPriority.HIGH, two, by)));
    all.put(
        "JobBulkOperations.reschedule(JobQuery, Instant, Actor)",
        new Change(
            "reschedule many jobs",
            some,
            (query, by) -> service.bulk().reschedule(AuditWorld.query(query), now, by)));
    all.put(
        "JobBulkOperations.reschedule(JobQuery, Instant, BulkOptions, Actor)",
        new Change(
            "reschedule many jobs",
            some,
            (query, by) -> service.bulk().reschedule(AuditWorld.query(query), now, two, by)));
    all.put(
        "JobBulkOperations.move(JobQuery, String, Actor)",
        new Change(
            "move many jobs",
            some,
            (query, by) -> service.bulk().move(AuditWorld.query(query), "jobs.elsewhere", by)));
    all.put(
        "JobBulkOperations.move(JobQuery, String, BulkOptions, Actor)",
        new Change(
            "move many jobs",
            some,
            (query, by) ->
                service.bulk().move(AuditWorld.query(query), "jobs.elsewhere", two, by)));
  }
}
