package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.dashboard.DashboardRequest;
import dev.tenon.jobs.dashboard.DashboardResponse;
import dev.tenon.jobs.spring.AuditWorld.Change;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** All changes by hand that pages of the dashboard have. */
final class DashboardChanges {

  private final AuditWorld world;

  DashboardChanges(AuditWorld world) {
    this.world = world;
  }

  Map<String, Change> all() {
    Map<String, Change> all = new TreeMap<>();
    for (String action : List.of("cancel", "now", "time", "priority")) {
      all.put(
          "POST /jobs/…/" + action,
          new Change(
              switch (action) {
                case "cancel" -> "cancel job";
                case "priority" -> "reprioritize job";
                default -> "reschedule job";
              },
              world::waiting,
              post(
                  id -> "/jobs/" + id + "/" + action,
                  "priority",
                  "high",
                  "runAt",
                  "2031-01-01T10:00")));
    }
    for (String action : List.of("retry", "delete")) {
      all.put(
          "POST /jobs/…/" + action,
          new Change(action + " job", world::cancelled, post(id -> "/jobs/" + id + "/" + action)));
    }
    for (String action : List.of("done", "not-done")) {
      all.put(
          "POST /jobs/…/" + action,
          new Change(
              "mark step " + action.replace('-', ' '),
              world::inDoubt,
              post(id -> "/jobs/" + id + "/" + action, "step", "charge")));
    }
    all.put(
        "POST /jobs/…/again",
        new Change(
            "run again from step",
            world::cancelledAfterAStep,
            post(id -> "/jobs/" + id + "/again", "step", "charge")));
    all.put(
        "POST /jobs/…/let-pass",
        new Change("let jobs pass", world::first, post(id -> "/jobs/" + id + "/let-pass")));
    all.put(
        "POST /jobs/…/signal",
        new Change(
            "send signal",
            world::waiting,
            post(id -> "/jobs/" + id + "/signal", "signal", "order.paid", "payload", "{}")));
    all.put("POST /types/…/pause", new Change("pause type", world::type, type("pause")));
    all.put("POST /types/…/resume", new Change("resume type", world::pausedType, type("resume")));
    all.put(
        "POST /types/…/override",
        new Change("override type", world::type, type("override", "maxAttempts", "3")));
    all.put(
        "POST /types/…/weigh",
        new Change("weigh key", world::type, type("weigh", "key", "acme", "weight", "3")));
    all.put(
        "POST /types/…/clear", new Change("clear overrides", world::overriddenType, type("clear")));
    all.put(
        "POST /types/…/submit",
        new Change("submit job", world::type, type("submit", "payload.number", "14")));
    all.put(
        "POST /schedules/pause", new Change("pause schedule", world::schedule, schedule("pause")));
    all.put(
        "POST /schedules/resume",
        new Change("resume schedule", world::pausedSchedule, schedule("resume")));
    all.put("POST /schedules/run", new Change("run schedule", world::schedule, schedule("run")));
    all.put(
        "POST /schedules/backfill",
        new Change(
            "backfill schedule",
            world::schedule,
            schedule("backfill", "from", "2026-01-01T00:30", "to", "2026-01-01T01:30")));
    all.put(
        "POST /workflows/…/pause",
        new Change("pause workflow", world::workflow, workflow("pause")));
    all.put(
        "POST /workflows/…/resume",
        new Change(
            "resume workflow",
            () -> world.workflowAfter(world.jobs.workflows()::pause),
            workflow("resume")));
    all.put(
        "POST /workflows/…/cancel",
        new Change("cancel workflow", world::workflow, workflow("cancel")));
    all.put(
        "POST /workflows/…/retry",
        new Change(
            "retry workflow",
            () -> world.workflowAfter(world.jobs.workflows()::cancel),
            workflow("retry")));
    all.put(
        "POST /workflows/…/again",
        new Change(
            "run again from task",
            () -> world.workflowAfter(world.jobs.workflows()::cancel),
            workflow("again")));
    all.put(
        "POST /workers/quiet",
        new Change(
            "quiet worker",
            () -> world.worker(false),
            post(id -> "/workers/quiet", "worker", "w-1")));
    all.put(
        "POST /workers/resume",
        new Change(
            "resume worker",
            () -> world.worker(true),
            post(id -> "/workers/resume", "worker", "w-1")));
    for (String action : List.of("cancel", "retry", "now", "priority", "delete")) {
      all.put(
          "POST /bulk " + action,
          new Change(
              switch (action) {
                case "now" -> "reschedule many jobs";
                case "priority" -> "reprioritize many jobs";
                default -> action + " many jobs";
              },
              () -> world.many(action.equals("retry") || action.equals("delete")),
              (query, by) ->
                  post(
                          unused -> "/bulk",
                          "action",
                          action,
                          "priority",
                          "low",
                          "count",
                          "2",
                          "item",
                          AuditWorld.itemOf(query))
                      .accept(query, by)));
    }
    return all;
  }

  private BiConsumer<String, Actor> type(String action, String... fields) {
    return post(name -> "/types/" + name + "/" + action, fields);
  }

  private BiConsumer<String, Actor> schedule(String action, String... fields) {
    return (name, actor) -> {
      List<String> form = new ArrayList<>(List.of(fields));
      form.add("schedule");
      form.add(name);
      post(unused -> "/schedules/" + action, form.toArray(String[]::new)).accept(name, actor);
    };
  }

  private BiConsumer<String, Actor> workflow(String action) {
    return post(id -> "/workflows/" + id + "/" + action);
  }

  private BiConsumer<String, Actor> post(Function<String, String> path, String... fields) {
    return (target, actor) -> {
      List<String> form = new ArrayList<>(List.of(fields));
      form.add("reason");
      form.add(actor.reason().orElseThrow());
      List<String> pairs = new ArrayList<>();
      for (int i = 0; i < form.size(); i += 2) {
        pairs.add(form.get(i) + "=" + URLEncoder.encode(form.get(i + 1), StandardCharsets.UTF_8));
      }
      DashboardResponse response =
          world.dashboard.handle(
              DashboardRequest.of("POST", path.apply(target), null)
                  .withHeader("Host", "localhost")
                  .withHeader("Sec-Fetch-Site", "same-origin")
                  .withHeader("X-User", actor.name())
                  .withBody(String.join("&", pairs)));
      assertThat(response.status()).as(response.text()).isEqualTo(303);
    };
  }
}
