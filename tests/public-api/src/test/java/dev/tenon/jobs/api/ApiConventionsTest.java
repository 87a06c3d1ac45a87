package dev.tenon.jobs.api;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * One way for each thing, in everything that applications may call. Whoever reads one type then
 * knows the others.
 *
 * <p>What does not follow a convention stands in a list here, with the reason.
 */
class ApiConventionsTest {

  private static final List<String> PACKAGES =
      List.of(
          "dev.tenon.jobs.annotation",
          "dev.tenon.jobs",
          "dev.tenon.jobs.definition",
          "dev.tenon.jobs.durable",
          "dev.tenon.jobs.listen",
          "dev.tenon.jobs.operate",
          "dev.tenon.jobs.workflow",
          "dev.tenon.jobs.options",
          "dev.tenon.jobs.runtime",
          "dev.tenon.jobs.dashboard",
          "dev.tenon.jobs.micronaut",
          "dev.tenon.jobs.observability",
          "dev.tenon.jobs.spring",
          "dev.tenon.jobs.spring.test",
          "dev.tenon.jobs.testing");

  /** Methods that may return null, and why. */
  private static final Map<String, String> NULLABLE =
      Map.ofEntries(
          entry("EmittingJobHandler.execute", "as JobHandler.execute"),
          entry("JobHandler.execute", "users implement it; a job without a result has none"),
          entry("JobListener.Submitting.traceContext", "users implement it"),
          entry("JsonReader.nextName", "read in loops by generated code, for each property"),
          entry("JsonReader.nullable", "gives a value to a component that may be null"),
          entry("Resolution.Done.result", "read by Tenon; a step may have no result"),
          entry("StepExecutor.Body.run", "generated code implements it; a step may have no result"),
          entry("StepExecutor.TransactionBody.run", "as StepExecutor.Body.run"),
          entry("StepExecutor.run", "called by generated code; a step may have no result"),
          entry("StepExecutor.runInTransaction", "as StepExecutor.run"),
          entry("StepExecutor.runOnce", "as StepExecutor.run"));

  /** Methods that give a boolean and do not ask for one, and why. */
  private static final Map<String, String> BOOLEANS =
      Map.ofEntries(
          entry("JsonReader.booleanValue", "reads a value, as its sisters do"),
          entry("JsonReader.nextEntry", "moves on"),
          entry("JsonReader.skipNull", "moves on"));

  /** Classes with public constructors, and why. */
  private static final Map<String, String> CONSTRUCTED =
      Map.ofEntries(
          entry("EmittingJobs", "made by generated code"),
          entry("DashboardServlet", "made by users, and by servlet containers"),
          entry("JobEventServlet", "made by users, and by servlet containers"),
          entry("MicrometerJobListener", "made by users"),
          entry("OpenTelemetryJobListener", "made by users"),
          entry("GeneratedBeans", "made by Spring"),
          entry("HandlerBeans", "made by Micronaut"),
          entry("JobWorkers", "made by users, in the terms of their framework"),
          entry("SpringJobService", "made by configurations of Spring"),
          entry("TenonAutoConfiguration", "made by Spring"),
          entry("TenonDashboardAutoConfiguration", "made by Spring"),
          entry("TenonObservabilityAutoConfiguration", "made by Spring"),
          entry("TypedJobs", "made by generated code"),
          entry("TypedSignals", "made by generated code"));

  /**
   * Spring fills these from the properties of an application: their components are named as the
   * properties are, and null where one is not set. Only Spring makes them.
   */
  private static final Set<String> PROPERTIES =
      Set.of("TenonProperties", "TenonDashboardProperties");

  /** A record with more will get another one, which would break whoever makes or matches it. */
  private static final int MAX_COMPONENTS = 4;

  /** In the third person: what it is, has or does. */
  private static final Pattern ASKS = Pattern.compile("(is|has|can|may|needs|uses|asks)[A-Z].*");

  private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9]*([_-][a-z0-9]+)*");

  private static final Set<Class<?>> OPTIONALS =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  @Test
  void everythingFollowsTheConventions() throws Exception {
    SortedSet<String> found = new TreeSet<>();
    for (Class<?> type : types()) {
      RULES.forEach(
          (rule, broken) -> broken.apply(type).forEach(where -> found.add(rule + ": " + where)));
    }

    assertThat(found).isEmpty();
  }

  @Test
  void eachExceptionIsOne() throws Exception {
    Set<String> nullable = new HashSet<>();
    Set<String> booleans = new HashSet<>();
    Set<String> constructed = new HashSet<>();
    for (Class<?> type : types()) {
      nullable.addAll(nullableReturns(type).toList());
      booleans.addAll(bareBooleans(type).toList());
      constructed.addAll(publicConstructors(type).toList());
    }

    assertThat(nullable).containsAll(NULLABLE.keySet());
    assertThat(booleans).containsAll(BOOLEANS.keySet());
    assertThat(constructed).containsAll(CONSTRUCTED.keySet());
  }

  private static final Map<String, Function<Class<?>, Stream<String>>> RULES =
      Map.ofEntries(
          entry("returns null", without(NULLABLE, ApiConventionsTest::nullableReturns)),
          entry("takes an Optional", ApiConventionsTest::optionalParameters),
          entry("boolean that does not ask", without(BOOLEANS, ApiConventionsTest::bareBooleans)),
          entry("enum without codes", ApiConventionsTest::enumsWithoutCodes),
          entry("Actor is not the last parameter", ApiConventionsTest::actorsInBetween),
          entry("public constructor", without(CONSTRUCTED, ApiConventionsTest::publicConstructors)),
          entry("large record", ApiConventionsTest::largeRecords),
          entry("another Page", type -> named(type, "Page", "dev.tenon.jobs.Page")),
          entry("another Pause", type -> named(type, "Pause", "dev.tenon.jobs.Pause")),
          entry("page without cursor and limit", ApiConventionsTest::pagesOfOtherQueries));

  private static Function<Class<?>, Stream<String>> without(
      Map<String, String> exceptions, Function<Class<?>, Stream<String>> rule) {
    return type -> rule.apply(type).filter(where -> !exceptions.containsKey(where));
  }

  private static List<Class<?>> types() throws Exception {
    List<Class<?>> types = new ArrayList<>();
    for (String name : PACKAGES) {
      ApiListing.of(name).types().stream()
          .filter(type -> !PROPERTIES.contains(name(type).split("\\.", 2)[0]))
          .forEach(types::add);
    }
    return types;
  }

  private static String name(Class<?> type) {
    return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
  }

  private static Stream<Method> methods(Class<?> type, Predicate<Method> which) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> ApiListing.isListed(type, method) && !method.isBridge())
        .filter(which);
  }

  private static Stream<String> names(Class<?> type, Predicate<Method> which) {
    return methods(type, which).map(method -> name(type) + "." + method.getName()).distinct();
  }

  private static Stream<String> nullableReturns(Class<?> type) {
    return names(
        type, method -> method.getAnnotatedReturnType().isAnnotationPresent(Nullable.class));
  }

  private static Stream<String> optionalParameters(Class<?> type) {
    return names(
        type, method -> Arrays.stream(method.getParameterTypes()).anyMatch(OPTIONALS::contains));
  }

  /** The attributes of annotations are set, and not asked for. */
  private static Stream<String> bareBooleans(Class<?> type) {
    return type.isAnnotation()
        ? Stream.empty()
        : names(
            type,
            method ->
                method.getReturnType() == boolean.class
                    && method.getParameterCount() == 0
                    && !ASKS.matcher(method.getName()).matches());
  }

  private static Stream<String> enumsWithoutCodes(Class<?> type) {
    return type.isEnum() && !hasCodes(type) ? Stream.of(name(type)) : Stream.empty();
  }

  private static boolean hasCodes(Class<?> type) {
    try {
      Method code = type.getMethod("code");
      Method ofCode = type.getMethod("ofCode", String.class);
      Set<Object> codes = new HashSet<>();
      for (Object constant : type.getEnumConstants()) {
        Object text = code.invoke(constant);
        if (!CODE.matcher(String.valueOf(text)).matches()
            || !codes.add(text)
            || ofCode.invoke(null, text) != constant) {
          return false;
        }
      }
      return refuses(ofCode);
    } catch (NoSuchMethodException e) {
      return false;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The codes of " + type + " cannot be read.", e);
    }
  }

  private static boolean refuses(Method ofCode) throws IllegalAccessException {
    try {
      Object unused = ofCode.invoke(null, "no such code");
      return false;
    } catch (InvocationTargetException e) {
      return e.getCause() instanceof IllegalArgumentException refusal
          && String.valueOf(refusal.getMessage()).contains("'no such code'");
    }
  }

  private static Stream<String> actorsInBetween(Class<?> type) {
    return names(
        type,
        method -> {
          Parameter[] parameters = method.getParameters();
          return Arrays.stream(parameters)
              .limit(Math.max(0, parameters.length - 1))
              .anyMatch(each -> each.getType().getName().equals("dev.tenon.jobs.Actor"));
        });
  }

  /** Records are made by users, or are small; exceptions are thrown by whoever stands in for us. */
  private static Stream<String> publicConstructors(Class<?> type) {
    return type.isRecord() || type.isEnum() || Throwable.class.isAssignableFrom(type)
        ? Stream.empty()
        : Arrays.stream(type.getDeclaredConstructors())
            .filter(constructor -> Modifier.isPublic(constructor.getModifiers()))
            .map(Constructor::getDeclaringClass)
            .map(ApiConventionsTest::name)
            .distinct();
  }

  private static Stream<String> largeRecords(Class<?> type) {
    return type.isRecord() && type.getRecordComponents().length > MAX_COMPONENTS
        ? Stream.of(name(type))
        : Stream.empty();
  }

  private static Stream<String> named(Class<?> type, String word, String only) {
    return type.getSimpleName().endsWith(word) && !type.getName().equals(only)
        ? Stream.of(name(type))
        : Stream.empty();
  }

  /** Whatever gives a page takes a query that says where it begins and how long it is. */
  private static Stream<String> pagesOfOtherQueries(Class<?> type) {
    return methods(
            type,
            method ->
                method.getReturnType().getName().equals("dev.tenon.jobs.Page")
                    && !Modifier.isStatic(method.getModifiers())
                    && !method.isDefault())
        .filter(
            method ->
                Arrays.stream(method.getParameterTypes())
                    .noneMatch(
                        query ->
                            Arrays.stream(query.getMethods())
                                .map(Method::getName)
                                .toList()
                                .containsAll(List.of("withCursor", "withLimit"))))
        .map(method -> name(type) + "." + method.getName());
  }
}
