package dev.tenon.jobs.internal.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.internal.rollout.BuildDescription.Handler;
import dev.tenon.jobs.internal.rollout.BuildDescription.Keys;
import dev.tenon.jobs.internal.rollout.BuildDescription.TypeDescription;
import dev.tenon.jobs.internal.rollout.BuildDescription.Versions;
import dev.tenon.jobs.internal.rollout.Situation.Declared;
import dev.tenon.jobs.internal.rollout.Situation.JobGroup;
import dev.tenon.jobs.internal.rollout.Situation.LiveWorker;
import dev.tenon.jobs.internal.rollout.Situation.Progress;
import dev.tenon.jobs.internal.rollout.Situation.RecordGroup;
import dev.tenon.jobs.internal.rollout.Situation.ScheduleRow;
import dev.tenon.jobs.internal.rollout.Situation.SignalGroup;
import dev.tenon.jobs.internal.rollout.Situation.TaskGroup;
import dev.tenon.jobs.internal.rollout.Situation.Traits;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Report;
import dev.tenon.jobs.operate.JobRollouts.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a build may and may not leave behind: a table of cases. */
class RolloutCheckTest {

  private static final String MODULE = "shop.ShopJobsModule";
  private static final UUID OLDEST = UUID.fromString("01a22cc6-207c-7618-bf3c-c47a105efcc3");

  /** A build with the type mail.send, whose handler has a step, a wait and a cursor. */
  private static final class Build {
    private String name = "mail.send";
    private Versions versions = new Versions(2, Set.of(1));
    private List<String> aliases = List.of();
    private boolean isExternal;
    private boolean isHandled = true;
    private Keys keys = Keys.NONE;
    private Map<String, String> queues = Map.of("jobs.mail.send", "jobs.shop");
    private Set<String> schedules = Set.of();
    private Handler handler =
        new Handler(
            Map.of("charge", List.of("pay")),
            Map.of("settled", List.of()),
            Set.of("mail.read"),
            true);

    Build named(String changed, String... earlier) {
      name = changed;
      aliases = List.of(earlier);
      return this;
    }

    Build version(int version, Integer... earlier) {
      versions = new Versions(version, Set.of(earlier));
      return this;
    }

    Build external() {
      isExternal = true;
      isHandled = false;
      return this;
    }

    Build submitting() {
      isHandled = false;
      return this;
    }

    Build keys(Keys changed) {
      keys = changed;
      return this;
    }

    Build queues(Map<String, String> changed) {
      queues = changed;
      return this;
    }

    Build schedules(String... names) {
      schedules = Set.of(names);
      return this;
    }

    BuildDescription description() {
      TypeDescription type =
          new TypeDescription(
              versions, aliases, queues, isExternal, keys, Set.of("ofClone"), schedules);
      return new BuildDescription(
          Set.of(MODULE),
          Map.of(name, type),
          isHandled ? Map.of(name, handler) : Map.of(),
          Map.of("mail.read", new Versions(1, Set.of())));
    }
  }

  /** What runs and waits. */
  private static final class World {
    private final List<LiveWorker> workers = new ArrayList<>();
    private final Map<String, Declared> types = new HashMap<>();
    private final List<JobGroup> jobs = new ArrayList<>();
    private final List<RecordGroup> records = new ArrayList<>();
    private final List<SignalGroup> signals = new ArrayList<>();
    private final List<TaskGroup> tasks = new ArrayList<>();
    private final List<ScheduleRow> schedules = new ArrayList<>();
    private boolean usesRabbitMq;

    World worker(String type, int version) {
      return worker(MODULE, type, version, false, null);
    }

    World otherWorker(String type, int version) {
      return worker("other.Module", type, version, false, null);
    }

    World quietedOtherWorker(String type, int version) {
      return worker("other.Module", type, version, true, null);
    }

    World worker(Build build) {
      return worker(MODULE, build);
    }

    World otherWorker(Build build) {
      return worker("other.Module", build);
    }

    private World worker(String module, Build build) {
      return worker(module, build.name, build.versions.version(), false, build.description());
    }

    private World worker(
        String module,
        String type,
        int version,
        boolean isQuieted,
        @Nullable BuildDescription build) {
      workers.add(
          new LiveWorker(
              "w" + workers.size(), module, null, Map.of(type, version), isQuieted, 0, build));
      return this;
    }

    World python(String type) {
      return python(type, false);
    }

    World quietedPython(String type) {
      return python(type, true);
    }

    private World python(String type, boolean isQuieted) {
      workers.add(
          new LiveWorker(
              "python", null, null, Map.of(type, Integer.MAX_VALUE), isQuieted, 0, null));
      return this;
    }

    World jobs(String type, int version, long waiting) {
      return jobs(type, version, waiting, Traits.NONE);
    }

    World jobs(String type, int version, long waiting, Traits traits) {
      jobs.add(new JobGroup(type, version, "jobs." + type, traits, waiting, 0, OLDEST));
      return this;
    }

    World running(String type, int version, long running) {
      jobs.add(new JobGroup(type, version, "jobs." + type, Traits.NONE, 0, running, OLDEST));
      return this;
    }

    World record(String kind, String name, String state) {
      records.add(new RecordGroup("mail.send", kind, name, state, 3, OLDEST));
      return this;
    }

    World signal(String name, int version) {
      signals.add(new SignalGroup("mail.send", name, version, 2, OLDEST));
      return this;
    }

    World task(String input) {
      tasks.add(new TaskGroup("mail.send", 1, input, false, 4, OLDEST));
      return this;
    }

    World taskForEach(String type, int version) {
      tasks.add(new TaskGroup(type, version, "ofClone", true, 4, OLDEST));
      return this;
    }

    World schedule(String name, String type, int version, boolean isDeclared) {
      schedules.add(new ScheduleRow(name, type, version, isDeclared, false, null));
      return this;
    }

    World scheduleWithWaitingRun(String name) {
      schedules.add(new ScheduleRow(name, "mail.send", 2, true, true, null));
      return this;
    }

    World declared(Keys keys) {
      types.put("mail.send", new Declared(keys, Map.of("jobs.mail.send", "jobs.shop")));
      return this;
    }

    World rabbitMq() {
      usesRabbitMq = true;
      return this;
    }

    Situation situation() {
      return new Situation(
          workers, types, jobs, new Progress(records, signals, tasks), schedules, usesRabbitMq);
    }
  }

  private record Case(String name, Build build, World world, List<String> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case of(String name, Build build, World world, String... expected) {
    return new Case(name, build, world, List.of(expected));
  }

  private static Keys limited(String by) {
    return new Keys(Map.of("maxConcurrentPerKey", "2"), by, null, null);
  }

  private static Keys ordered(@Nullable String by) {
    return new Keys(Map.of(), null, by, null);
  }

  private static Keys unique(@Nullable String by) {
    return new Keys(Map.of(), null, null, by);
  }

  static Stream<Case> cases() {
    Traits limitedJobs = new Traits(true, false, false);
    Traits orderedJobs = new Traits(false, true, false);
    Traits uniqueJobs = new Traits(false, false, true);
    return Stream.of(
        of("nothing waits", new Build(), new World()),
        of(
            "the same version",
            new Build(),
            new World().worker("mail.send", 2).jobs("mail.send", 2, 9)),
        of(
            "jobs of an earlier version with an upcaster",
            new Build(),
            new World().worker("mail.send", 1).jobs("mail.send", 1, 9),
            "go older_workers mail.send 0"),
        of(
            "jobs of an earlier version without an upcaster",
            new Build().version(3, 2),
            new World().worker("mail.send", 2).jobs("mail.send", 1, 9),
            "after no_upcaster mail.send 9",
            "go older_workers mail.send 0"),
        of(
            "jobs of an earlier version that no live worker reads",
            new Build().version(3, 2),
            new World().otherWorker("x.y", 1).jobs("mail.send", 1, 9),
            "no no_upcaster mail.send 9"),
        of(
            "live workers of a version that the build cannot read",
            new Build().version(3, 2),
            new World().worker("mail.send", 1),
            "after version_gap mail.send 0"),
        of(
            "a rollback with jobs of the newer version",
            new Build().version(1),
            new World().worker("mail.send", 2).jobs("mail.send", 2, 5).jobs("mail.send", 1, 7),
            "after newer_version mail.send 5",
            "after newer_version mail.send 0"),
        of(
            "a rollback after the newer workers have stopped",
            new Build().version(1),
            new World().jobs("mail.send", 2, 5),
            "no newer_version mail.send 5"),
        of(
            "a rollback when nothing of the newer version is left",
            new Build().version(1),
            new World().jobs("mail.send", 1, 5)),
        of(
            "a rollback while others run the newer version",
            new Build().version(1),
            new World().otherWorker("mail.send", 2).jobs("mail.send", 2, 5)),
        of(
            "a rollback while quieted others know the newer version",
            new Build().version(1),
            new World().quietedOtherWorker("mail.send", 2).jobs("mail.send", 2, 5),
            "after newer_version mail.send 5",
            "after newer_version mail.send 0"),
        of(
            "jobs that nobody knows even now",
            new Build().version(1),
            new World().worker("mail.send", 1).jobs("mail.send", 2, 5),
            "go already_unknown mail.send 5"),
        of(
            "a type that is gone, with jobs",
            new Build(),
            new World().worker("mail.print", 1).running("mail.print", 1, 2),
            "after unknown_type mail.print 2"),
        of(
            "a type that is gone, without jobs",
            new Build(),
            new World().worker("mail.print", 1),
            "go unknown_type mail.print 0"),
        of(
            "a type of another application",
            new Build(),
            new World().otherWorker("mail.print", 1).jobs("mail.print", 1, 2)),
        of(
            "a type that nobody knows",
            new Build(),
            new World().worker("mail.send", 2).jobs("mail.print", 1, 2),
            "go already_unknown mail.print 2"),
        of(
            "a type that nobody knows while no worker is live",
            new Build(),
            new World().jobs("mail.print", 1, 2),
            "after unknown_type mail.print 2"),
        of(
            "a renamed type",
            new Build().named("mail.deliver", "mail.send"),
            new World().worker("mail.send", 2).jobs("mail.send", 2, 3)),
        of(
            "a type for workers in other languages",
            new Build().external(),
            new World().python("mail.send").jobs("mail.send", 1, 3)),
        of(
            "a type that Java runs from now on, while a quieted worker in another language finishes",
            new Build(),
            new World().quietedPython("mail.send").jobs("mail.send", 1, 3)),
        of(
            "a submitter before its workers",
            new Build().submitting(),
            new World().otherWorker("mail.send", 1),
            "after workers_first mail.send 0"),
        of(
            "a submitter after its workers",
            new Build().submitting(),
            new World().otherWorker("mail.send", 2)),
        of(
            "a submitter before any worker",
            new Build().submitting(),
            new World(),
            "after workers_first mail.send 0"),
        of(
            "a submitter with another routing key before its workers",
            new Build().submitting().queues(Map.of("jobs.new", "jobs.new")),
            new World().rabbitMq().otherWorker(new Build()).jobs("mail.send", 2, 8),
            "after workers_first mail.send 0"),
        of(
            "a submitter with another routing key after its workers",
            new Build().submitting().queues(Map.of("jobs.new", "jobs.new")),
            new World()
                .rabbitMq()
                .otherWorker(new Build().queues(Map.of("jobs.new", "jobs.new")))
                .jobs("mail.send", 2, 8)),
        of(
            "a submitter with another routing key, of jobs under limits",
            new Build().submitting().keys(limited("to")).queues(Map.of("jobs.new", "jobs.new")),
            new World().rabbitMq().otherWorker(new Build())),
        of(
            "known steps",
            new Build(),
            new World().record("step", "charge", "done").record("step", "pay", "done")),
        of(
            "a step that was done and is gone",
            new Build(),
            new World().record("step", "ship", "done"),
            "go unknown_step mail.send 3"),
        of(
            "a step that has begun and is gone",
            new Build(),
            new World().record("step", "ship", "in_doubt"),
            "after unknown_step mail.send 3"),
        of(
            "a wait that is gone",
            new Build(),
            new World().record("wait", "approved", "waiting"),
            "after unknown_wait mail.send 3"),
        of(
            "a sleep that is gone",
            new Build(),
            new World().record("sleep", "overnight", "waiting"),
            "after unknown_wait mail.send 3"),
        of(
            "a wait that has ended and is gone",
            new Build(),
            new World().record("wait", "approved", "done")),
        of("a wait that is there", new Build(), new World().record("wait", "settled", "waiting")),
        of("a signal that is read", new Build(), new World().signal("mail.read", 1)),
        of(
            "a signal that is too new",
            new Build(),
            new World().signal("mail.read", 2),
            "after unknown_signal mail.send 2"),
        of(
            "a signal that nobody waits for any more",
            new Build(),
            new World().signal("mail.bounced", 1),
            "after unknown_signal mail.send 2"),
        of("a task with its method", new Build(), new World().task("ofClone")),
        of(
            "a task without its method",
            new Build(),
            new World().task("ofReport"),
            "after unknown_input mail.send 4"),
        of(
            "a task that gets its jobs later",
            new Build(),
            new World().worker("mail.send", 2).taskForEach("mail.send", 1)),
        of(
            "a task that gets its jobs later, of a type that is gone",
            new Build(),
            new World().worker("mail.print", 1).taskForEach("mail.print", 1),
            "after unknown_type mail.print 4"),
        of(
            "a task that gets its jobs later, of a type of another application",
            new Build(),
            new World().otherWorker("mail.print", 1).taskForEach("mail.print", 1)),
        of(
            "a task that gets its jobs later, and a rollback",
            new Build().version(1),
            new World().taskForEach("mail.send", 2),
            "no newer_version mail.send 4"),
        of(
            "a task that gets its jobs later, without an upcaster",
            new Build().version(3, 2),
            new World().worker("mail.send", 2).taskForEach("mail.send", 1),
            "after no_upcaster mail.send 4",
            "go older_workers mail.send 0"),
        of(
            "a schedule that is declared again",
            new Build().schedules("mail.send:nightly"),
            new World().schedule("mail.send:nightly", "mail.send", 3, true)),
        of(
            "a schedule that ends",
            new Build(),
            new World().schedule("mail.send:nightly", "mail.send", 2, true),
            "go schedule_ends mail.send:nightly 0"),
        of(
            "a schedule that ends, with a waiting run",
            new Build(),
            new World().scheduleWithWaitingRun("mail.send"),
            "after schedule_ends mail.send 0"),
        of(
            "the schedule of a renamed type",
            new Build().named("mail.deliver", "mail.send").schedules("mail.deliver:nightly"),
            new World().schedule("mail.send:nightly", "mail.send", 2, true)),
        of(
            "a schedule whose type is gone",
            new Build(),
            new World().worker("mail.print", 1).schedule("mail.print", "mail.print", 1, true),
            "no schedule_unreadable mail.print 0",
            "go unknown_type mail.print 0"),
        of(
            "a schedule that was made at run time with a newer version",
            new Build().version(1),
            new World().worker("mail.send", 1).schedule("weekly", "mail.send", 2, false),
            "no schedule_unreadable weekly 0"),
        of(
            "a schedule that was made at run time with a version that is not read any more",
            new Build().version(3, 2),
            new World().worker("mail.send", 2).schedule("weekly", "mail.send", 1, false),
            "no schedule_unreadable weekly 0",
            "go older_workers mail.send 0"),
        of(
            "a schedule whose type is gone while no worker is live",
            new Build(),
            new World().schedule("mail.print", "mail.print", 1, true),
            "no schedule_unreadable mail.print 0"),
        of(
            "a schedule of another application",
            new Build(),
            new World().otherWorker("mail.print", 1).schedule("mail.print", "mail.print", 1, true)),
        of(
            "another limit",
            new Build().keys(limited("to")),
            new World().declared(Keys.NONE).jobs("mail.send", 2, 8),
            "go limit_changes mail.send 8"),
        of(
            "another key of limits",
            new Build().keys(limited("to")),
            new World().declared(limited("from")).jobs("mail.send", 2, 8, limitedJobs),
            "after limit_changes mail.send 8"),
        of(
            "another key of limits, and nothing waits",
            new Build().keys(limited("to")),
            new World().declared(limited("from"))),
        of(
            "another order",
            new Build().keys(ordered("to")),
            new World().declared(ordered("from")).jobs("mail.send", 2, 8, orderedJobs),
            "after order_changes mail.send 8"),
        of(
            "an order for the first time",
            new Build().keys(ordered("")),
            new World().declared(Keys.NONE).jobs("mail.send", 2, 8),
            "after order_changes mail.send 8"),
        of(
            "no order any more",
            new Build(),
            new World().declared(ordered("to")).jobs("mail.send", 2, 8, orderedJobs),
            "go order_changes mail.send 8"),
        of(
            "another unique key",
            new Build().keys(unique("to, from")),
            new World().declared(unique("to")).jobs("mail.send", 2, 8, uniqueJobs),
            "after unique_changes mail.send 8"),
        of(
            "a unique key for the first time",
            new Build().keys(unique("to")),
            new World().declared(Keys.NONE).jobs("mail.send", 2, 8),
            "go unique_changes mail.send 8"),
        of(
            "another routing key without RabbitMQ",
            new Build().queues(Map.of("jobs.new", "jobs.new")),
            new World().declared(Keys.NONE).jobs("mail.send", 2, 8)),
        of(
            "another routing key",
            new Build().queues(Map.of("jobs.new", "jobs.new")),
            new World().rabbitMq().declared(Keys.NONE).jobs("mail.send", 2, 8),
            "after routing_key mail.send 8"),
        of(
            "another routing key, and only jobs under limits wait",
            new Build().queues(Map.of("jobs.new", "jobs.new")),
            new World().rabbitMq().declared(Keys.NONE).jobs("mail.send", 2, 8, limitedJobs)),
        of(
            "another queue",
            new Build().queues(Map.of("jobs.mail.send", "jobs.mail.send")),
            new World().rabbitMq().declared(Keys.NONE).jobs("mail.send", 2, 8),
            "go queue_moves mail.send 8"),
        of(
            "workers that do not read what they claim are no help",
            new Build().version(3, 2),
            new World().worker(new Build().version(2)).jobs("mail.send", 1, 9),
            "go already_unknown mail.send 9",
            "go older_workers mail.send 0"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachCaseHasTheseFindings(Case each) {
    Report report =
        RolloutCheck.check(each.build().description(), each.world().situation(), List.of());

    assertThat(report.findings().stream().map(RolloutCheckTest::line))
        .containsExactlyElementsOf(each.expected());
    assertThat(report.verdict())
        .isEqualTo(
            each.expected().stream()
                .map(line -> Verdict.ofCode(line.substring(0, line.indexOf(' '))))
                .max(Verdict::compareTo)
                .orElse(Verdict.GO));
  }

  private static String line(Finding finding) {
    return "%s %s %s %d"
        .formatted(
            finding.verdict().code(), finding.kind().code(), finding.subject(), finding.jobs());
  }

  @Test
  void messagesSayWhatWouldHappenAndTheWayOut() {
    Report report =
        RolloutCheck.check(
            new Build().version(3, 2).description(),
            new World()
                .worker("mail.send", 2)
                .jobs("mail.send", 1, 1_203)
                .running("mail.send", 1, 1)
                .situation(),
            List.of());

    Finding found = report.findings().get(0);
    assertThat(found.message())
        .isEqualTo(
            "1,204 jobs of 'mail.send' with version 1, 1 of them running: the build has version 3 and"
                + " no upcaster from 1, so they would fail.");
    assertThat(found.remedy())
        .isEqualTo("Let the live workers finish them first, or keep @Upcaster(from = 1).");
    assertThat(found.oldest()).containsExactly(OLDEST, OLDEST);
  }

  @Test
  void theStrictestFindingComesFirst() {
    Report report =
        RolloutCheck.check(
            new Build().version(1).description(),
            new World()
                .jobs("mail.send", 2, 1)
                .schedule("mail.send", "mail.send", 1, true)
                .situation(),
            List.of());

    assertThat(report.findings().stream().map(Finding::verdict))
        .containsExactly(Verdict.NO, Verdict.GO);
    assertThat(report.verdict()).isEqualTo(Verdict.NO);
  }
}
