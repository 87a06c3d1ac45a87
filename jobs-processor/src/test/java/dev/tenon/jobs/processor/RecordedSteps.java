package dev.tenon.jobs.processor;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.Violation;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepContext;
import dev.tenon.jobs.internal.values.StoredJson;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps for tests of generated code: it keeps records in memory, as JSON, and notes what it
 * does. All signals are there from the beginning.
 */
final class RecordedSteps implements StepExecutor {

  private static final UUID JOB = UUID.fromString("0190a000-0000-7000-8000-000000000001");

  /** The records, by name and key. */
  final Map<String, String> records = new TreeMap<>();

  /** The JSON of the signals that have been sent, by name. */
  final Map<String, String> signals = new HashMap<>();

  /** The steps that have begun and have no record. */
  final List<String> begun = new ArrayList<>();

  /** What was done. */
  final List<String> events = new ArrayList<>();

  @Nullable StepsDefinition definition;

  /** A context that has only these steps. */
  JobContext context() {
    return (JobContext)
        Proxy.newProxyInstance(
            JobContext.class.getClassLoader(),
            new Class<?>[] {JobContext.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("steps")) {
                definition = (StepsDefinition) arguments[0];
                return this;
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  private record Context(String name, String key) implements StepContext {
    @Override
    public UUID jobId() {
      return JOB;
    }

    @Override
    public String idempotencyKey() {
      return name + "/" + key;
    }
  }

  private static String id(String name, String key) {
    return key.isEmpty() ? name : name + "[" + key + "]";
  }

  private <R> Optional<String> recorded(StepDefinition<R> step, String key) {
    List<String> names = new ArrayList<>(List.of(step.name()));
    names.addAll(step.aliases());
    return names.stream().map(name -> id(name, key)).filter(records::containsKey).findFirst();
  }

  private <R> @Nullable R read(StepDefinition<R> step, String id) {
    return step.result().map(value -> read(value, records.get(id))).orElse(null);
  }

  @SuppressWarnings("unchecked") // a codec reads values of its type
  private static <T> T read(ValueDefinition<T> value, String json) {
    return StoredJson.read(json, value.codec(), (Class<T>) value.valueType(), "the recorded value");
  }

  private <R> @Nullable R record(StepDefinition<R> step, String key, @Nullable R result) {
    step.result()
        .ifPresent(
            value -> {
              List<String> violations =
                  value.validate(result).stream().map(Violation::toString).toList();
              if (!violations.isEmpty()) {
                throw new IllegalArgumentException(violations.toString());
              }
            });
    records.put(
        id(step.name(), key),
        step.result()
            .map(value -> StoredJson.write(result, value.codec(), "the result"))
            .orElse("null"));
    return result;
  }

  @Override
  public <R, X extends Exception> @Nullable R run(
      StepDefinition<R> step, String key, Body<R, X> body) throws X {
    Optional<String> recorded = recorded(step, key);
    if (recorded.isPresent()) {
      return read(step, recorded.get());
    }
    events.add("run " + id(step.name(), key));
    return record(step, key, body.run(new Context(step.name(), key)));
  }

  @Override
  public <R, X extends Exception> @Nullable R runInTransaction(
      StepDefinition<R> step, String key, TransactionBody<R, X> body) throws X {
    Optional<String> recorded = recorded(step, key);
    if (recorded.isPresent()) {
      return read(step, recorded.get());
    }
    events.add("run in a transaction " + id(step.name(), key));
    return record(step, key, body.run(new Context(step.name(), key), connection()));
  }

  private static Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> false);
  }

  @Override
  public <R, X extends Exception> @Nullable R runOnce(
      StepDefinition<R> step, String key, Body<R, X> body, Body<Resolution<R>, X> inDoubt)
      throws X {
    Optional<String> recorded = recorded(step, key);
    if (recorded.isPresent()) {
      return read(step, recorded.get());
    }
    Context context = new Context(step.name(), key);
    if (begun.remove(id(step.name(), key))) {
      events.add("in doubt " + id(step.name(), key));
      Resolution<R> resolution = inDoubt.run(context);
      if (resolution instanceof Resolution.Done<R> done) {
        return record(step, key, done.result());
      }
      events.add(resolution.toString());
    }
    events.add("run once " + id(step.name(), key));
    return record(step, key, body.run(context));
  }

  @Override
  public <S> Optional<S> await(WaitDefinition<S> wait, String key, @Nullable Duration timeout) {
    events.add("await " + id(wait.name(), key) + " for " + timeout);
    return wait.signals().stream()
        .filter(signal -> signals.containsKey(signal.name()))
        .findFirst()
        .map(signal -> read(signal.value(), signals.get(signal.name())));
  }

  @Override
  public void sleep(WaitDefinition<Void> sleep, String key, Duration duration) {
    events.add("sleep " + id(sleep.name(), key) + " for " + duration);
  }

  @Override
  public String token(SignalDefinition<?> signal, String key) {
    return "token-" + id(signal.name(), key);
  }

  @Override
  public <C> Optional<C> cursor(ValueDefinition<C> cursor) {
    return Optional.ofNullable(records.get("cursor")).map(json -> read(cursor, json));
  }

  @Override
  public <C> void saveCursor(ValueDefinition<C> cursor, C value) {
    records.put("cursor", StoredJson.write(value, cursor.codec(), "the cursor"));
  }
}
