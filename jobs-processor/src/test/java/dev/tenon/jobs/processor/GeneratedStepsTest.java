package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs handlers that call their generated classes, with records in memory. */
class GeneratedStepsTest {

  private static final String LINE = "0190a000-0000-7000-8000-000000000002";

  private static final String PROGRAM =
      """
      package orders;

      import dev.tenon.jobs.JobContext;
      import dev.tenon.jobs.JobHandlers;
      import java.util.List;
      import java.util.UUID;

      public final class Program {

        private Program() {}

        public static Object run(JobContext context, Integer count) throws Exception {
          UUID id = UUID.fromString("0190a000-0000-7000-8000-000000000002");
          FulfilOrder order = new FulfilOrder(id, List.of(new FulfilOrder.Line(id, count)));
          return new FulfilOrderHandler().execute(order, context);
        }

        public static Object remind(JobContext context) {
          return new Reminders.Handler().execute(new Reminders.RemindOrder("key"), context) == null;
        }

        public static JobHandlers handlers() {
          return new OrderJobsHandlers(new FulfilOrderHandler(), new Reminders.Handler());
        }
      }
      """;

  private static URLClassLoader loader;

  @BeforeAll
  static void compile(@TempDir Path directory) {
    loader =
        Compilation.in(directory)
            .sources(Golden.RESOURCES.resolve("good/steps"))
            .source("orders/Program.java", PROGRAM)
            .options("-Werror")
            .run()
            .clean()
            .load();
  }

  @AfterAll
  static void close() throws Exception {
    loader.close();
  }

  private static Object call(String method, Object... arguments) throws Exception {
    for (var each : loader.loadClass("orders.Program").getMethods()) {
      if (each.getName().equals(method)) {
        try {
          return each.invoke(null, arguments);
        } catch (InvocationTargetException e) {
          throw e.getCause() instanceof Exception cause ? cause : e;
        }
      }
    }
    throw new AssertionError(method);
  }

  private static RecordedSteps signalled() {
    RecordedSteps steps = new RecordedSteps();
    steps.signals.put("order.paid", "{\"at\":\"2026-11-30T12:00:00Z\"}");
    steps.signals.put("order.approved", "{\"by\":\"ann\"}");
    return steps;
  }

  @Test
  void anAttemptRunsEachStepAndALaterOneNone() throws Exception {
    RecordedSteps steps = signalled();

    Object first = call("run", steps.context(), 1);

    assertThat(first).hasToString("Fulfilment[at=2026-11-30T12:00:00Z]");
    assertThat(steps.events)
        .containsExactly(
            "run once charge",
            "run in a transaction reserve",
            "await paymentSettled for PT72H",
            "run pack[" + LINE + "]",
            "run weigh-line[0]",
            "run once send[AIR]",
            "await decision for null",
            "sleep beforeReminder for PT24H");
    assertThat(steps.records)
        .containsEntry(
            "charge", "{\"number\":\"charge/\",\"amount\":10,\"account\":\"" + LINE + "\"}")
        .containsEntry("reserve", "1")
        .containsEntry("weigh-line[0]", "[\"0 of " + LINE + "\"]")
        .containsEntry("pack[" + LINE + "]", "null")
        .containsEntry("cursor", "{\"line\":1}");

    steps.events.clear();
    assertThat(call("run", steps.context(), 1)).hasToString(first.toString());
    assertThat(steps.events)
        .containsExactly(
            "await paymentSettled for PT72H",
            "await decision for null",
            "sleep beforeReminder for PT24H");
  }

  @Test
  void aStepInDoubtAsksItsMethod() throws Exception {
    RecordedSteps steps = signalled();
    steps.begun.addAll(List.of("charge", "send[AIR]"));

    call("run", steps.context(), 1);

    assertThat(steps.events)
        .containsSubsequence(
            "in doubt charge",
            "AskPerson[question=Paid?]",
            "run once charge",
            "in doubt send[AIR]",
            "NotDone[]",
            "run once send[AIR]");
  }

  @Test
  void recordsUnderAnEarlierNameCount() throws Exception {
    RecordedSteps steps = signalled();
    steps.records.put("wrap[" + LINE + "]", "null");

    call("run", steps.context(), 1);

    assertThat(steps.events).noneMatch(event -> event.startsWith("run pack"));
  }

  @Test
  void anExceptionOfAStepIsThrown() {
    assertThatThrownBy(() -> call("run", signalled().context(), 0))
        .isInstanceOf(java.util.concurrent.TimeoutException.class)
        .hasMessage(LINE);
  }

  @Test
  void aHandlerThatOnlySleepsHasSteps() throws Exception {
    RecordedSteps steps = new RecordedSteps();

    call("remind", steps.context());

    assertThat(steps.events)
        .containsExactly("sleep first for PT24H", "sleep second[key] for PT48H");
  }

  @Test
  void theHandlersClassGivesTheRuntimeTheDefinitions() throws Exception {
    JobHandlers handlers = (JobHandlers) call("handlers");

    List<StepsDefinition> definitions =
        handlers.bindings().stream().map(binding -> binding.steps().orElseThrow()).toList();

    StepsDefinition fulfil = definitions.get(0);
    assertThat(fulfil.jobType()).isEqualTo("order.fulfil");
    assertThat(fulfil.steps().stream().map(StepDefinition::name))
        .containsExactly("charge", "pack", "refund", "reserve", "send", "weigh-line");
    StepDefinition<?> charge = fulfil.steps().get(0);
    assertThat(charge.isRepeatable()).isFalse();
    assertThat(charge.retryPolicy().orElseThrow().maxAttempts()).isEqualTo(3);
    assertThat(charge.result().orElseThrow().upcastVersions()).containsExactly(1);
    assertThat(charge.result().orElseThrow().sensitive()).isNotEqualTo(SensitivePaths.NONE);
    assertThat(fulfil.steps().get(3).isTransactional()).isTrue();
    assertThat(fulfil.steps().get(3).timeout()).contains(Duration.ofSeconds(30));
    assertThat(fulfil.waits().stream().map(WaitDefinition::name))
        .containsExactly("beforeReminder", "decision", "paymentSettled");
    assertThat(fulfil.signals()).containsExactly("order.approved", "order.paid", "order.rejected");
    assertThat(fulfil.cursor()).isPresent();
    assertThat(Objects.requireNonNull(definitions.get(1)).steps()).isEmpty();
  }

  @Test
  void aContextGetsTheDefinitionOfTheHandler() throws Exception {
    RecordedSteps steps = signalled();
    JobContext context = steps.context();

    call("run", context, 1);

    assertThat(Objects.requireNonNull(steps.definition).jobType()).isEqualTo("order.fulfil");
  }

  @Test
  void aStepReturnsAPrimitiveOptionalOrAnArrayOfAGenericType(@TempDir Path directory)
      throws Exception {
    Compilation.Result result =
        Compilation.in(directory)
            .source(
                "shop/Count.java",
                """
                package shop;

                import dev.tenon.jobs.annotation.JobModule;
                import dev.tenon.jobs.annotation.JobType;

                @JobModule("ShopJobs")
                @JobType("shop.count")
                public record Count(int found) {}
                """)
            .source(
                "shop/CountHandler.java",
                """
                package shop;

                import dev.tenon.jobs.JobContext;
                import dev.tenon.jobs.JobHandler;
                import dev.tenon.jobs.annotation.JobType;
                import dev.tenon.jobs.annotation.Step;
                import jakarta.validation.constraints.Positive;
                import java.util.List;
                import java.util.Map;
                import java.util.OptionalInt;
                import java.util.function.BiFunction;

                @JobType("shop.count")
                public class CountHandler
                    implements JobHandler<Count, Void>, BiFunction<Integer, JobContext, String> {

                  @Override
                  public Void execute(Count payload, JobContext context) {
                    apply(payload.found(), context);
                    return null;
                  }

                  @Override
                  public String apply(Integer found, JobContext context) {
                    CountSteps steps = CountSteps.of(this, context);
                    return steps.count(found) + " in " + steps.lists()[0].get(0) + steps.none();
                  }

                  @Step
                  @Positive
                  OptionalInt count(int found) {
                    return OptionalInt.of(found);
                  }

                  @Step
                  @Positive
                  OptionalInt none() {
                    return OptionalInt.empty();
                  }

                  @Step
                  @SuppressWarnings("unchecked")
                  List<String>[] lists() {
                    return (List<String>[]) new List<?>[] {List.of("a")};
                  }

                  @Step
                  @SuppressWarnings("unchecked")
                  Map<String, Integer>[][] maps() {
                    return (Map<String, Integer>[][]) new Map<?, ?>[0][];
                  }
                }
                """)
            .options("-Werror")
            .run()
            .clean();

    try (URLClassLoader classes = result.load()) {
      Object made = classes.loadClass("shop.CountHandler").getConstructor().newInstance();
      @SuppressWarnings("unchecked") // as its source says
      var handler = (BiFunction<Integer, JobContext, String>) made;

      assertThat(handler.apply(3, new RecordedSteps().context()))
          .isEqualTo("OptionalInt[3] in aOptionalInt.empty");
      assertThatThrownBy(() -> handler.apply(0, new RecordedSteps().context()))
          .hasMessageContaining("must be positive");
    }
  }
}
