package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.Shapes.Depth;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.TypeNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.Modifier;

/**
 * Writes the methods that validate records: one for each root, and one for each record reachable
 * from a root.
 */
final class ValidatorWriter {

  static final String VIOLATIONS = "violations";
  private static final String PATH = "path";

  private final Scope methodNames = Scope.of();
  private final ConstraintWriter constraints;
  private final Map<TypeName, String> rootMethods = new HashMap<>();
  private final Map<Nested, String> nestedMethods = new LinkedHashMap<>();
  private final Deque<Runnable> nestedToWrite = new ArrayDeque<>();
  private final List<MethodSpec> methods = new ArrayList<>();

  /**
   * Creates a writer for one class.
   *
   * @param inputs the names of constants that the class has in addition to its definition
   */
  ValidatorWriter(List<String> inputs) {
    Scope constants = Scope.of("DEFINITION");
    inputs.forEach(constants::take);
    this.constraints = new ConstraintWriter(constants);
  }

  /** A record reachable from a root, and the checks that are made on it. */
  private record Nested(TypeName record, Depth depth) {}

  /**
   * Writes the method that validates a root, and the methods that it calls. If the record already
   * has a method, because the previous root is the same or leads to it, that method is used.
   *
   * @param wish the name of the method, unless it already exists
   * @param parameter the name of its parameter
   * @return the name of the method; empty if there is nothing to check
   */
  Optional<String> root(Shapes shapes, String wish, String parameter) {
    if (!shapes.hasChecks(shapes.root(), Depth.ALL)) {
      return Optional.empty();
    }
    return Optional.of(
        rootMethods.computeIfAbsent(
            shapes.root(),
            root -> {
              String name = methodNames.take(wish);
              int position = methods.size();
              CodeBlock inline =
                  new ValidatorBody(this, constraints, shapes, Depth.ALL)
                      .record(
                          shapes.get(root),
                          parameter,
                          ValuePath.ROOT,
                          Scope.of(parameter, VIOLATIONS));
              while (!nestedToWrite.isEmpty()) {
                nestedToWrite.remove().run();
              }
              Optional<String> same =
                  Optional.ofNullable(nestedMethods.get(new Nested(root, Depth.ALL)));
              methods.add(
                  position,
                  method(name, root, parameter)
                      .addParameter(RuntimeTypes.VIOLATIONS, VIOLATIONS)
                      .addCode(same.map(nested -> delegation(nested, parameter)).orElse(inline))
                      .build());
              return name;
            }));
  }

  /**
   * Writes the method that validates a value that is kept with a job, and the methods that it
   * calls.
   *
   * @param wish the name of the method, unless it already exists
   * @param parameter the name of its parameter
   * @return the name of the method; empty if there is nothing to check
   */
  Optional<String> root(StoredValue stored, String wish, String parameter) {
    if (stored.isRecord()) {
      return root(stored.shapes(), wish, parameter);
    }
    if (!stored.hasChecks()) {
      return Optional.empty();
    }
    String name = methodNames.take(wish);
    int position = methods.size();
    CodeBlock body =
        new ValidatorBody(this, constraints, stored.shapes(), Depth.ALL)
            .present(stored.value(), parameter, Scope.of(parameter, VIOLATIONS));
    while (!nestedToWrite.isEmpty()) {
      nestedToWrite.remove().run();
    }
    methods.add(
        position,
        method(name, CodecWriter.boxed(stored.type()), parameter)
            .addParameter(RuntimeTypes.VIOLATIONS, VIOLATIONS)
            .addCode(body)
            .build());
    return Optional.of(name);
  }

  private static CodeBlock delegation(String nested, String parameter) {
    return CodeBlock.builder()
        .addStatement("$N($N, $S, $N)", nested, parameter, "", VIOLATIONS)
        .build();
  }

  private static MethodSpec.Builder method(String name, TypeName record, String parameter) {
    return MethodSpec.methodBuilder(name)
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .addParameter(record, parameter);
  }

  /** The methods, with those of roots before those that they call. */
  List<MethodSpec> methods() {
    return methods;
  }

  /** The constants that the methods use. */
  List<FieldSpec> constants() {
    return constraints.constants();
  }

  /**
   * The name of the method that validates a nested record. The method itself is generated later.
   */
  String nested(Shapes shapes, TypeName record, Depth depth) {
    return nestedMethods.computeIfAbsent(
        new Nested(record, depth),
        nested -> {
          String verb = depth == Depth.ALL ? "validate" : "require";
          String name = methodNames.take(verb + CodecNames.joined(record));
          nestedToWrite.add(() -> writeNested(shapes, nested, name));
          return name;
        });
  }

  private void writeNested(Shapes shapes, Nested nested, String name) {
    Scope scope = Scope.of(PATH, VIOLATIONS);
    String parameter = scope.take(GeneratedNames.variable(simpleName(nested.record())));
    methods.add(
        method(name, nested.record(), parameter)
            .addParameter(String.class, PATH)
            .addParameter(RuntimeTypes.VIOLATIONS, VIOLATIONS)
            .addCode(
                new ValidatorBody(this, constraints, shapes, nested.depth())
                    .record(shapes.get(nested.record()), parameter, ValuePath.in(PATH), scope))
            .build());
  }

  static String simpleName(TypeName type) {
    return TypeNames.raw(type).simpleName();
  }
}
