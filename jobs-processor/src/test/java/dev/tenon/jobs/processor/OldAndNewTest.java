package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.internal.values.StoredValues;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the schema lock's verdict on a change with what really happens: old and new classes of a
 * job type are compiled, and each writes payloads that the other one reads and validates, as a
 * worker does.
 */
class OldAndNewTest {

  /** The parties that a deployment with a change can break. */
  private enum Verdict {
    SAFE,
    OLD_WORKERS_FAIL,
    NEW_WORKERS_FAIL,
    BOTH_FAIL
  }

  /**
   * A change of a payload.
   *
   * @param before the record before the change, with the declarations next to it
   * @param after the same after the change
   * @param oldPayloads expressions that make payloads before
   * @param newPayloads expressions that make payloads after
   */
  private record Case(
      String name,
      String before,
      String after,
      List<String> oldPayloads,
      List<String> newPayloads,
      Verdict verdict) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String COLORS = "enum Color { RED%s }\n";
  private static final String WAYS =
      "sealed interface Way {}\nrecord Post(String town) implements Way {}\n%s";

  static List<Case> cases() {
    return List.of(
        change("a new component that may be absent", "String a", "String a, @Nullable String b")
            .make("\"x\"", "\"x\", \"y\"", Verdict.SAFE),
        change(
                "a component that might be absent is gone",
                "String a, @Nullable String b",
                "String a")
            .make("\"x\", \"y\"", "\"x\"", Verdict.SAFE),
        change("an Optional becomes @Nullable", "Optional<String> a", "@Nullable String a")
            .make(
                List.of("Optional.of(\"x\")", "Optional.empty()"),
                List.of("\"x\"", "null"),
                Verdict.SAFE),
        change("a primitive becomes its box", "int a", "Integer a").make("1", "1", Verdict.SAFE),
        change("the same under the old name in JSON", "String a", "@JsonProperty(\"a\") String b")
            .make("\"x\"", "\"x\"", Verdict.SAFE),
        change("a new component that is required", "String a", "String a, String b")
            .make("\"x\"", "\"x\", \"y\"", Verdict.NEW_WORKERS_FAIL),
        change("a component that was required is gone", "String a, String b", "String a")
            .make("\"x\", \"y\"", "\"x\"", Verdict.OLD_WORKERS_FAIL),
        change("required becomes optional", "String a", "@Nullable String a")
            .make("\"x\"", "null", Verdict.OLD_WORKERS_FAIL),
        change("optional becomes required", "@Nullable String a", "String a")
            .make("null", "\"x\"", Verdict.NEW_WORKERS_FAIL),
        change("another name", "String a", "String b").make("\"x\"", "\"x\"", Verdict.BOTH_FAIL),
        change("another type", "String a", "List<String> a")
            .make("\"x\"", "List.of(\"x\")", Verdict.BOTH_FAIL),
        change("a constant more", "Color a", "Color a")
            .beside(COLORS.formatted(""), COLORS.formatted(", BLUE"))
            .make("Color.RED", "Color.BLUE", Verdict.OLD_WORKERS_FAIL),
        change("a constant less", "Color a", "Color a")
            .beside(COLORS.formatted(", BLUE"), COLORS.formatted(""))
            .make("Color.BLUE", "Color.RED", Verdict.NEW_WORKERS_FAIL),
        change("a constant has another name in JSON", "Color a", "Color a")
            .beside("enum Color { RED }\n", "enum Color { @JsonProperty(\"rot\") RED }\n")
            .make("Color.RED", "Color.RED", Verdict.BOTH_FAIL),
        change("a record more in a sealed interface", "Way a", "Way a")
            .beside(
                WAYS.formatted(""), WAYS.formatted("record Mail(String to) implements Way {}\n"))
            .make("new Post(\"x\")", "new Mail(\"x\")", Verdict.OLD_WORKERS_FAIL),
        change("a record less in a sealed interface", "Way a", "Way a")
            .beside(
                WAYS.formatted("record Mail(String to) implements Way {}\n"), WAYS.formatted(""))
            .make("new Mail(\"x\")", "new Post(\"x\")", Verdict.NEW_WORKERS_FAIL),
        change("a looser limit", "@Size(max = 2) String a", "@Size(max = 3) String a")
            .make("\"xx\"", "\"xxx\"", Verdict.OLD_WORKERS_FAIL),
        change("a tighter limit", "@Size(max = 3) String a", "@Size(max = 2) String a")
            .make("\"xxx\"", "\"xx\"", Verdict.NEW_WORKERS_FAIL),
        change("another range", "@Min(1) @Max(5) int a", "@Min(3) @Max(9) int a")
            .make("1", "9", Verdict.BOTH_FAIL),
        change("a constraint less", "@NotBlank String a", "String a")
            .make("\"x\"", "\" \"", Verdict.OLD_WORKERS_FAIL),
        change("a constraint more", "String a", "@NotBlank String a")
            .make("\" \"", "\"x\"", Verdict.NEW_WORKERS_FAIL),
        change(
                "another pattern",
                "@Pattern(regexp = \"a\") String a",
                "@Pattern(regexp = \"b\") String a")
            .make("\"a\"", "\"b\"", Verdict.BOTH_FAIL),
        change(
                "constraints inside are no longer checked",
                "@Valid Item a",
                "@SuppressWarnings(\"JobsMissingValid\") Item a")
            .beside("record Item(@Positive int n) {}\n", "record Item(@Positive int n) {}\n")
            .make("new Item(1)", "new Item(0)", Verdict.OLD_WORKERS_FAIL));
  }

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("cases")
  void theLockSaysWhatHappens(Case change) throws Exception {
    Path lock = directory.resolve("jobs.lock.json");
    Compilation.Result before = compile(source(change.before(), change.oldPayloads(), ""), lock);
    before.clean();
    String locked = Files.readString(lock);
    List<String> said =
        compile(source(change.after(), change.newPayloads(), ""), lock).diagnostics();
    Compilation.Result after =
        compile(source(change.after(), change.newPayloads(), ""), directory.resolve("other.json"))
            .clean();

    try (URLClassLoader old = before.load();
        URLClassLoader current = after.load()) {
      assertThat(verdict(!readsAll(old, current), !readsAll(current, old)))
          .as("what happens")
          .isEqualTo(change.verdict());
    }
    if (change.verdict() == Verdict.SAFE) {
      assertThat(said).isEmpty();
    } else {
      assertThat(said).hasSize(1).allMatch(text -> text.contains("[JobsBreakingChange]"));
      boolean newFails = change.verdict() != Verdict.OLD_WORKERS_FAIL;
      assertThat(said.get(0))
          .contains(
              newFails
                  ? "so stored jobs may not be readable"
                  : "so workers without this change may not be able to read new jobs");
      assertThat(Files.readString(lock)).isEqualTo(locked);
    }
  }

  /** The remedy that the message offers if only old workers would fail. */
  @Test
  void anotherVersionKeepsNewJobsFromOldWorkers() throws Exception {
    Path lock = directory.resolve("jobs.lock.json");
    String constant = "Color.RED";
    Compilation.Result before =
        compile(
            source("record Order(Color a) {" + COLORS.formatted("") + "%s}", List.of(constant), ""),
            lock);
    before.clean();
    String upcaster = "@Upcaster(from = 1) static Order same(Order stored) { return stored; }";
    Compilation.Result after =
        compile(
                source(
                    "record Order(Color a) {" + COLORS.formatted(", BLUE") + upcaster + "%s}",
                    List.of("Color.BLUE"),
                    ", version = 2"),
                lock)
            .clean();

    try (URLClassLoader old = before.load();
        URLClassLoader current = after.load()) {
      assertThat(readsAll(old, current)).isTrue();
      assertThat(definition(current).version()).isGreaterThan(definition(old).version());
    }
  }

  /** A value under another name is lost without an error, which is why a rename is refused. */
  @Test
  void anOptionalComponentUnderAnotherNameLosesItsValues() throws Exception {
    Path lock = directory.resolve("jobs.lock.json");
    Compilation.Result before =
        compile(source("record Order(@Nullable String a) {%s}", List.of("\"x\""), ""), lock)
            .clean();
    String renamed = source("record Order(@Nullable String b) {%s}", List.of("\"x\""), "");
    List<String> said = compile(renamed, lock).diagnostics();
    Compilation.Result after = compile(renamed, directory.resolve("other.json")).clean();

    assertThat(said)
        .singleElement()
        .asString()
        .contains("Order.a was removed and Order.b was added", "@JsonProperty(\"a\") on b");
    try (URLClassLoader old = before.load();
        URLClassLoader current = after.load()) {
      assertThat(read(current, write(old).get(0))).hasToString("Order[b=null]");
      assertThat(read(old, write(current).get(0))).hasToString("Order[a=null]");
    }
  }

  private static Verdict verdict(boolean newFails, boolean oldFails) {
    return newFails
        ? oldFails ? Verdict.BOTH_FAIL : Verdict.NEW_WORKERS_FAIL
        : oldFails ? Verdict.OLD_WORKERS_FAIL : Verdict.SAFE;
  }

  private Compilation.Result compile(String source, Path lock) {
    return Compilation.in(directory)
        .source("shop/Order.java", source)
        .options("-Atenon.lock=" + lock)
        .run();
  }

  /** A payload record that lists the payloads that are written. */
  private static String source(String types, List<String> payloads, String attributes) {
    List<String> made = payloads.stream().map("new Order(%s)"::formatted).toList();
    String list =
        "public static List<Order> payloads() { return List.of(" + String.join(", ", made) + "); }";
    String annotated =
        types.replace(
            "record Order(",
            "@JobModule(value = \"ShopJobs\", handlers = JobModule.Handlers.ELSEWHERE)\n"
                + "@JobType(value = \"order.place\"%s)\npublic record Order("
                    .formatted(attributes));
    return """
    package shop;

    import com.fasterxml.jackson.annotation.JsonProperty;
    import dev.tenon.jobs.annotation.JobModule;
    import dev.tenon.jobs.annotation.JobType;
    import dev.tenon.jobs.annotation.Upcaster;
    import jakarta.validation.Valid;
    import jakarta.validation.constraints.*;
    import java.util.List;
    import java.util.Optional;
    import org.jspecify.annotations.Nullable;

    """
        + annotated.formatted(list);
  }

  /** Returns whether one program runs everything that the other one submits. */
  private static boolean readsAll(ClassLoader writer, ClassLoader reader) throws Exception {
    for (String json : write(writer)) {
      try {
        if (!validate(definition(reader), read(reader, json)).isEmpty()) {
          return false;
        }
      } catch (JobsException e) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("unchecked")
  private static <P> List<?> validate(JobDefinition<P, ?> definition, Object payload) {
    return definition.validatePayload((P) payload);
  }

  private static JobDefinition<?, ?> definition(ClassLoader program) throws Exception {
    return ModuleSources.make(program, ModuleDefinition.class, "shop.ShopJobsModule")
        .find("order.place")
        .orElseThrow();
  }

  /** The payloads of a program as they are stored. */
  private static List<String> write(ClassLoader program) throws Exception {
    List<String> stored = new ArrayList<>();
    Class<?> order = program.loadClass("shop.Order");
    for (Object payload : (List<?>) order.getMethod("payloads").invoke(null)) {
      stored.add(StoredForm.write(definition(program), payload));
    }
    return stored;
  }

  /** A payload that a program reads from the stored version 1. */
  private static Object read(ClassLoader program, String json) throws Exception {
    JobDefinition<?, ?> definition = definition(program);
    return StoredValues.payload(definition, new UUID(0, 0), 1, json, "of order.place");
  }

  private static Change change(String name, String before, String after) {
    return new Change(name, before, after, "", "");
  }

  /** A builder of a case. */
  private record Change(
      String name, String before, String after, String othersBefore, String othersAfter) {
    Change beside(String before, String after) {
      return new Change(name, this.before, this.after, before, after);
    }

    Case make(String oldPayload, String newPayload, Verdict verdict) {
      return make(List.of(oldPayload), List.of(newPayload), verdict);
    }

    Case make(List<String> oldPayloads, List<String> newPayloads, Verdict verdict) {
      return new Case(
          name,
          "record Order(" + before + ") {" + othersBefore + "%s}",
          "record Order(" + after + ") {" + othersAfter + "%s}",
          oldPayloads,
          newPayloads,
          verdict);
    }
  }
}
