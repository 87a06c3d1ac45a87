package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.Violation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Generated validators refuse the same values as Hibernate Validator, the reference implementation.
 * {@code -Dtenon.seed=…} repeats a run.
 */
class OracleTest {

  private static final int VALUES = 1_000;
  private static final long SEED = Long.getLong("tenon.seed", System.nanoTime());

  private static URLClassLoader loader;
  private static ValidatorFactory factory;

  @BeforeAll
  static void compile(@TempDir Path directory) {
    loader =
        Compilation.in(directory)
            .sources(Golden.RESOURCES.resolve("oracle"))
            .options("-Werror")
            .run()
            .clean()
            .load();
    factory =
        Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory();
  }

  @AfterAll
  static void close() throws Exception {
    factory.close();
    loader.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Primitives", "Numbers", "Others"})
  void findsFaultWithTheSameValues(String name) throws Exception {
    Validator oracle = factory.getValidator();
    JobDefinition<?, ?> definition =
        ServiceLoader.load(ModuleDefinition.class, loader)
            .findFirst()
            .orElseThrow()
            .find("oracle." + name.toLowerCase(Locale.ROOT))
            .orElseThrow();
    RandomValues values = new RandomValues(new Random(SEED), loader);
    Constructor<?> constructor = definition.payloadType().getDeclaredConstructors()[0];
    Map<String, String> disagreements = new TreeMap<>();
    for (int i = 0; i < VALUES; i++) {
      Object payload = values.instance(constructor);
      Set<String> expected = expected(oracle, payload);
      Set<String> found = paths(definition, payload);
      for (String path : expected) {
        if (!found.contains(path)) {
          disagreements.putIfAbsent(
              path, "valid, but not for the oracle: " + component(payload, path));
        }
      }
      for (String path : found) {
        if (!expected.contains(path)) {
          disagreements.putIfAbsent(path, "valid only for the oracle: " + component(payload, path));
        }
      }
    }
    assertThat(disagreements).as("seed %s", SEED).isEmpty();
  }

  private static Object component(Object payload, String path) throws Exception {
    Method accessor = payload.getClass().getDeclaredMethod(path.replaceFirst("[.<\\[].*", ""));
    accessor.setAccessible(true);
    return accessor.invoke(payload);
  }

  private static <P> Set<String> paths(JobDefinition<P, ?> definition, Object payload) {
    Set<String> paths = new TreeSet<>();
    definition.validatePayload(definition.payloadType().cast(payload)).stream()
        .map(Violation::path)
        .forEach(paths::add);
    return paths;
  }

  private static Set<String> expected(Validator oracle, Object payload) {
    Set<String> paths = new TreeSet<>();
    oracle
        .validate(payload)
        .forEach(
            violation ->
                paths.add(
                    violation
                        .getPropertyPath()
                        .toString()
                        .replaceAll("<K>\\[[^\\]]*\\]\\.<map key>", "<key>")
                        .replaceAll("\\.<[a-z ]+>", "")));
    return paths;
  }
}
