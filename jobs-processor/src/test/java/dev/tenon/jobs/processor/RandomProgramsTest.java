package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random programs: those that compile are written to JSON and read back, and valid values meet the
 * exported schema. Each planted mistake has one error with its id, and nothing crashes. {@code
 * -Dtenon.random.programs=2000} makes more of them, {@code -Dtenon.random.seed=…} repeats a run.
 */
class RandomProgramsTest {

  private static final int PROGRAMS = Integer.getInteger("tenon.random.programs", 60);
  private static final long SEED = Long.getLong("tenon.random.seed", System.nanoTime());
  private static final int VALUES = 20;

  /** One program in this many is also compiled with Eclipse's compiler. */
  private static final int ECLIPSE_SHARE = 10;

  private static final Pattern ID = Pattern.compile("\\[(Jobs\\w+)\\]");

  @TempDir Path directory;

  private final List<String> failures = new ArrayList<>();
  private int right;
  private int wrong;
  private int values;
  private int validValues;

  @Test
  void whatCompilesIsStoredAndWhatIsWrongIsNamed() throws Exception {
    for (int i = 0; i < PROGRAMS && failures.size() < 20; i++) {
      long seed = SEED + i;
      try {
        check(seed, i % ECLIPSE_SHARE == 0);
      } catch (RuntimeException | ReflectiveOperationException | AssertionError | LinkageError e) {
        failures.add("seed %d: %s".formatted(seed, e));
      }
      clean();
    }
    System.out.printf(
        "Random programs from seed %d: %d right ones with %d values, %d of them valid; %d wrong"
            + " ones%n",
        SEED, right, values, validValues, wrong);
    assertThat(failures).isEmpty();
    assertThat(List.of(right, wrong, validValues)).allMatch(count -> count >= PROGRAMS / 10);
  }

  private void check(long seed, boolean withEclipse) throws Exception {
    RandomProgram program = new RandomProgram(seed);
    Compilation compilation = Compilation.in(directory);
    program.sources().forEach(compilation::source);
    Compilation.Result result = compilation.run();
    List<String> errors =
        result.diagnostics().stream().filter(text -> text.contains("error: ")).toList();
    compare(seed, program, ids(errors), errors.toString());
    if (errors.size() != program.mistakes().size()) {
      failures.add("seed %d: %s".formatted(seed, errors));
    } else if (errors.isEmpty()) {
      right++;
      checkValues(seed, result);
    } else {
      wrong++;
    }
    if (withEclipse) {
      checkWithEclipse(seed, program);
    }
  }

  private void compare(long seed, RandomProgram program, List<String> found, String output) {
    if (!found.equals(program.mistakes())) {
      failures.add("seed %d: expected %s, but: %s".formatted(seed, program.mistakes(), output));
    }
  }

  private static List<String> ids(List<String> errors) {
    return errors.stream()
        .flatMap(text -> ID.matcher(text).results())
        .map(match -> match.group(1))
        .sorted()
        .toList();
  }

  private void checkWithEclipse(long seed, RandomProgram program) throws IOException {
    Path input = Files.createTempDirectory(directory, "eclipse");
    for (Map.Entry<String, String> source : program.sources().entrySet()) {
      Path file = input.resolve("sources").resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
    }
    EclipseCompilation compiled = EclipseCompilation.of(input.resolve("sources"), input);
    compare(seed, program, ids(List.of(compiled.output())), "Eclipse: " + compiled.output());
    if (compiled.success() != program.mistakes().isEmpty()) {
      failures.add("seed %d: Eclipse: %s".formatted(seed, compiled.output()));
    }
  }

  private void checkValues(long seed, Compilation.Result result) throws Exception {
    JsonSchemas schema = JsonSchemas.payload(result, "p.payload");
    try (URLClassLoader loader = result.load()) {
      JobDefinition<?, ?> definition =
          ServiceLoader.load(ModuleDefinition.class, loader)
              .findFirst()
              .orElseThrow()
              .find("p.payload")
              .orElseThrow();
      RandomRecords records = new RandomRecords(new Random(seed));
      for (int i = 0; i < VALUES; i++) {
        checkValue(seed, definition, records.record(definition.payloadType()), schema);
      }
    }
  }

  private <P> void checkValue(
      long seed, JobDefinition<P, ?> definition, Object value, JsonSchemas schema)
      throws ReflectiveOperationException {
    values++;
    String json = StoredForm.write(definition, value);
    Object back = StoredForm.read(definition, json);
    if (!RandomRecords.same(value, back)) {
      failures.add("seed %d: %s came back as %s from %s".formatted(seed, value, back, json));
    }
    if (definition.validatePayload(definition.payloadType().cast(value)).isEmpty()) {
      validValues++;
      List<String> errors = schema.errors(json);
      if (!errors.isEmpty()) {
        failures.add("seed %d: %s for %s".formatted(seed, errors, json));
      }
    }
  }

  /** Thousands of programs would fill the disk. */
  private void clean() throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(directory)) {
          Files.delete(path);
        }
      }
    }
  }
}
