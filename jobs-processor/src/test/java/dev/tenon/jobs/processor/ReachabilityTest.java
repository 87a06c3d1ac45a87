package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobModule;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The metadata of native images names every class that the codec uses by reflection. */
class ReachabilityTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {"good/widgets", "good/shapes", "good/unions", "good/elsewhere", "exports"})
  void namesEachRecordEnumAndArrayOnce(String sources) throws Exception {
    Compilation.Result result =
        Compilation.in(directory).sources(Golden.RESOURCES.resolve(sources)).run().clean();
    try (URLClassLoader loader = result.load()) {
      JobModule module = ServiceLoader.load(JobModule.class, loader).findFirst().orElseThrow();
      assertThat(module.definitions()).isNotEmpty();
      Set<Class<?>> reached = new TreeSet<>(java.util.Comparator.comparing(Class::getName));
      for (JobDefinition<?, ?> definition : module.definitions()) {
        reach(definition.payloadType(), reached);
        reach(definition.resultType(), reached);
      }
      check(reflection(result, module), reached, loader);
    }
  }

  private static void check(List<JsonNode> reflection, Set<Class<?>> reached, ClassLoader loader)
      throws Exception {
    List<String> names = new ArrayList<>();
    TreeMap<String, JsonNode> entries = new TreeMap<>();
    for (JsonNode entry : reflection) {
      names.add(entry.path("type").asString());
      entries.put(entry.path("type").asString(), entry);
    }
    assertThat(names).doesNotHaveDuplicates().isSorted();
    for (String name : names) {
      assertThat(load(name, loader)).isNotNull();
    }
    for (Class<?> type : reached) {
      JsonNode entry = entries.get(type.getName());
      if (type.isArray()) {
        assertThat(entries).containsKey(arrayName(type));
      } else {
        assertThat(entry).as(type.getName()).isNotNull();
        assertThat(entry.path("allDeclaredConstructors").booleanValue()).isTrue();
        assertThat(entry.path("allDeclaredMethods").booleanValue()).isTrue();
        assertThat(entry.path("allDeclaredFields").booleanValue()).isTrue();
      }
    }
  }

  private static String arrayName(Class<?> type) {
    return type.isArray() ? arrayName(type.getComponentType()) + "[]" : type.getName();
  }

  private static Class<?> load(String name, ClassLoader loader) throws Exception {
    if (name.endsWith("[]")) {
      Class<?> component = load(name.substring(0, name.length() - 2), loader);
      return Array.newInstance(component, 0).getClass();
    }
    return switch (name) {
      case "boolean" -> boolean.class;
      case "byte" -> byte.class;
      case "char" -> char.class;
      case "int" -> int.class;
      default -> Class.forName(name, false, loader);
    };
  }

  /** Adds the classes that are read and written by reflection. */
  private static void reach(Type type, Set<Class<?>> reached) {
    if (type instanceof ParameterizedType parameterized) {
      reach(parameterized.getRawType(), reached);
      for (Type argument : parameterized.getActualTypeArguments()) {
        reach(argument, reached);
      }
    } else if (type instanceof WildcardType wildcard) {
      reach(wildcard.getUpperBounds()[0], reached);
    } else if (type instanceof GenericArrayType array) {
      reach(array.getGenericComponentType(), reached);
    } else if (type instanceof Class<?> simple) {
      reachClass(simple, reached);
    }
  }

  private static void reachClass(Class<?> type, Set<Class<?>> reached) {
    boolean isUnion = type.isInterface() && type.isSealed();
    boolean isOfUsers = !type.isPrimitive() && !type.getName().startsWith("java.");
    if (!(type.isArray() || type.isRecord() || type.isEnum() || isUnion || isOfUsers)
        || !reached.add(type)) {
      return;
    }
    if (type.isArray()) {
      reach(type.getComponentType(), reached);
    }
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        reach(component.getGenericType(), reached);
      }
    }
    if (isUnion) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        if (permitted.isRecord() || permitted.isInterface()) {
          reachClass(permitted, reached);
        }
      }
    }
  }

  @Test
  void theModuleIsFoundByItsServiceFile() throws Exception {
    Compilation.Result result =
        Compilation.in(directory).sources(Golden.RESOURCES.resolve("good/widgets")).run().clean();
    JsonNode metadata = metadata(result, "WidgetJobs");
    assertThat(metadata.path("reflection").valueStream())
        .filteredOn(entry -> entry.path("type").asString().equals("widgets.WidgetJobsModule"))
        .singleElement()
        .matches(entry -> entry.path("allPublicConstructors").booleanValue());
    assertThat(result.classes().resolve(metadata.at("/resources/0/glob").asString())).exists();
  }

  /** What is said of the types of a module, without the module itself. */
  private static List<JsonNode> reflection(Compilation.Result result, JobModule module)
      throws Exception {
    return metadata(result, module.name())
        .path("reflection")
        .valueStream()
        .filter(entry -> !entry.path("type").asString().equals(module.getClass().getName()))
        .toList();
  }

  private static JsonNode metadata(Compilation.Result result, String name) throws Exception {
    Path file =
        result
            .classes()
            .resolve("META-INF/native-image/tenon/" + name + "/reachability-metadata.json");
    return JsonSchemas.JSON.readTree(Files.readString(file));
  }
}
