package dev.tenon.jobs.api;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Types with their arguments, and with {@code ?} after what may be null. */
final class ApiTypes {

  private ApiTypes() {}

  static String texts(AnnotatedType[] types, String separator) {
    return Arrays.stream(types).map(ApiTypes::text).collect(Collectors.joining(separator));
  }

  static String text(AnnotatedType type) {
    String nullable = type.isAnnotationPresent(Nullable.class) ? "?" : "";
    if (type instanceof AnnotatedArrayType array) {
      return text(array.getAnnotatedGenericComponentType()) + nullable + "[]";
    }
    if (type instanceof AnnotatedWildcardType wildcard) {
      if (wildcard.getAnnotatedLowerBounds().length > 0) {
        return "? super " + texts(wildcard.getAnnotatedLowerBounds(), " & ");
      }
      String bounds = texts(wildcard.getAnnotatedUpperBounds(), " & ");
      return bounds.equals("Object") || bounds.isEmpty() ? "?" : "? extends " + bounds;
    }
    if (type instanceof AnnotatedParameterizedType parameterized) {
      Type raw = ((ParameterizedType) parameterized.getType()).getRawType();
      return name(raw)
          + "<"
          + texts(parameterized.getAnnotatedActualTypeArguments(), ", ")
          + ">"
          + nullable;
    }
    return name(type.getType()) + nullable;
  }

  private static String name(Type type) {
    return type.getTypeName().replaceFirst("^java\\.lang\\.(?=[A-Z])", "").replace('$', '.');
  }
}
