package dev.tenon.jobs.internal.rollout;

import static dev.tenon.jobs.internal.rollout.Wording.counted;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.rollout.BuildDescription.Keys;
import dev.tenon.jobs.internal.rollout.Situation.Declared;
import dev.tenon.jobs.internal.rollout.Situation.JobGroup;
import dev.tenon.jobs.internal.rollout.Situation.LiveWorker;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Kind;
import dev.tenon.jobs.operate.JobRollouts.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds limits, keys, routing keys and queues that change under waiting jobs. */
final class KeyRules {

  private static final String WAIT_OR_ACCEPT =
      "Let these jobs end first, or accept it until they have.";

  private final BuildDescription build;
  private final Situation situation;

  KeyRules(BuildDescription build, Situation situation) {
    this.build = build;
    this.situation = situation;
  }

  List<Finding> all() {
    List<Finding> found = new ArrayList<>();
    new TreeMap<>(build.types())
        .forEach(
            (name, type) -> {
              List<JobGroup> jobs = jobs(name);
              Declared before = before(name);
              if (before != null && !jobs.isEmpty()) {
                limits(name, before.keys(), type.keys(), jobs, found);
                unique(name, before.keys(), type.keys(), jobs, found);
                order(name, before.keys(), type.keys(), jobs, found);
                queues(name, before, type, jobs, found);
              }
              if (situation.usesRabbitMq()) {
                if (build.handlers().containsKey(name) || type.isExternal()) {
                  routingKeys(name, type, jobs, found);
                } else {
                  submittedKeys(name, type, found);
                }
              }
            });
    return found;
  }

  private List<JobGroup> jobs(String type) {
    return situation.jobs().stream()
        .filter(group -> build.named(group.type()).filter(type::equals).isPresent())
        .toList();
  }

  /** The last declaration under today's name of a type, or else under an earlier one. */
  private @Nullable Declared before(String type) {
    return build
        .names(type)
        .map(situation.types()::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static void limits(
      String type, Keys before, Keys after, List<JobGroup> jobs, List<Finding> found) {
    Affected limited = Affected.of(jobs, group -> group.traits().isLimited());
    boolean hasOtherKey = !Objects.equals(before.limitBy(), after.limitBy());
    if (hasOtherKey && before.limitBy() != null && limited.number() > 0) {
      found.add(
          limited.finding(
              Verdict.AFTER,
              Kind.LIMIT_CHANGES,
              type,
              "%s of '%s' have keys of '%s', and the build limits by %s: until they have ended, more jobs of a key may run at a time than its limit."
                  .formatted(
                      counted(limited.number(), "job"),
                      type,
                      before.limitBy(),
                      after.limitBy() == null ? "no key" : "'" + after.limitBy() + "'"),
              WAIT_OR_ACCEPT));
    } else if (hasOtherKey || !before.limits().equals(after.limits())) {
      Affected all = Affected.of(jobs, group -> true);
      found.add(
          all.finding(
              Verdict.GO,
              Kind.LIMIT_CHANGES,
              type,
              "The limits of '%s' change from %s to %s, also for the %s that wait or run."
                  .formatted(type, shown(before), shown(after), counted(all.number(), "job")),
              "Nothing, if it was changed on purpose."));
    }
  }

  private static String shown(Keys keys) {
    if (keys.limits().isEmpty() && keys.limitBy() == null) {
      return "none";
    }
    return new TreeMap<>(keys.limits()) + (keys.limitBy() == null ? "" : " by " + keys.limitBy());
  }

  private static void unique(
      String type, Keys before, Keys after, List<JobGroup> jobs, List<Finding> found) {
    if (Objects.equals(before.unique(), after.unique())) {
      return;
    }
    Affected unique = Affected.of(jobs, group -> group.traits().isUnique());
    boolean breaks = after.unique() != null && unique.number() > 0;
    Affected affected = breaks ? unique : Affected.of(jobs, group -> true);
    found.add(
        affected.finding(
            breaks ? Verdict.AFTER : Verdict.GO,
            Kind.UNIQUE_CHANGES,
            type,
            "%s of '%s' were submitted with %s, and the build makes jobs unique by %s: duplicates of these jobs are not noticed."
                .formatted(
                    counted(affected.number(), "job"),
                    type,
                    before.unique() == null
                        ? "no unique key"
                        : "a unique key of " + before.unique(),
                    after.unique() == null ? "nothing" : after.unique()),
            WAIT_OR_ACCEPT));
  }

  private static void order(
      String type, Keys before, Keys after, List<JobGroup> jobs, List<Finding> found) {
    if (Objects.equals(before.orderBy(), after.orderBy())) {
      return;
    }
    boolean breaks = after.orderBy() != null;
    Affected affected = Affected.of(jobs, group -> breaks || group.traits().isOrdered());
    if (affected.number() == 0) {
      return;
    }
    found.add(
        affected.finding(
            breaks ? Verdict.AFTER : Verdict.GO,
            Kind.ORDER_CHANGES,
            type,
            breaks
                ? "%s of '%s' are in no line of the build: its jobs, which are ordered by %s, do not wait for them."
                    .formatted(counted(affected.number(), "job"), type, line(after.orderBy()))
                : "%s of '%s' stay in their lines, and jobs of the build do not wait for them."
                    .formatted(counted(affected.number(), "job"), type),
            WAIT_OR_ACCEPT));
  }

  private static String line(@Nullable String orderBy) {
    return orderBy == null || orderBy.isEmpty() ? "type" : "'" + orderBy + "'";
  }

  private static void queues(
      String type,
      Declared before,
      BuildDescription.TypeDescription after,
      List<JobGroup> jobs,
      List<Finding> found) {
    Affected moved =
        Affected.of(
            jobs,
            group -> {
              String earlier = before.queues().get(group.routingKey());
              String now = after.queues().get(group.routingKey());
              return earlier != null && now != null && !earlier.equals(now);
            });
    if (moved.number() > 0) {
      found.add(
          moved.finding(
              Verdict.GO,
              Kind.QUEUE_MOVES,
              type,
              "The queue of '%s' changes under %s: their pointers are published again to the new one."
                  .formatted(type, counted(moved.number(), "job")),
              "Delete the earlier queue when the older processes have stopped."));
    }
  }

  private static void routingKeys(
      String type,
      BuildDescription.TypeDescription after,
      List<JobGroup> jobs,
      List<Finding> found) {
    TreeMap<String, List<JobGroup>> byKey = new TreeMap<>();
    for (JobGroup group : jobs) {
      // Jobs under limits are not published
      if (!group.traits().isLimited() && !after.queues().containsKey(group.routingKey())) {
        byKey.computeIfAbsent(group.routingKey(), unused -> new ArrayList<>()).add(group);
      }
    }
    byKey.forEach(
        (key, groups) -> {
          Affected affected = Affected.of(groups, group -> true);
          found.add(
              affected.finding(
                  Verdict.AFTER,
                  Kind.ROUTING_KEY,
                  type,
                  "%s of '%s' have the routing key '%s', whose queue the workers of the build do not consume: they would wait there."
                      .formatted(counted(affected.number(), "job"), type, key),
                  "Let the live workers finish them first, or move them after the rollout."));
        });
  }

  /**
   * The routing keys that the build only submits with: a live worker has to consume their queue.
   */
  private void submittedKeys(
      String type, BuildDescription.TypeDescription after, List<Finding> found) {
    List<LiveWorker> workers =
        situation.workers().stream()
            .filter(worker -> worker.module() == null || !build.modules().contains(worker.module()))
            .filter(worker -> !worker.isQuieted() && worker.knows().containsKey(type))
            .toList();
    // Without workers, all of its jobs wait. Those under limits are not published.
    if (workers.isEmpty() || !after.keys().limits().isEmpty() || after.keys().limitBy() != null) {
      return;
    }
    Set<String> keys = new TreeSet<>(after.queues().keySet());
    after.aliases().forEach(alias -> keys.remove(JobDefinition.defaultRoutingKey(alias)));
    for (String key : keys) {
      if (workers.stream().noneMatch(worker -> consumes(worker, type, key))) {
        found.add(
            new Found(
                Verdict.AFTER,
                Kind.WORKERS_FIRST,
                type,
                "The build submits jobs of '%s' with the routing key '%s', whose queue no live worker that stays consumes: they would wait."
                    .formatted(type, key),
                "Deploy workers that know the routing key '%s' first.".formatted(key)));
      }
    }
  }

  private static boolean consumes(LiveWorker worker, String type, String routingKey) {
    return Optional.ofNullable(worker.build())
        .flatMap(known -> known.handled(type))
        .map(known -> known.queues().containsKey(routingKey))
        .orElse(true);
  }

  /**
   * Jobs that a change affects.
   *
   * @param number the number of them
   * @param oldest the oldest of them
   */
  private record Affected(long number, List<UUID> oldest) {

    static Affected of(List<JobGroup> groups, Predicate<JobGroup> which) {
      List<JobGroup> affected = groups.stream().filter(which).toList();
      return new Affected(
          affected.stream().mapToLong(JobGroup::jobs).sum(), JobRules.oldest(affected));
    }

    Finding finding(Verdict verdict, Kind kind, String type, String message, String remedy) {
      return new Found(verdict, kind, type, number, oldest, message, remedy);
    }
  }
}
