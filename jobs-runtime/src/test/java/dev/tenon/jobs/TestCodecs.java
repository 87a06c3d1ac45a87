package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JsonCodec;
import dev.tenon.jobs.definition.JsonCodecs;
import dev.tenon.jobs.definition.JsonReader;
import dev.tenon.jobs.definition.JsonWriter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Codecs of the small records that tests of the runtime have as payloads, which no processor sees.
 * They know texts, ints, longs, enums, lists, and records of these.
 */
public final class TestCodecs {

  private TestCodecs() {}

  /**
   * Starts a definition with codecs, of a type that has a queue of its own: tests then know where
   * its pointers are, whichever other types the worker handles.
   */
  public static <P, R> JobDefinition.Builder<P, R> builder(
      String type, Class<P> payloadType, Class<R> resultType) {
    return sharing(type, payloadType, resultType).routingKey(JobDefinition.defaultRoutingKey(type));
  }

  /** Starts a definition with codecs, of a type that shares the queue of its module. */
  public static <P, R> JobDefinition.Builder<P, R> sharing(
      String type, Class<P> payloadType, Class<R> resultType) {
    JobDefinition.Builder<P, R> builder =
        JobDefinition.builder(type, payloadType, resultType).payloadCodec(of(payloadType));
    return resultType == Void.class ? builder : builder.resultCodec(of(resultType));
  }

  /** The codec of a record. */
  @SuppressWarnings("unchecked")
  public static <T> JsonCodec<T> of(Class<T> type) {
    return (JsonCodec<T>) codec(type);
  }

  private static JsonCodec<?> codec(Type type) {
    if (type == String.class) {
      return JsonCodecs.STRING;
    }
    if (type == int.class || type == Integer.class) {
      return JsonCodecs.INT;
    }
    if (type == long.class || type == Long.class) {
      return JsonCodecs.LONG;
    }
    if (type instanceof ParameterizedType list) {
      return JsonCodecs.list(codec(list.getActualTypeArguments()[0]));
    }
    Class<?> raw = (Class<?>) type;
    return raw.isEnum() ? ofEnum(raw) : new OfRecord<>(raw);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static JsonCodec<?> ofEnum(Class<?> type) {
    return JsonCodecs.enumOf((Enum[]) type.getEnumConstants());
  }

  private record OfRecord<T>(Class<T> type) implements JsonCodec<T> {

    @Override
    public void write(JsonWriter json, T value) {
      json.startObject();
      for (RecordComponent component : type.getRecordComponents()) {
        property(json, component, get(component, value));
      }
      json.endObject();
    }

    @SuppressWarnings("unchecked")
    private static <V> void property(
        JsonWriter json, RecordComponent component, @Nullable V value) {
      json.property(component.getName(), value, (JsonCodec<V>) codec(component.getGenericType()));
    }

    private static @Nullable Object get(RecordComponent component, Object value) {
      try {
        component.getAccessor().setAccessible(true);
        return component.getAccessor().invoke(value);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("A component cannot be read.", e);
      }
    }

    @Override
    public T read(JsonReader json) {
      Map<String, Object> values = new HashMap<>();
      json.startObject();
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        values.put(name, read(json, name));
      }
      Object[] arguments =
          Arrays.stream(type.getRecordComponents())
              .map(
                  component ->
                      component.getType().isPrimitive()
                          ? json.required(component.getName(), values.get(component.getName()))
                          : values.get(component.getName()))
              .toArray();
      try {
        var constructor =
            type.getDeclaredConstructor(
                Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        return constructor.newInstance(arguments);
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(e);
      }
    }

    private @Nullable Object read(JsonReader json, String name) {
      for (RecordComponent component : type.getRecordComponents()) {
        if (component.getName().equals(name)) {
          return json.nullable(codec(component.getGenericType()));
        }
      }
      json.skipValue();
      return null;
    }
  }
}
