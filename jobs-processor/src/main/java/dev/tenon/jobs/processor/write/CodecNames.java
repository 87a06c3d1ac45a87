package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.WildcardTypeName;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;

/** The names of the constants and methods of generated codecs, derived from types. */
final class CodecNames {

  private CodecNames() {}

  /** The constant of a type: {@code WidgetBatch} makes {@code WIDGET_BATCH}. */
  static String constant(TypeName type) {
    return GeneratedNames.constant(joined(type));
  }

  /** The constant of a container: {@code List<@Nullable Item>} makes {@code NULLABLE_ITEM_LIST}. */
  static String constant(ValueShape container) {
    return GeneratedNames.constant(
        (hasNullable(container) ? "Nullable" : "") + joined(container.type()));
  }

  private static boolean hasNullable(ValueShape container) {
    return container.content().values().stream()
        .anyMatch(value -> value.presence() == Presence.NULLABLE && !isKey(container, value));
  }

  private static boolean isKey(ValueShape container, ValueShape value) {
    return container.content().values().size() == 2
        && container.content().values().get(0).equals(value);
  }

  /**
   * The words of a type: {@code List<Item>} makes {@code ItemList}, and {@code Page<@Nullable
   * Item>} makes {@code NullableItemPage}.
   */
  static String joined(TypeName type) {
    if (type instanceof ParameterizedTypeName generic) {
      StringBuilder name = new StringBuilder();
      for (TypeName argument : generic.typeArguments()) {
        argument.annotations().forEach(annotation -> name.append(joined(annotation.type())));
        name.append(joined(argument));
      }
      return name + GeneratedNames.joined(generic.rawType());
    }
    if (type instanceof ArrayTypeName array) {
      return joined(array.componentType()) + "Array";
    }
    if (type instanceof WildcardTypeName wildcard) {
      return joined(wildcard.upperBounds().get(0));
    }
    return type instanceof ClassName name
        ? GeneratedNames.joined(name)
        : type.box() instanceof ClassName box ? box.simpleName() : "Value";
  }

  /** The constant of {@code JsonCodecs} for a type of the JDK. */
  static String simple(TypeName type) {
    if (type.isBoxedPrimitive()) {
      return simple(type.unbox());
    }
    return type instanceof ClassName name
        ? GeneratedNames.constant(name.simpleName())
        : GeneratedNames.constant(type.toString());
  }
}
