package dev.tenon.jobs.faults;

import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The codecs of the records of the suite, as the processor would write them. */
final class FaultCodecs {

  private FaultCodecs() {}

  /** Makes a record. */
  @FunctionalInterface
  interface Make<A, T> {
    T make(A action, int millis, @Nullable String padding);
  }

  /** The codec of a record with an action, a number and a text. */
  static <A, T> JsonCodec<T> ofThree(
      JsonCodec<A> actions,
      Function<T, A> action,
      ToIntFunction<T> millis,
      Function<T, @Nullable String> padding,
      Make<A, T> make) {
    return JsonCodec.of(
        (json, value) -> {
          json.startObject();
          json.property("action", action.apply(value), actions);
          json.property("millis", millis.applyAsInt(value));
          json.property("padding", padding.apply(value), JsonCodecs.STRING);
          json.endObject();
        },
        json -> {
          @Nullable A first = null;
          @Nullable Integer second = null;
          @Nullable String third = null;
          json.startObject();
          for (String name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
              case "action" -> first = json.nullable(actions);
              case "millis" -> second = json.intValue();
              case "padding" -> third = json.nullable(JsonCodecs.STRING);
              default -> json.skipValue();
            }
          }
          return make.make(json.required("action", first), json.required("millis", second), third);
        });
  }

  /** The codec of a record with an execution. */
  static <T> JsonCodec<T> ofOne(Function<T, String> execution, Function<String, T> make) {
    return JsonCodec.of(
        (json, value) -> {
          json.startObject();
          json.property("execution", execution.apply(value), JsonCodecs.STRING);
          json.endObject();
        },
        json -> {
          @Nullable String found = null;
          json.startObject();
          for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (name.equals("execution")) {
              found = json.stringValue();
            } else {
              json.skipValue();
            }
          }
          return make.apply(json.required("execution", found));
        });
  }

  /** The codec of a signal. */
  static JsonCodec<DurableJobs.Go> go() {
    return JsonCodec.of(
        (json, value) -> {
          json.startObject();
          json.property("id", value.id(), JsonCodecs.STRING);
          json.property("job", value.job(), JsonCodecs.UUID);
          json.endObject();
        },
        json -> {
          @Nullable String id = null;
          @Nullable UUID job = null;
          json.startObject();
          for (String name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
              case "id" -> id = json.stringValue();
              case "job" -> job = json.nullable(JsonCodecs.UUID);
              default -> json.skipValue();
            }
          }
          return new DurableJobs.Go(json.required("id", id), json.required("job", job));
        });
  }
}
