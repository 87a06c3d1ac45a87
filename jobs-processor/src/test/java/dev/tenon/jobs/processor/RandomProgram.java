package dev.tenon.jobs.processor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A module with one job type, made at random: a tree of records, enums and sealed interfaces with
 * constraints, methods that make it from results, and in some of them mistakes that are known by
 * the diagnostic that each must get.
 */
final class RandomProgram {

  private static final int MAX_COMPONENTS = 6;
  private static final int MAX_DEPTH = 3;

  private static final List<String> NUMBERS =
      List.of("byte", "short", "int", "long", "Byte", "Short", "Integer", "Long", "BigInteger");
  private static final List<String> DECIMALS =
      List.of("float", "double", "Float", "Double", "BigDecimal");
  private static final List<String> MOMENTS =
      List.of(
          "Instant",
          "LocalDate",
          "LocalDateTime",
          "OffsetDateTime",
          "ZonedDateTime",
          "Year",
          "YearMonth",
          "Date");
  private static final List<String> OTHERS =
      List.of(
          "boolean",
          "char",
          "Boolean",
          "UUID",
          "URI",
          "Duration",
          "Period",
          "LocalTime",
          "MonthDay",
          "OffsetTime",
          "ZoneId",
          "ZoneOffset",
          "Currency",
          "Locale",
          "OptionalInt",
          "OptionalLong",
          "OptionalDouble",
          "byte[]",
          "int[]",
          "String[]",
          "double[][]");
  private static final List<String> KEYS =
      List.of("String", "Integer", "Long", "UUID", "LocalDate", "Year", "Locale", "Color");
  private static final List<String> SEQUENCES =
      List.of("List", "Set", "Collection", "Deque", "ArrayList", "LinkedHashSet");

  /** The parameters that a method with {@code @FromResults} can take. */
  private static final List<String> RESULTS =
      List.of("R1", "Tree", "Color", "Shape", "Circle", "UUID", "Integer", "byte[]", "Tree[]");

  /** A wrong component, with the diagnostic that it must get. */
  private static final Map<String, String> WRONG_COMPONENTS =
      Map.ofEntries(
          Map.entry("Object %s", "JobsJson"),
          Map.entry("Calendar %s", "JobsJson"),
          Map.entry("StringBuilder %s", "JobsJson"),
          Map.entry("List %s", "JobsJson"),
          Map.entry("Map<List<String>, String> %s", "JobsJson"),
          Map.entry("Runnable %s", "JobsJson"),
          Map.entry("Void %s", "JobsJson"),
          Map.entry("@Size(max = 3) int %s", "JobsConstraintType"),
          Map.entry("@Min(3) String[] %s", "JobsConstraintType"),
          Map.entry("List<@Past String> %s", "JobsConstraintType"),
          Map.entry("@NotNull @Nullable String %s", "JobsContradiction"),
          Map.entry("@Pattern(regexp = \"[\") String %s", "JobsPattern"),
          Map.entry("@Size(min = 5, max = 2) String %s", "JobsConstraintBounds"),
          Map.entry("@Min(5) @Max(2) int %s", "JobsConstraintBounds"),
          Map.entry("@DecimalMin(\"1,5\") BigDecimal %s", "JobsDecimal"),
          Map.entry("@Valid String %s", "JobsValid"),
          Map.entry("@NotBlank(message = \"{no.such.key}\") String %s", "JobsMessage"),
          Map.entry("Endless %s", "JobsEndless"),
          Map.entry("Secret %s", "JobsNotAccessible"),
          Map.entry("Tagged %s", "JobsUnion"));

  private static final Map<String, String> WRONG_ATTRIBUTES =
      Map.of(
          "timeout = \"soon\"", "JobsTimeout",
          "jitter = 2", "JobsJitter",
          "maxAttempts = 0", "JobsMaxAttempts",
          "retention = \"forever\"", "JobsRetention",
          "label = \" \"", "JobsLabel",
          "routingKey = \"amq.x\"", "JobsRoutingKey",
          "version = 0", "JobsVersion",
          "retryDelays = \"later\"", "JobsRetryDelays");

  /** A wrong method with {@code @FromResults}, with the diagnostic that it must get. */
  private static final Map<String, String> WRONG_METHODS =
      Map.of(
          "private static Payload %s(R1 one)", "JobsTaskInput",
          "Payload %s(R1 one)", "JobsTaskInput",
          "static String %s(R1 one)", "JobsTaskInputReturn",
          "static List<Payload> %s(R1 one, Tree two)", "JobsTaskInputReturn",
          "static Payload %s()", "JobsTaskInputParameters",
          "static Payload %s(R1 one, Payload draft)", "JobsTaskInputParameters",
          "static Payload %s(int one)", "JobsTaskInputResult",
          "static Payload %s(Set<R1> one)", "JobsTaskInputResult",
          "static Payload %s(List<Secret> one)", "JobsNotAccessible");

  private final Random random;
  private final List<String> mistakes = new ArrayList<>();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private int names;

  RandomProgram(long seed) {
    random = new Random(seed);
    int wanted = random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(2);
    sources.put("p/Payload.java", payload(wanted));
    sources.put("p/Parts.java", parts());
    boolean noHandler = mistakes.size() < wanted && random.nextInt(3) == 0;
    if (noHandler) {
      mistakes.add("JobsMissingHandler");
    } else {
      sources.put("p/PayloadHandler.java", handler());
    }
  }

  /** The sources, by path. */
  Map<String, String> sources() {
    return sources;
  }

  /** The ids of the diagnostics that the mistakes in it must get, sorted; empty if it is right. */
  List<String> mistakes() {
    return mistakes.stream().sorted().toList();
  }

  private String payload(int wanted) {
    List<String> attributes = new ArrayList<>(List.of("value = \"p.payload\""));
    List<String> wrong = new ArrayList<>();
    List<String> methods = new ArrayList<>(methods());
    while (mistakes.size() < wanted && random.nextInt(5) > 0) {
      Map<String, String> from =
          switch (random.nextInt(4)) {
            case 0 -> WRONG_ATTRIBUTES;
            case 1 -> WRONG_METHODS;
            default -> WRONG_COMPONENTS;
          };
      List<String> choices = new ArrayList<>(from.keySet());
      Collections.sort(choices);
      String choice = pick(choices);
      String id = from.get(choice);
      if (mistakes.contains(id)) {
        continue;
      }
      mistakes.add(id);
      if (from == WRONG_ATTRIBUTES) {
        attributes.add(choice);
      } else if (from == WRONG_METHODS) {
        methods.add(choice.formatted("wrong" + names++));
      } else {
        wrong.add(choice.formatted(name()));
      }
    }
    List<String> components = new ArrayList<>(components(0));
    wrong.forEach(component -> components.add(random.nextInt(components.size() + 1), component));
    StringBuilder body = new StringBuilder("  private record Secret(int number) {}\n");
    for (String method : methods) {
      body.append(
          "  @FromResults %s {\n    throw new IllegalStateException();\n  }\n".formatted(method));
    }
    return header()
        + "@JobType(%s)\nrecord Payload(%s) {\n%s}\n"
            .formatted(String.join(", ", attributes), String.join(",\n    ", components), body);
  }

  /** Right methods with {@code @FromResults}, in one program of three. */
  private List<String> methods() {
    List<String> methods = new ArrayList<>();
    for (int i = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0; i > 0; i--) {
      int results = 1 + random.nextInt(3);
      List<String> parameters = new ArrayList<>();
      if (random.nextBoolean()) {
        parameters.add("Payload draft");
      }
      for (int j = 0; j < results; j++) {
        String type = pick(RESULTS);
        boolean isMany = random.nextInt(3) == 0;
        parameters.add((isMany ? "List<" + type + ">" : type) + " result" + j);
      }
      String returned =
          pick(List.of("Payload", "Optional<Payload>", results == 1 ? "List<Payload>" : "Payload"));
      String name = pick(List.of("make", "ofAll", "of_X", "größen")) + names++;
      methods.add("static %s %s(%s)".formatted(returned, name, String.join(", ", parameters)));
    }
    return methods;
  }

  /** Records that may contain the records after them, and declarations that mistakes need. */
  private String parts() {
    StringBuilder text = new StringBuilder(header());
    for (int i = 1; i <= 3; i++) {
      text.append("record R%d(%s) {}\n".formatted(i, String.join(",\n    ", components(i))));
    }
    return text
        + "record Box<T>(T content, int count) {}\n"
        + "record Tree(String name, List<Tree> children, @Nullable Tree next) {}\n"
        + "enum Color { RED, GREEN, DARK_BLUE { @Override public String toString() { return \"x\";"
        + " } } }\n"
        + "sealed interface Shape permits Circle, Group {}\n"
        + "record Circle(%s) implements Shape {}\n".formatted(String.join(", ", components(3)))
        + "record Group(List<Shape> members, Color color) implements Shape {}\n"
        + "record Endless(Endless inner) {}\n"
        + "sealed interface Tagged permits Tag {}\n"
        + "record Tag(String type) implements Tagged {}\n";
  }

  private static String header() {
    return """
    package p;

    import dev.tenon.jobs.JobContext;
    import dev.tenon.jobs.JobHandler;
    import dev.tenon.jobs.annotation.FromResults;
    import dev.tenon.jobs.annotation.JobType;
    import jakarta.validation.Valid;
    import jakarta.validation.constraints.*;
    import java.math.*;
    import java.net.URI;
    import java.time.*;
    import java.util.*;
    import org.jspecify.annotations.Nullable;

    """;
  }

  private static String handler() {
    return header()
        + """
        @JobType("p.payload")
        final class PayloadHandler implements JobHandler<Payload, Void> {
          @Override
          public Void execute(Payload payload, JobContext context) {
            return null;
          }
        }
        """;
  }

  private List<String> components(int level) {
    List<String> components = new ArrayList<>();
    for (int i = random.nextInt(MAX_COMPONENTS); i >= 0; i--) {
      components.add(constrained(level, MAX_DEPTH) + " " + name());
    }
    return components;
  }

  private String name() {
    List<String> words =
        List.of(
            "value",
            "json",
            "writer",
            "reader",
            "payload",
            "violations",
            "index",
            "entry",
            "String",
            "list",
            "name",
            "type",
            "of",
            "size",
            "größe",
            "codec",
            "result",
            "Override");
    String word = pick(words);
    // The record of a union has no component of the name of its tag
    return names++ % 4 == 0 && !word.equals("type") && !word.equals("of")
        ? word + (random.nextBoolean() ? "" : "_") + names
        : "c" + names;
  }

  /** A type with constraints, or that may be null. */
  private String constrained(int level, int depth) {
    int choice = random.nextInt(12);
    return switch (choice) {
      case 0 -> pick(texts()) + "String";
      case 1 -> pick(numbers()) + pick(NUMBERS);
      case 2 -> pick(decimals()) + pick(DECIMALS);
      case 3 -> pick(List.of("@Past ", "@Future ", "@PastOrPresent ", "")) + pick(MOMENTS);
      case 4 -> pick(sizes()) + container(level, depth);
      case 5 -> "@Nullable " + reference(level, depth);
      case 6 -> "Optional<%s>".formatted(reference(level, 1));
      case 7 -> pick(List.of("@AssertTrue ", "@AssertFalse ", "")) + "boolean";
      default -> type(level, depth);
    };
  }

  private List<String> texts() {
    int least = random.nextInt(3);
    return List.of(
        "",
        "@NotBlank ",
        "@NotEmpty ",
        "@Size(min = %d, max = %d) ".formatted(least, least + random.nextInt(9)),
        "@Pattern(regexp = \"[a-z]*\") ",
        "@Email ",
        "@Nullable ",
        "@NotBlank @Size(max = 20) ");
  }

  private List<String> numbers() {
    int least = random.nextInt(20) - 10;
    return List.of(
        "",
        "@Min(%d) ".formatted(least),
        "@Max(%d) ".formatted(least),
        "@Min(%d) @Max(%d) ".formatted(least, least + random.nextInt(50)),
        "@Positive ",
        "@NegativeOrZero ",
        "@Digits(integer = 2, fraction = 0) ");
  }

  private List<String> decimals() {
    return List.of(
        "",
        "@DecimalMin(\"%d.5\") ".formatted(random.nextInt(9)),
        "@DecimalMax(value = \"%d.25\", inclusive = false) ".formatted(random.nextInt(9)),
        "@PositiveOrZero ",
        "@Digits(integer = 3, fraction = 2) ");
  }

  private List<String> sizes() {
    return List.of("", "@NotEmpty ", "@Size(max = 4) ", "@Size(min = 1, max = 3) ");
  }

  private String type(int level, int depth) {
    return switch (random.nextInt(6)) {
      case 0 -> pick(OTHERS);
      case 1 -> pick(NUMBERS);
      case 2 -> pick(DECIMALS);
      case 3 -> pick(MOMENTS);
      default -> reference(level, depth);
    };
  }

  /** A type that is neither a primitive nor an array. */
  private String reference(int level, int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 3)) {
      case 0 -> "String";
      case 1 -> "Color";
      case 2 -> pick(List.of("Integer", "Long", "BigDecimal", "UUID", "Instant", "LocalDate"));
      case 3 -> level < 3 ? "R" + (level + 1 + random.nextInt(3 - level)) : "Tree";
      case 4 -> level < 3 ? "Shape" : "Tree";
      case 5 -> "Box<" + reference(level, 0) + ">";
      default -> container(level, depth);
    };
  }

  private String container(int level, int depth) {
    String inside = argument(level, depth - 1);
    return switch (random.nextInt(4)) {
      case 0 -> "Map<%s, %s>".formatted(pick(KEYS), inside);
      case 1 -> "SortedMap<String, %s>".formatted(inside);
      // A deque is equal only to itself, so a set of them may come back smaller
      default -> "%s<%s>".formatted(inside.contains("Deque") ? "List" : pick(SEQUENCES), inside);
    };
  }

  private String argument(int level, int depth) {
    return switch (random.nextInt(6)) {
      case 0 -> "@NotBlank String";
      case 1 -> "@Nullable " + reference(level, Math.min(depth, 1));
      case 2 -> "@Min(%d) Integer".formatted(random.nextInt(5));
      default -> reference(level, depth);
    };
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
