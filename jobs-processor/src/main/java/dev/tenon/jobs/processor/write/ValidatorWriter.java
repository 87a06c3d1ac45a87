package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.Shapes.Depth;
import dev.tenon.jobs.processor.model.TypeNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Modifier;

/**
 * Writes the methods that validate records: one for each root, and one for each record that a root
 * leads to.
 */
final class ValidatorWriter {

  static final String VIOLATIONS = "violations";
  private static final String PATH = "path";

  private final Scope methodNames = Scope.of();
  private final ConstraintWriter constraints = new ConstraintWriter(Scope.of("DEFINITION"));
  private final Map<Nested, String> nestedMethods = new LinkedHashMap<>();
  private final Deque<Runnable> nestedToWrite = new ArrayDeque<>();
  private final List<MethodSpec> methods = new ArrayList<>();

  /** A record that a root leads to, and how much of it is checked. */
  private record Nested(TypeName record, Depth depth) {}

  /**
   * Writes the method that validates a root, and those that it calls.
   *
   * @param methodName the name of the method
   * @param parameter the name of its parameter
   */
  void root(Shapes shapes, String methodName, String parameter) {
    methodNames.take(methodName);
    methods.add(
        MethodSpec.methodBuilder(methodName)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
            .addParameter(shapes.root(), parameter)
            .addParameter(RuntimeTypes.VIOLATIONS, VIOLATIONS)
            .addCode(
                new ValidatorBody(this, constraints, shapes, Depth.ALL)
                    .record(
                        shapes.get(shapes.root()),
                        parameter,
                        ValuePath.ROOT,
                        Scope.of(parameter, VIOLATIONS)))
            .build());
    while (!nestedToWrite.isEmpty()) {
      nestedToWrite.remove().run();
    }
  }

  /** The methods, those of roots before those that they call. */
  List<MethodSpec> methods() {
    return methods;
  }

  /** The constants that the methods use. */
  List<FieldSpec> constants() {
    return constraints.constants();
  }

  /** The name of the method that validates a nested record; it is written later. */
  String nested(Shapes shapes, TypeName record, Depth depth) {
    return nestedMethods.computeIfAbsent(
        new Nested(record, depth),
        nested -> {
          String verb = depth == Depth.ALL ? "validate" : "require";
          String name = methodNames.take(verb + joined(record));
          nestedToWrite.add(() -> writeNested(shapes, nested, name));
          return name;
        });
  }

  private void writeNested(Shapes shapes, Nested nested, String name) {
    Scope scope = Scope.of(PATH, VIOLATIONS);
    String parameter = scope.take(GeneratedNames.variable(simpleName(nested.record())));
    methods.add(
        MethodSpec.methodBuilder(name)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
            .addParameter(nested.record(), parameter)
            .addParameter(String.class, PATH)
            .addParameter(RuntimeTypes.VIOLATIONS, VIOLATIONS)
            .addCode(
                new ValidatorBody(this, constraints, shapes, nested.depth())
                    .record(shapes.get(nested.record()), parameter, ValuePath.in(PATH), scope))
            .build());
  }

  private static String joined(TypeName type) {
    if (type instanceof ParameterizedTypeName parameterized) {
      StringBuilder name = new StringBuilder(GeneratedNames.joined(parameterized.rawType()));
      parameterized.typeArguments().forEach(argument -> name.append(joined(argument)));
      return name.toString();
    }
    return type instanceof ClassName name ? GeneratedNames.joined(name) : "Value";
  }

  static String simpleName(TypeName type) {
    return TypeNames.raw(type).simpleName();
  }
}
