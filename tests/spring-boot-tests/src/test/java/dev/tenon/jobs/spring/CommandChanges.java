package dev.tenon.jobs.spring;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.cli.CommandLineDoor;
import dev.tenon.jobs.spring.AuditWorld.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * All changes by hand that the command line has. It asks for reasons where others' work is stopped.
 */
final class CommandChanges {

  private final AuditWorld world;

  CommandChanges(AuditWorld world) {
    this.world = world;
  }

  Map<String, Change> all() {
    Map<String, Change> all = new TreeMap<>();
    all.put("cancel", new Change("cancel job", world::waiting, tenon("cancel", "{}")));
    all.put("retry", new Change("retry job", world::cancelled, tenon("retry", "{}")));
    all.put(
        "reschedule",
        new Change("reschedule job", world::waiting, tenon("reschedule", "{}", "--at=now")));
    for (String verb : List.of("cancel", "retry", "reschedule")) {
      all.put(
          verb + " --item",
          new Change(
              verb + " many jobs",
              () -> world.many(verb.equals("retry")),
              (query, by) -> {
                List<String> arguments =
                    new ArrayList<>(
                        List.of(verb, "--item=" + AuditWorld.itemOf(query), "--yes", "{reason}"));
                if (verb.equals("reschedule")) {
                  arguments.add("--at=now");
                }
                tenon(arguments.toArray(String[]::new)).accept(query, by);
              }));
    }
    for (String decision : List.of("done", "not-done")) {
      all.put(
          "resolve --" + decision,
          new Change(
              "mark step " + decision.replace('-', ' '),
              world::inDoubt,
              tenon("resolve", "{}", "charge", "--" + decision, "{reason}")));
    }
    all.put(
        "retry --from",
        new Change(
            "run again from step",
            world::cancelledAfterAStep,
            tenon("retry", "{}", "--from=charge")));
    all.put(
        "let-pass", new Change("let jobs pass", world::first, tenon("let-pass", "{}", "{reason}")));
    all.put(
        "signal",
        new Change("send signal", world::waiting, tenon("signal", "{}", "order.paid", "{reason}")));
    all.put("pause", new Change("pause type", world::type, tenon("pause", "{}", "{reason}")));
    all.put("resume", new Change("resume type", world::pausedType, tenon("resume", "{}")));
    all.put(
        "limits",
        new Change(
            "override type", world::type, tenon("limits", "{}", "--max-concurrent=2", "{reason}")));
    all.put(
        "limits --weigh",
        new Change("weigh key", world::type, tenon("limits", "{}", "--weigh=acme=3", "{reason}")));
    all.put(
        "limits --clear",
        new Change(
            "clear overrides",
            world::overriddenType,
            tenon("limits", "{}", "--clear", "{reason}")));
    all.put(
        "schedules --pause",
        new Change(
            "pause schedule",
            world::schedule,
            (name, by) ->
                tenon("schedules", "{}", "--pause=" + by.reason().orElseThrow()).accept(name, by)));
    all.put(
        "schedules --resume",
        new Change("resume schedule", world::pausedSchedule, tenon("schedules", "{}", "--resume")));
    all.put(
        "schedules --run-now",
        new Change("run schedule", world::schedule, tenon("schedules", "{}", "--run-now")));
    all.put(
        "workflow --run-again-from",
        new Change(
            "run again from task",
            () -> world.workflowAfter(world.jobs.workflows()::cancel),
            (id, by) ->
                tenon("workflow", "{}", "--run-again-from=" + id, "{reason}").accept(id, by)));
    all.put(
        "workers quiet",
        new Change(
            "quiet worker",
            () -> world.worker(false),
            tenon("workers", "quiet", "{}", "{reason}")));
    all.put(
        "workers resume",
        new Change("resume worker", () -> world.worker(true), tenon("workers", "resume", "{}")));
    return all;
  }

  private BiConsumer<String, Actor> tenon(String... arguments) {
    return (target, actor) ->
        CommandLineDoor.run(
            Map.of(
                "TENON_DB_URL", world.database.url(),
                "TENON_DB_USER", world.database.user(),
                "TENON_DB_PASSWORD", world.database.password()),
            Stream.concat(Arrays.stream(arguments), Stream.of("--by=" + actor.name()))
                .map(
                    each ->
                        each.equals("{}")
                            ? target
                            : each.equals("{reason}")
                                ? "--reason=" + actor.reason().orElseThrow()
                                : each)
                .toArray(String[]::new));
  }
}
