package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.Violation;
import java.lang.reflect.Constructor;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Schemas and generated validators refuse the same components if the schema can express the whole
 * constraint. If it cannot, the schema refuses nothing that the validator accepts. {@code
 * -Dtenon.seed=…} repeats a run.
 */
class SchemaOracleTest {

  private static final int VALUES = 500;
  private static final long SEED = Long.getLong("tenon.seed", System.nanoTime());

  private static Compilation.Result compiled;
  private static URLClassLoader loader;

  @BeforeAll
  static void compile(@TempDir Path directory) {
    compiled =
        Compilation.in(directory)
            .sources(Golden.RESOURCES.resolve("oracle"))
            .options("-Werror")
            .run()
            .clean();
    loader = compiled.load();
  }

  @AfterAll
  static void close() throws Exception {
    loader.close();
  }

  /** The results for one component over all values. */
  private static final class Tally {
    private final boolean saysAll;
    private int valid;
    private int invalid;
    private int validForTheSchemaOnly;

    Tally(boolean saysAll) {
      this.saysAll = saysAll;
    }

    @Override
    public String toString() {
      return "%d valid, %d invalid, %d valid for the schema only"
          .formatted(valid, invalid, validForTheSchemaOnly);
    }
  }

  /**
   * Compares.
   *
   * @param sayingAll the minimum number of components whose schema expresses everything
   */
  @ParameterizedTest
  @CsvSource({"Primitives, 68", "Numbers, 86", "Others, 23"})
  void findsFaultWithTheSameValues(String name, int sayingAll) throws Exception {
    String type = "oracle." + name.toLowerCase(Locale.ROOT);
    JobDefinition<?, ?> definition =
        ServiceLoader.load(ModuleDefinition.class, loader)
            .findFirst()
            .orElseThrow()
            .find(type)
            .orElseThrow();
    JsonSchemas schema = JsonSchemas.payload(compiled, type);
    RandomValues values = new RandomValues(new Random(SEED), loader);
    Constructor<?> constructor = definition.payloadType().getDeclaredConstructors()[0];
    Map<String, Tally> tallies = new TreeMap<>();
    schema
        .source()
        .path("properties")
        .properties()
        .forEach(
            property ->
                tallies.put(property.getKey(), new Tally(schema.saysAll(property.getValue()))));
    for (int i = 0; i < VALUES; i++) {
      Object payload = values.instance(constructor);
      Set<String> violated = violated(definition, payload);
      String stored = StoredForm.write(definition, payload);
      assertThat(stored).isEqualTo(EarlierJson.write(payload, definition.payloadType()));
      assertThat(StoredForm.write(definition, StoredForm.read(definition, stored)))
          .isEqualTo(stored);
      JsonNode json = JsonSchemas.JSON.readTree(stored);
      Set<String> wrong = schema.wrongProperties(json);
      for (Map.Entry<String, Tally> entry : tallies.entrySet()) {
        String component = entry.getKey();
        String fault =
            count(entry.getValue(), violated.contains(component), wrong.contains(component));
        if (!fault.isEmpty()) {
          fail("%s is %s, but %s (seed %d)", component, json.path(component), fault, SEED);
        }
      }
    }
    assertThat(tallies.values().stream().filter(tally -> tally.saysAll).count())
        .isGreaterThanOrEqualTo(sayingAll);
    tallies.forEach(
        (component, tally) -> {
          assertThat(tally.valid).as("%s: %s", component, tally).isPositive();
          // The component whose constraints are not required
          if (tally.saysAll && !component.equals("invalid")) {
            assertThat(tally.invalid).as("%s: %s", component, tally).isPositive();
          }
        });
  }

  /** Counts a value; returns what is wrong with the schema. */
  private static String count(Tally tally, boolean violated, boolean wrong) {
    if (!violated) {
      tally.valid++;
      return wrong ? "the schema refuses what is valid" : "";
    }
    if (wrong) {
      tally.invalid++;
      return "";
    }
    tally.validForTheSchemaOnly++;
    return tally.saysAll ? "the schema, which seems to say all, does not refuse it" : "";
  }

  private static <P> Set<String> violated(JobDefinition<P, ?> definition, Object payload) {
    Set<String> components = new TreeSet<>();
    definition.validatePayload(definition.payloadType().cast(payload)).stream()
        .map(Violation::path)
        .map(path -> path.replaceFirst("[.<\\[].*", ""))
        .forEach(components::add);
    return components;
  }
}
