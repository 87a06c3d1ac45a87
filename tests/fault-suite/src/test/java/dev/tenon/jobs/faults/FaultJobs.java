package dev.tenon.jobs.faults;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.HandlerCall;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The job types of the suite, written as the processor would. */
final class FaultJobs {

  /** The type of a job, which travels with it from its submitter to its handler. */
  private static final Header<String> TYPE = Header.ofString("faults.type");

  /** Gives each job its header. */
  static final SubmitInterceptor HEADERS =
      submission -> submission.options().withHeader(TYPE, submission.type());

  /** Fails a job whose header has not arrived, except in batches, whose handler does it itself. */
  static final ExecutionInterceptor ARRIVED =
      new ExecutionInterceptor() {
        @Override
        public boolean appliesTo(JobDefinition<?, ?> definition) {
          return !definition.type().equals(BATCHED.type());
        }

        @Override
        public void intercept(HandlerCall call) throws Exception {
          requireHeader(call.context(), call.definition());
          call.proceed();
        }
      };

  private FaultJobs() {}

  /** The headers of jobs of a type that no interceptor sees. */
  static Headers headersOf(JobDefinition<?, ?> definition) {
    return Headers.none().with(TYPE, definition.type());
  }

  private static void requireHeader(JobContext context, JobDefinition<?, ?> definition) {
    Optional<String> type = context.header(TYPE);
    if (!type.equals(Optional.of(definition.type()))) {
      throw new PermanentJobException("Its header has become " + type + ".");
    }
  }

  /** What a job does. */
  enum Action {
    /** Takes as long as the payload says. */
    WORK,
    /** Fails at the first attempt, and works at the second. */
    FAIL_ONCE,
    /** Fails at every attempt. */
    FAIL,
    /** Ends its process. */
    HALT,
    /** Fills the memory of its process. */
    FILL_MEMORY,
    /** Says that it has started, and waits for a signal, which it obeys. */
    ENDLESS,
    /** Says that it has started, and goes on for as long as the payload says, whatever it hears. */
    STUBBORN,
    /** Says that it has started, and goes on until it is told that it is cancelled. */
    WATCHFUL,
    /** A durable job that waits for signals. */
    AWAIT,
    /** A durable job of which nobody but a person knows what became of a step. */
    ASK
  }

  /**
   * A payload.
   *
   * @param action what the job does
   * @param millis for how long
   * @param padding makes the payload large, or is the key of its line; may be empty
   */
  record Work(Action action, int millis, String padding) {

    Work(Action action, int millis) {
      this(action, millis, "");
    }

    /** The same job in the line with this key. */
    Work inLine(String key) {
      return new Work(action, millis, key);
    }

    /** The same job with a payload of so many characters. */
    Work padded(int characters) {
      return new Work(action, millis, "x".repeat(characters));
    }
  }

  /**
   * A result.
   *
   * @param execution the execution of the handler that returned it
   */
  record Done(String execution) {}

  private static final JsonCodec<Work> WORK_CODEC =
      FaultCodecs.ofThree(
          JsonCodecs.enumOf(Action.values()),
          Work::action,
          Work::millis,
          Work::padding,
          (action, millis, padding) -> new Work(action, millis, padding == null ? "" : padding));

  private static final JsonCodec<Done> DONE_CODEC = FaultCodecs.ofOne(Done::execution, Done::new);

  /** Three jobs for each result. */
  static final TaskInput.EachFrom<Done, Work> THREE =
      TaskInput.eachFrom("three", done -> Collections.nCopies(3, new Work(Action.WORK, 1)));

  static final JobDefinition<Work, Done> WORK =
      JobDefinition.builder("fault.work", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .retryPolicy(RetryPolicy.of(4, Duration.ofMillis(200), Duration.ofSeconds(1)))
          .input(THREE)
          .payloadValidator(
              (work, violations) -> {
                if (work.action() == null) {
                  violations.add("action", "is required");
                }
                if (work.padding() == null) {
                  violations.add("padding", "is required");
                }
                if (work.millis() < 0) {
                  violations.add("millis", "must not be negative");
                }
              })
          .build();

  /** A type that only newer workers know. */
  static final JobDefinition<Work, Done> NEWER =
      JobDefinition.builder("fault.newer", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .build();

  /** A type with two versions, as older processes know it. */
  static final JobDefinition<Work, Done> VERSIONED = versioned(1).build();

  /** The same type, as newer processes know it. */
  static final JobDefinition<Work, Done> VERSIONED_2 =
      versioned(2)
          .upcaster(1, Work.class, WORK_CODEC, work -> work)
          .resultUpcaster(1, Done.class, DONE_CODEC, done -> done)
          .build();

  private static JobDefinition.Builder<Work, Done> versioned(int version) {
    return JobDefinition.builder("fault.versioned", Work.class, Done.class)
        .version(version)
        .payloadCodec(WORK_CODEC)
        .resultCodec(DONE_CODEC)
        .timeout(Duration.ofHours(1))
        .retryPolicy(WORK.retryPolicy());
  }

  /** A type with a timeout of two seconds and one attempt. */
  static final JobDefinition<Work, Done> HURRY =
      JobDefinition.builder("fault.hurry", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofSeconds(2))
          .retryPolicy(RetryPolicy.of(1))
          .build();

  /** A type of which at most four run at once, and all come from the table. */
  static final JobDefinition<Work, Done> LIMITED =
      JobDefinition.builder("fault.limited", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .limits(JobLimits.NONE.withMaxConcurrent(4))
          .build();

  /** A type with a rate of jobs, and rates of their costs, in all and for each padding. */
  static final JobDefinition<Work, Done> RATED =
      JobDefinition.builder("fault.rated", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .retryPolicy(WORK.retryPolicy())
          .limits(
              JobLimits.NONE
                  .withRates(List.of(Rate.parse("30/2s"), Rate.parse("60 millis/3s")))
                  .withRatesPerKey(List.of(Rate.parse("40 millis/3s"))))
          .limitBy("padding", Work::padding)
          .cost("millis", Work::millis)
          .build();

  /** A type that lets twenty jobs wait, and refuses further ones. */
  static final JobDefinition<Work, Done> BOUNDED =
      JobDefinition.builder("fault.bounded", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .backlog(BacklogRule.of(20))
          .build();

  /** A type that lets twenty jobs wait, and drops the oldest. */
  static final JobDefinition<Work, Done> DROPPING =
      JobDefinition.builder("fault.dropping", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .backlog(BacklogRule.<Work>of(20).withWhenFull(WhenFull.DROP_OLDEST))
          .build();

  /** A type whose handler has steps and waits: {@link DurableJobs}. */
  static final JobDefinition<Work, Done> DURABLE =
      JobDefinition.builder("fault.durable", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .retryPolicy(WORK.retryPolicy())
          .build();

  /** A type whose handler takes batches. */
  static final JobDefinition<Work, Done> BATCHED =
      JobDefinition.builder("fault.batched", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .retryPolicy(WORK.retryPolicy())
          .build();

  /** A type whose jobs with the same padding run one after another. */
  static final JobDefinition<Work, Done> ORDERED =
      JobDefinition.builder("fault.ordered", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .retryPolicy(WORK.retryPolicy())
          .order(OrderRule.by("padding", Work::padding))
          .build();

  /** A type that a worker in TypeScript runs. */
  static final JobDefinition<Work, Done> EXTERNAL =
      JobDefinition.builder("fault.external", Work.class, Done.class)
          .payloadCodec(WORK_CODEC)
          .resultCodec(DONE_CODEC)
          .timeout(Duration.ofHours(1))
          .retryPolicy(WORK.retryPolicy())
          .external(true)
          .build();

  private static final BatchRule<Work> BATCHES = BatchRule.of(20, Duration.ofMillis(50));

  static final List<JobDefinition<Work, Done>> ALL =
      List.of(
          WORK,
          NEWER,
          HURRY,
          LIMITED,
          RATED,
          BOUNDED,
          DROPPING,
          VERSIONED_2,
          DURABLE,
          BATCHED,
          ORDERED,
          EXTERNAL);

  private static final List<JobDefinition<Work, Done>> OF_ANY_VERSION =
      List.of(
          WORK,
          NEWER,
          HURRY,
          LIMITED,
          RATED,
          BOUNDED,
          DROPPING,
          VERSIONED,
          VERSIONED_2,
          DURABLE,
          BATCHED,
          ORDERED,
          EXTERNAL);

  /** The name of a type and its version. */
  static String nameOf(JobDefinition<?, ?> definition) {
    return definition.type() + "@" + definition.version();
  }

  /** The types with these names, in the order of the list of all. */
  static List<JobDefinition<Work, Done>> named(List<String> names) {
    return OF_ANY_VERSION.stream().filter(each -> names.contains(nameOf(each))).toList();
  }

  /** Runs the jobs of a batch one after the other, and says for each how it has ended. */
  private static void runEach(List<BatchJob<Work, Done>> batch, JobHandler<Work, Done> handler) {
    System.out.println(
        Node.BATCH
            + batch.stream()
                .map(job -> job.context().jobId().toString())
                .collect(Collectors.joining(" ")));
    for (BatchJob<Work, Done> job : batch) {
      if (job.isEnded() || job.context().isCancelled()) {
        continue;
      }
      try {
        requireHeader(job.context(), BATCHED);
        job.complete(handler.execute(job.payload(), job.context()));
      } catch (Throwable e) {
        job.fail(e);
      }
    }
  }

  /** The types with one handler for all of them, except the durable one. */
  static JobHandlers handlers(
      List<JobDefinition<Work, Done>> definitions,
      JobHandler<Work, Done> handler,
      JobHandler<Work, Done> durable) {
    List<JobBinding<?, ?>> bindings = new ArrayList<>();
    for (JobDefinition<Work, Done> definition : definitions) {
      if (definition.equals(BATCHED)) {
        bindings.add(new JobBinding<>(definition, batch -> runEach(batch, handler), BATCHES));
        continue;
      }
      bindings.add(
          definition.equals(DURABLE)
              ? new JobBinding<>(definition, durable, DurableJobs.STEPS)
              : new JobBinding<>(definition, handler));
    }
    ModuleDefinition module = module(definitions);
    return new JobHandlers() {
      @Override
      public ModuleDefinition module() {
        return module;
      }

      @Override
      public List<JobBinding<?, ?>> bindings() {
        return List.copyOf(bindings);
      }
    };
  }

  /** The module of all types. */
  static ModuleDefinition module() {
    return module(ALL);
  }

  /** The module as it is where there are these types only. */
  static ModuleDefinition module(List<JobDefinition<Work, Done>> definitions) {
    return new Module(List.copyOf(definitions));
  }

  private record Module(List<JobDefinition<?, ?>> definitions) implements ModuleDefinition {

    @Override
    public String name() {
      return "FaultJobs";
    }

    @Override
    public List<SignalDefinition<?>> signals() {
      return definitions.contains(DURABLE) ? DurableJobs.SIGNALS : List.of();
    }

    @Override
    public List<ModuleDefinition> includes() {
      return List.of();
    }

    @Override
    public Optional<JobDefinition<?, ?>> find(String type) {
      return definitions.stream().filter(definition -> definition.type().equals(type)).findFirst();
    }
  }
}
