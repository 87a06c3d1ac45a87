package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Edits a handler that was compiled before, with a file for the schema lock. */
class HandlerLockTest {

  private static final String CHARGE =
      """
      @Step
      Receipt charge(Order order) {
        return null;
      }
      """;

  private static final String BILL = CHARGE.replace("Receipt charge", "Receipt bill");

  private static final String PACK =
      """
      @Step
      void pack(@StepKey int line) {}
      """;

  private static final String ONCE =
      """
      @Step(repeatable = false)
      Receipt charge(Order order) {
        return null;
      }

      @InDoubt("charge")
      Resolution<Receipt> find(Order order) {
        return Resolution.notDone();
      }
      """;

  private static final String RECEIPT = "record Receipt(String number) {}\n";

  private static final String OF_RECEIPT =
      """
      record Receipt(long number) {
        @Upcaster(from = 1)
        static Receipt of(String json) {
          return new Receipt(1);
        }
      }
      """;

  private static final String POSITION = "record Position(int line) {}\n";
  private static final String RESUMES = "@ResumesFrom(Shop.Position.class)\n";

  @TempDir Path directory;
  private Path lock;

  @BeforeEach
  void nameTheFile() {
    lock = directory.resolve("jobs.lock.json");
  }

  /** A handler with the records that it keeps. */
  private record Source(
      String annotations, String body, String records, int version, String handler, String type) {

    static Source of(String body) {
      return new Source("", body, RECEIPT + POSITION, 1, "OrderHandler", "order.fulfil");
    }

    Source on(String handlerAnnotations) {
      return new Source(handlerAnnotations, body, records, version, handler, type);
    }

    Source with(String record, String instead) {
      return new Source(
          annotations, body, records.replace(record, instead), version, handler, type);
    }

    Source at(int newVersion) {
      return new Source(annotations, body, records, newVersion, handler, type);
    }

    Source named(String handlerClass) {
      return new Source(annotations, body, records, version, handlerClass, type);
    }

    Source typed(String jobType) {
      return new Source(annotations, body, records, version, handler, jobType);
    }

    String text() {
      String upcaster =
          version == 1
              ? ""
              : "@Upcaster(from = %d) static Order of(Order order) { return order; }"
                  .formatted(version - 1);
      String alias = type.equals("order.fulfil") ? "" : ", aliases = \"order.fulfil\"";
      return """
      package shop;

      import dev.tenon.jobs.*;
      import dev.tenon.jobs.annotation.*;
      import dev.tenon.jobs.durable.*;
      import java.sql.Connection;
      import java.util.Optional;
      import java.util.UUID;

      @JobModule("ShopJobs")
      final class Shop {
        private Shop() {}

        @Signal("order.paid")
        record Paid(int cents) implements Ended {}

        @Signal("order.given-up")
        record GivenUp(String reason) implements Ended {}

        interface Ended {}

        %s
        @JobType(value = "%s", version = %d%s)
        record Order(String id) { %s }

        @JobType("%s")
        %s
        static class %s implements JobHandler<Order, Void> {
          @Override
          public Void execute(Order order, JobContext context) {
            return null;
          }
          %s
        }
      }
      """
          .formatted(records, type, version, alias, upcaster, type, annotations, handler, body);
    }
  }

  /**
   * An edit.
   *
   * @param fault a part of the error; empty if there is none
   */
  private record Edit(String name, Source before, Source after, String fault) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Edit safe(String name, Source before, Source after) {
    return new Edit(name, before, after, "");
  }

  private static Edit breaking(String name, Source before, Source after, String fault) {
    return new Edit(name, before, after, fault);
  }

  private static Edit breaking(String name, String before, String after, String fault) {
    return breaking(name, Source.of(before), Source.of(after), fault);
  }

  static List<Edit> safeEdits() {
    Source charge = Source.of(CHARGE);
    Source once = Source.of(ONCE);
    Source both = Source.of(CHARGE + PACK);
    return List.of(
        safe("add a step", charge, both),
        safe("move a step", both, Source.of(PACK + CHARGE)),
        safe("add steps to a handler without any", Source.of(""), charge),
        safe("add a wait", charge, charge.on("@Awaits(Paid.class)\n")),
        safe("add a sleep", charge, charge.on("@Sleeps(\"late\")\n")),
        safe("add a cursor", charge, charge.on(RESUMES)),
        safe(
            "rename the method",
            charge,
            Source.of(CHARGE.replace("@Step", "@Step(\"charge\")").replace("charge(", "bill("))),
        safe("rename the handler", charge, charge.named("FulfilHandler")),
        safe("rename the job type", charge, charge.typed("order.complete")),
        safe(
            "add an optional component",
            charge,
            charge.with("String number", "String number, Optional<String> note")),
        safe(
            "rename the record",
            charge,
            new Source(
                "",
                CHARGE.replace("Receipt", "Bill"),
                "record Bill(String number) {}",
                1,
                "OrderHandler",
                "order.fulfil")),
        safe("a timeout", charge, Source.of(CHARGE.replace("@Step", "@Step(timeout = \"1m\")"))),
        safe("make it repeatable", once, charge),
        safe("make it unrepeatable, with a version", charge, once.at(2)),
        safe("a wider key", Source.of(PACK), Source.of(PACK.replace("int line", "long line"))),
        safe("remove a step, with a version", both, Source.of(PACK).at(2)),
        safe("remove a wait, with a version", charge.on("@Awaits(Paid.class)\n"), charge.at(2)),
        safe("remove the cursor, with a version", charge.on(RESUMES), charge.at(2)),
        safe(
            "rename a step, with an alias and a version",
            charge,
            Source.of(BILL.replace("@Step", "@Step(aliases = \"charge\")")).at(2)),
        safe(
            "rename a sleep, with an alias and a version",
            charge.on("@Sleeps(\"late\")\n"),
            charge.on("@Sleeps(value = \"later\", aliases = \"late\")\n").at(2)),
        safe(
            "another result, with an upcaster and a version",
            charge,
            charge.with(RECEIPT, OF_RECEIPT).at(2)),
        safe(
            "no result any more, with a version",
            charge,
            Source.of(CHARGE.replace("Receipt", "void").replace("return null;", "")).at(2)),
        safe(
            "another signal, with a version",
            charge.on("@Awaits(name = \"end\", value = Paid.class)\n"),
            charge.on("@Awaits(name = \"end\", value = {Paid.class, GivenUp.class})\n").at(2)));
  }

  @ParameterizedTest
  @MethodSource("safeEdits")
  void safeEditsCompile(Edit edit) {
    assertThat(compile(edit.before())).isEmpty();

    assertThat(compile(edit.after())).isEmpty();
  }

  static List<Edit> breakingEdits() {
    Source charge = Source.of(CHARGE);
    return List.of(
        breaking(
            "remove a step",
            CHARGE + PACK,
            CHARGE,
            "the step 'pack' was removed, so workers without this change"),
        breaking(
            "remove all steps",
            CHARGE,
            "",
            "the handler no longer has the step 'charge', so jobs in progress may do again"),
        breaking(
            "rename a step",
            CHARGE,
            BILL,
            "the step 'charge' was removed and the step 'bill' was added, so jobs in progress may"
                + " do the same twice. Undo it, write aliases = \"charge\" on 'bill' if it was"
                + " renamed, and version = 2"),
        breaking(
            "rename a step, with a version only",
            charge,
            Source.of(BILL).at(2),
            "the step 'charge' was removed and the step 'bill' was added"),
        breaking(
            "rename a step, with an alias only",
            CHARGE,
            BILL.replace("@Step", "@Step(aliases = \"charge\")"),
            "the step 'charge' was renamed to 'bill', so workers without this change do not find"),
        breaking(
            "remove an alias",
            CHARGE.replace("@Step", "@Step(aliases = \"bill\")"),
            CHARGE,
            "the alias 'bill' of the step 'charge' was removed"),
        breaking(
            "make it unrepeatable",
            CHARGE,
            ONCE,
            "the step 'charge' is no longer repeatable, so workers without this change may repeat"),
        breaking(
            "add a key",
            CHARGE,
            CHARGE.replace("Order order", "@StepKey String id, Order order"),
            "the key of the step 'charge' changed from none to String"),
        breaking(
            "remove a key",
            PACK,
            PACK.replace("@StepKey ", ""),
            "the key of the step 'pack' changed from number to none"),
        breaking(
            "another key",
            PACK,
            PACK.replace("int line", "UUID line"),
            "the key of the step 'pack' changed from number to UUID"),
        breaking(
            "another result",
            charge,
            charge.with("String number", "long number"),
            "Receipt.number changed from String to long, so stored results of the step 'charge' may"
                + " not be readable. Undo it, or write version = 2, an @Upcaster(from = 1) in"
                + " Shop.Order that returns its argument, and another one in Shop.Receipt"),
        breaking(
            "another result, with a version only",
            charge,
            charge.with("String number", "long number").at(2),
            "or write an @Upcaster(from = 1) in Shop.Receipt"),
        breaking(
            "a component that old workers need",
            charge,
            charge.with("String number", "Optional<String> number"),
            "workers without this change may not be able to read new results of the step 'charge'."
                + " Undo it, or write version = 2 and an @Upcaster(from = 1) in Shop.Order that"
                + " returns its argument"),
        breaking(
            "a result where there was none",
            CHARGE.replace("Receipt", "void").replace("return null;", ""),
            CHARGE,
            "the step 'charge' returned nothing and now returns Shop.Receipt"),
        breaking(
            "no result any more",
            CHARGE,
            CHARGE.replace("Receipt", "void").replace("return null;", ""),
            "the step 'charge' returned Shop.Receipt and now returns nothing"),
        breaking(
            "a list",
            CHARGE,
            CHARGE.replace("Receipt charge", "java.util.List<Receipt> charge"),
            "the result changed from Shop.Receipt to List<Shop.Receipt>"),
        breaking(
            "another cursor",
            charge.on(RESUMES),
            charge.on(RESUMES).with("int line", "int row"),
            "Position.line was removed and Shop.Position.row was added, so stored cursors"),
        breaking(
            "no cursor any more",
            charge.on(RESUMES),
            charge,
            "the cursor was removed, so jobs in progress begin again"),
        breaking(
            "rename a wait",
            charge.on("@Awaits(Paid.class)\n"),
            charge.on("@Awaits(name = \"payment\", value = Paid.class)\n"),
            "the wait 'paid' was removed and the wait 'payment' was added"),
        breaking(
            "remove a wait",
            charge.on("@Awaits(Paid.class)\n"),
            charge,
            "the wait 'paid' was removed"),
        breaking(
            "remove a sleep",
            charge.on("@Sleeps(\"late\")\n"),
            charge,
            "the sleep 'late' was removed"),
        breaking(
            "a wait that becomes a step",
            charge.on("@Sleeps(\"late\")\n"),
            Source.of(CHARGE + "@Step void late() {}\n"),
            "the sleep 'late' became a step"),
        breaking(
            "one more signal",
            charge.on("@Awaits(name = \"end\", value = Paid.class)\n"),
            charge.on("@Awaits(name = \"end\", value = {Paid.class, GivenUp.class})\n"),
            "the wait 'end' now also ends with the signal 'order.given-up'"),
        breaking(
            "one signal less",
            charge.on("@Awaits(name = \"end\", value = {Paid.class, GivenUp.class})\n"),
            charge.on("@Awaits(name = \"end\", value = Paid.class)\n").at(2),
            "the wait 'end' no longer ends with the signal 'order.given-up'"));
  }

  @ParameterizedTest
  @MethodSource("breakingEdits")
  void breakingEditsDoNotCompile(Edit edit) throws IOException {
    assertThat(compile(edit.before())).isEmpty();
    String first = Files.readString(lock);

    assertThat(compile(edit.after()))
        .singleElement()
        .asString()
        .contains("[JobsBreakingChange] In 'order.", edit.fault());

    assertThat(lock).hasContent(first);
    assertThat(compile(edit.after(), "-Atenon.lock.mode=accept")).isEmpty();
  }

  @Test
  void aHandlerThatMovesTakesItsEntryAlong() throws IOException {
    assertThat(compile(Source.of(CHARGE))).isEmpty();
    String entries = Files.readString(lock);
    Files.writeString(lock, entries.replace("shop.ShopJobsModule", "elsewhere.OtherModule"));

    assertThat(compile(Source.of(BILL)))
        .singleElement()
        .asString()
        .contains("the step 'charge' was removed and the step 'bill' was added");
  }

  @Test
  void aNameThatWasRemovedIsNotUsedAgain() throws IOException {
    assertThat(compile(Source.of(CHARGE + PACK))).isEmpty();
    assertThat(compile(Source.of(PACK).at(2))).isEmpty();
    assertThat(lock).content().contains("\"removed\": [\"charge\"]");

    assertThat(compile(Source.of(CHARGE + PACK).at(2)))
        .singleElement()
        .asString()
        .contains(
            "the step 'charge' has a name that was removed earlier, so what jobs in progress have"
                + " recorded under it may be taken for its record. Give it another name");

    assertThat(
            compile(Source.of(BILL.replace("@Step", "@Step(aliases = \"charge\")") + PACK).at(2)))
        .isEmpty();
    assertThat(lock).content().doesNotContain("removed");
  }

  @Test
  void aFaultOfAHandlerLeavesTheFileAlone() throws IOException {
    assertThat(compile(Source.of(CHARGE + PACK))).isEmpty();
    String first = Files.readString(lock);

    assertThat(compile(Source.of(CHARGE + PACK.replace("int line", "double line"))))
        .singleElement()
        .asString()
        .contains("[JobsStepKey]");

    assertThat(lock).hasContent(first);
  }

  private List<String> compile(Source source, String... options) {
    return Compilation.in(directory)
        .source("shop/Shop.java", source.text())
        .options("-Atenon.lock=" + lock)
        .options(options)
        .run()
        .diagnostics();
  }
}
