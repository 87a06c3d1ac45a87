package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.internal.rollout.DescriptionJson;
import dev.tenon.jobs.internal.rollout.OwnDescription;
import dev.tenon.jobs.options.WorkerOptions;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * An application in three versions, as tests deploy it and roll it back:
 *
 * <ul>
 *   <li>{@code letter.send} has another payload in version 2, and version 3 has no upcaster from 1
 *   <li>{@code letter.print} is gone in version 3, and its schedule already in version 2
 *   <li>{@code letter.archive} is new in version 2
 *   <li>{@code letter.copy} has another limit in each
 *   <li>{@code letter.deliver} has a step more in version 2, and its wait has another name in 3
 * </ul>
 */
final class LetterApplication {

  static final String SEND = "letter.send";
  static final String PRINT = "letter.print";
  static final String ARCHIVE = "letter.archive";
  static final String COPY = "letter.copy";
  static final String DELIVER = "letter.deliver";

  /** The number of versions. */
  static final int VERSIONS = 3;

  /** The name of the wait in versions 1 and 2. */
  static final String EARLIER_WAIT = "paid";

  /** A payload. */
  record Letter(String to) {}

  /** The payload of {@code letter.send} since version 2. */
  record Letters(List<String> to) {}

  /** A result: the version that has run the job. */
  record Done(int by) {}

  static final SignalDefinition<Letter> PAID =
      SignalDefinition.of(
          "letter.paid",
          1,
          ValueDefinition.<Letter>builder(Letter.class, TestCodecs.of(Letter.class)).build());

  private static final Duration LATER = Duration.ofDays(1);

  private final int version;
  private final List<JobBinding<?, ?>> bindings = new ArrayList<>();

  private LetterApplication(int version) {
    this.version = version;
    bindings.add(send());
    if (version < 3) {
      bindings.add(bound(print()));
    }
    if (version > 1) {
      bindings.add(bound(simple(ARCHIVE).build()));
    }
    bindings.add(bound(copy()));
    bindings.add(
        new JobBinding<>(
            simple(DELIVER).build(), (letter, context) -> deliver(context), deliverySteps()));
  }

  /** A version of the application. */
  static LetterApplication version(int version) {
    return new LetterApplication(version);
  }

  int version() {
    return version;
  }

  private static JobDefinition.Builder<Letter, Done> simple(String type) {
    return TestCodecs.sharing(type, Letter.class, Done.class).retryPolicy(RetryPolicy.of(1));
  }

  /** The type that every version runs. */
  JobDefinition<Letter, Done> copy() {
    return simple(COPY).limits(JobLimits.NONE.withMaxConcurrent(version + 1)).build();
  }

  private JobDefinition<Letter, Done> print() {
    JobDefinition.Builder<Letter, Done> print = simple(PRINT);
    return version == 1
        ? print
            .schedule(CronSchedule.of("@yearly", ZoneOffset.UTC, () -> new Letter("all")))
            .build()
        : print.build();
  }

  private JobBinding<?, ?> send() {
    if (version == 1) {
      return bound(simple(SEND).build());
    }
    JobDefinition.Builder<Letters, Done> send =
        TestCodecs.sharing(SEND, Letters.class, Done.class)
            .retryPolicy(RetryPolicy.of(1))
            .version(version);
    JobDefinition<Letters, Done> definition =
        version == 2
            ? send.upcaster(
                    1,
                    Letter.class,
                    TestCodecs.of(Letter.class),
                    old -> new Letters(List.of(old.to())))
                .build()
            : send.upcaster(2, Letters.class, TestCodecs.of(Letters.class), same -> same).build();
    return new JobBinding<>(definition, (letters, context) -> new Done(version));
  }

  private JobBinding<Letter, Done> bound(JobDefinition<Letter, Done> definition) {
    return new JobBinding<>(definition, (letter, context) -> new Done(version));
  }

  private WaitDefinition<Letter> payment() {
    return WaitDefinition.ofSignals(version == 3 ? "settled" : EARLIER_WAIT, PAID);
  }

  private StepsDefinition deliverySteps() {
    StepsDefinition.Builder steps = StepsDefinition.builder(DELIVER);
    if (version > 1) {
      steps.step(StepDefinition.of("pack"));
    }
    return steps.wait(payment()).build();
  }

  private Done deliver(JobContext context) throws InterruptedException {
    StepExecutor steps = context.steps(deliverySteps());
    if (version > 1) {
      Void unused =
          steps.<Void, InterruptedException>run(StepDefinition.of("pack"), "", step -> null);
    }
    Letter unused = steps.await(payment(), "", null).orElseThrow();
    return new Done(version);
  }

  /** The description that the annotation processor would write for this version. */
  String description() {
    return DescriptionJson.write(
        OwnDescription.of(
            List.of(module()),
            bindings,
            definition -> Map.of(definition.routingKey(), module().queue())));
  }

  ModuleDefinition module() {
    return new LetterModule(
        bindings.stream()
            .<JobDefinition<?, ?>>map(JobBinding::definition)
            .sorted(Comparator.comparing(JobDefinition::type))
            .toList());
  }

  private JobHandlers handlers() {
    return new JobHandlers() {
      @Override
      public ModuleDefinition module() {
        return LetterApplication.this.module();
      }

      @Override
      public List<JobBinding<?, ?>> bindings() {
        return List.copyOf(bindings);
      }
    };
  }

  /** Starts the application with a worker. */
  JobsRuntime start(JobsRuntimeBuilder builder) {
    JobsRuntime runtime = PatientStart.of(builder.modules(module()).maintenance(false));
    var unused =
        runtime.startWorker(
            handlers(),
            WorkerOptions.defaults().withConcurrency(4).withApplicationVersion("1." + version));
    return runtime;
  }

  /** Submits a job of a random type, as this version does: for tomorrow, or to be waited for. */
  Map.Entry<UUID, String> submit(JobService jobs, Random random) {
    JobBinding<?, ?> binding = bindings.get(random.nextInt(bindings.size()));
    String type = binding.definition().type();
    SubmitOptions now = SubmitOptions.by("letters");
    SubmitOptions options = type.equals(DELIVER) ? now : now.withDelay(LATER);
    return Map.entry(submit(jobs, binding.definition(), options), type);
  }

  @SuppressWarnings("unchecked") // the payload is chosen by its class
  private static <P> UUID submit(
      JobService jobs, JobDefinition<P, ?> definition, SubmitOptions options) {
    Object payload =
        definition.payloadType() == Letters.class
            ? new Letters(List.of("ann", "bob"))
            : new Letter("ann");
    return jobs.submit(definition, (P) payload, options).jobId();
  }

  /** The module, the same class in all versions. */
  private record LetterModule(List<JobDefinition<?, ?>> definitions) implements ModuleDefinition {

    @Override
    public String name() {
      return "LetterJobs";
    }

    @Override
    public List<ModuleDefinition> includes() {
      return List.of();
    }

    @Override
    public List<SignalDefinition<?>> signals() {
      return List.of(PAID);
    }

    @Override
    public Optional<JobDefinition<?, ?>> find(String type) {
      return definitions.stream()
          .<JobDefinition<?, ?>>map(definition -> definition)
          .filter(definition -> definition.isNamed(type))
          .findFirst();
    }
  }

  /** Works in a process of its own until it is told to end. */
  static final class Deployed {

    private Deployed() {}

    public static void main(String[] arguments) throws InterruptedException {
      JobsRuntimeBuilder builder = JobsRuntime.builder().database(arguments[0], arguments[1], "");
      try (JobsRuntime runtime =
          LetterApplication.version(Integer.parseInt(arguments[2])).start(builder)) {
        System.out.println("working");
        runtime.awaitShutdown();
      }
    }
  }
}
