package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.WildcardTypeName;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Writes the codec of a value as an expression. */
final class CodecExpression {

  /**
   * The implementations of interfaces, except for {@code List} and {@code Map}, which need none
   * here.
   */
  private static final Map<String, Class<?>> IMPLEMENTATIONS =
      Map.ofEntries(
          Map.entry("java.util.Collection", ArrayList.class),
          Map.entry("java.util.SequencedCollection", ArrayList.class),
          Map.entry("java.util.Set", LinkedHashSet.class),
          Map.entry("java.util.SequencedSet", LinkedHashSet.class),
          Map.entry("java.util.SortedSet", TreeSet.class),
          Map.entry("java.util.NavigableSet", TreeSet.class),
          Map.entry("java.util.Queue", LinkedList.class),
          Map.entry("java.util.Deque", LinkedList.class),
          Map.entry("java.util.SequencedMap", LinkedHashMap.class),
          Map.entry("java.util.SortedMap", TreeMap.class),
          Map.entry("java.util.NavigableMap", TreeMap.class),
          Map.entry("java.util.concurrent.ConcurrentMap", ConcurrentHashMap.class));

  private final CodecWriter codecs;
  private final Shapes shapes;

  CodecExpression(CodecWriter codecs, Shapes shapes) {
    this.codecs = codecs;
    this.shapes = shapes;
  }

  /** The codec of a value that is not null. */
  CodeBlock of(ValueShape value) {
    return value.content().accept(new OfContent(value.type()));
  }

  /** The codec of an entry of a container, which may be null. */
  private CodeBlock entry(ValueShape entry) {
    CodeBlock codec = of(entry);
    return entry.presence() == Presence.NULLABLE ? call("nullable($L)", codec) : codec;
  }

  private static CodeBlock call(String format, Object... arguments) {
    return CodeBlock.of("$T.$L", RuntimeTypes.JSON_CODECS, CodeBlock.of(format, arguments));
  }

  private final class OfContent implements Content.Visitor<CodeBlock> {
    private final TypeName type;

    private OfContent(TypeName type) {
      this.type = type;
    }

    @Override
    public CodeBlock nothing() {
      return call("$L", CodecNames.simple(type));
    }

    @Override
    public CodeBlock notJson(Content.NotJson notJson) {
      throw new IllegalStateException("No codec carries " + type);
    }

    @Override
    public CodeBlock constants(Content.Constants constants) {
      return codecs.ofEnum(type, constants);
    }

    @Override
    public CodeBlock components(Content.Components components) {
      return codecs.record(shapes, components.record());
    }

    @Override
    public CodeBlock wrapped(Content.Wrapped wrapped) {
      return orCovariant(call("optional($L)", of(wrapped.value())));
    }

    @Override
    public CodeBlock entries(Content.Entries entries) {
      if (type instanceof ArrayTypeName array) {
        return array(array.componentType(), entries.entry());
      }
      CodeBlock entry = entry(entries.entry());
      return switch (TypeNames.raw(type).canonicalName()) {
        case "java.util.List" -> orCovariant(call("list($L)", entry));
        case "java.lang.Iterable" -> orCovariant(call("iterable($L)", entry));
        default -> orCovariant(made("collection", "$L, $L", entry, empty()));
      };
    }

    private CodeBlock array(TypeName component, ValueShape entry) {
      if (component.isPrimitive()) {
        return call("$LS", CodecNames.simple(component));
      }
      TypeName innermost = component;
      StringBuilder brackets = new StringBuilder("[]");
      while (innermost instanceof ArrayTypeName array) {
        innermost = array.componentType();
        brackets.append("[]");
      }
      return innermost instanceof ParameterizedTypeName generic
          ? call(
              "arrayOfGeneric($L, $T<$L>$L::new)",
              entry(entry),
              generic.rawType(),
              String.join(", ", Collections.nCopies(generic.typeArguments().size(), "?")),
              brackets)
          : call("array($L, $T[]::new)", entry(entry), component);
    }

    @Override
    public CodeBlock mappings(Content.Mappings mappings) {
      CodeBlock key = of(mappings.key());
      CodeBlock value = entry(mappings.value());
      return TypeNames.raw(type).canonicalName().equals("java.util.Map")
          ? orCovariant(call("map($L, $L)", key, value))
          : orCovariant(made("map", "$L, $L, $L", key, value, empty()));
    }

    /** A call whose result is of the type of the container, wildcards replaced by their bounds. */
    private CodeBlock made(String method, String format, Object... arguments) {
      if (!hasWildcards() && !isNested()) {
        return call("$L($L)", method, CodeBlock.of(format, arguments));
      }
      ParameterizedTypeName exact = exact();
      CodeBlock.Builder types = CodeBlock.builder();
      exact.typeArguments().forEach(argument -> types.add("$T, ", argument));
      return call("<$L$T>$L($L)", types.build(), exact, method, CodeBlock.of(format, arguments));
    }

    private CodeBlock orCovariant(CodeBlock codec) {
      return hasWildcards() ? call("covariant($L)", codec) : codec;
    }

    private boolean hasWildcards() {
      return type instanceof ParameterizedTypeName generic
          && generic.typeArguments().stream().anyMatch(WildcardTypeName.class::isInstance);
    }

    /** Eclipse's compiler does not infer the types of containers in containers. */
    private boolean isNested() {
      return type instanceof ParameterizedTypeName generic
          && generic.typeArguments().stream().anyMatch(ParameterizedTypeName.class::isInstance);
    }

    private ParameterizedTypeName exact() {
      ParameterizedTypeName generic = (ParameterizedTypeName) type;
      return ParameterizedTypeName.get(
          generic.rawType(),
          generic.typeArguments().stream()
              .map(
                  argument ->
                      argument instanceof WildcardTypeName wildcard
                          ? wildcard.upperBounds().get(0)
                          : argument)
              .toArray(TypeName[]::new));
    }

    /** The expression that makes an empty container. */
    private CodeBlock empty() {
      ClassName raw = TypeNames.raw(type);
      if (raw.canonicalName().equals("java.util.EnumMap")) {
        return CodeBlock.of("() -> new $T<>($T.class)", raw, exact().typeArguments().get(0));
      }
      Class<?> implementation = IMPLEMENTATIONS.get(raw.canonicalName());
      return implementation == null
          ? CodeBlock.of("$T::new", raw)
          : CodeBlock.of("$T::new", implementation);
    }
  }
}
