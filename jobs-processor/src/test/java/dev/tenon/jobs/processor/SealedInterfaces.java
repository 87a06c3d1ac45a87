package dev.tenon.jobs.processor;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/**
 * Writes the records of a sealed interface as a tagged union: with an additional property, {@code
 * type}, that holds the record's simple name. Only the records that the interface permits are ever
 * read; no class is looked up by a name in the JSON. Immutable and thread-safe.
 */
final class SealedInterfaces extends NopAnnotationIntrospector {

  private static final long serialVersionUID = 1L;
  private static final String TAG = "type";

  @Override
  public Version version() {
    return Version.unknownVersion();
  }

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    return isUnion(annotated.getRawType())
        ? JsonTypeInfo.Value.construct(
            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, TAG, null, false, true, true)
        : null;
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
    if (!isUnion(annotated.getRawType())) {
      return null;
    }
    List<NamedType> records = new ArrayList<>();
    collect(annotated.getRawType(), records);
    return records;
  }

  private static void collect(Class<?> union, List<NamedType> records) {
    for (Class<?> permitted : union.getPermittedSubclasses()) {
      if (isUnion(permitted)) {
        collect(permitted, records);
      } else {
        records.add(new NamedType(permitted, permitted.getSimpleName()));
      }
    }
  }

  private static boolean isUnion(Class<?> type) {
    return type.isInterface() && type.isSealed();
  }
}
