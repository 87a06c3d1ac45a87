package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.Shapes.Depth;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Content;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import dev.tenon.jobs.processor.write.ConstraintWriter.Check;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.Modifier;

/**
 * Writes the methods that validate records: one for each root, and one for each record that a root
 * leads to.
 */
final class ValidatorWriter {

  private static final String VIOLATIONS = "violations";
  private static final String PATH = "path";
  private static final CodeBlock REQUIRED = CodeBlock.of("$S", "is required");

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
                new Body(shapes, Depth.ALL)
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
  private String nested(Shapes shapes, TypeName record, Depth depth) {
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
    String parameter = scope.take(GeneratedNames.variable(last(nested.record())));
    methods.add(
        MethodSpec.methodBuilder(name)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
            .addParameter(nested.record(), parameter)
            .addParameter(String.class, PATH)
            .addParameter(RuntimeTypes.VIOLATIONS, VIOLATIONS)
            .addCode(
                new Body(shapes, nested.depth())
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

  private static String last(TypeName type) {
    return type instanceof ParameterizedTypeName parameterized
        ? parameterized.rawType().simpleName()
        : ((ClassName) type).simpleName();
  }

  /** The body of one method. */
  private final class Body {
    private final Shapes shapes;
    private final Depth depth;
    private final CodeBlock.Builder out = CodeBlock.builder();

    private Body(Shapes shapes, Depth depth) {
      this.shapes = shapes;
      this.depth = depth;
    }

    private CodeBlock record(RecordShape record, String variable, ValuePath path, Scope scope) {
      if (record.alternatives().isEmpty()) {
        components(record, variable, path, scope);
      } else {
        alternatives(record, variable, path, scope);
      }
      return out.build();
    }

    /** Writes the checks of the record that a value of a sealed interface is. */
    private void alternatives(RecordShape union, String variable, ValuePath path, Scope scope) {
      boolean isFirst = true;
      for (TypeName alternative : union.alternatives()) {
        if (!shapes.hasChecks(alternative, depth)) {
          continue;
        }
        Scope inner = scope.inner();
        String name = inner.take(GeneratedNames.variable(last(alternative)));
        CodeBlock condition = CodeBlock.of("if ($N instanceof $T $N)", variable, alternative, name);
        if (isFirst) {
          out.beginControlFlow("$L", condition);
        } else {
          out.nextControlFlow("else $L", condition);
        }
        isFirst = false;
        if (path.equals(ValuePath.ROOT)) {
          components(shapes.get(alternative), name, path, inner);
        } else {
          call(alternative, depth, name, path);
        }
      }
      if (!isFirst) {
        out.endControlFlow();
      }
    }

    private void call(TypeName record, Depth how, String variable, ValuePath path) {
      out.addStatement(
          "$N($N, $L, $N)", nested(shapes, record, how), variable, path.expression(), VIOLATIONS);
    }

    private void components(RecordShape record, String variable, ValuePath path, Scope scope) {
      for (RecordShape.Component component : record.components()) {
        if (shapes.hasChecks(component.value(), depth)) {
          component(component, variable, path.component(component.name()), scope);
        }
      }
    }

    private void component(
        RecordShape.Component component, String record, ValuePath path, Scope scope) {
      ValueShape value = component.value();
      String accessor = record + "." + component.name() + "()";
      if (isOnlyRequired(value)) {
        violation(CodeBlock.of("$L == null", accessor), path, required(value));
        return;
      }
      String local = scope.take(component.name());
      out.addStatement("$T $N = $L", value.type(), local, accessor);
      value(value, local, path, scope);
    }

    private boolean isOnlyRequired(ValueShape value) {
      return value.presence() == Presence.REQUIRED
          && checks(value, "unused").isEmpty()
          && !shapes.hasChecksInside(value, depth);
    }

    private List<Check> checks(ValueShape value, String variable) {
      if (depth == Depth.PRESENCE) {
        return List.of();
      }
      ValueKind kind = unwrappedKind(value.kind());
      List<Check> checks = new ArrayList<>();
      for (ConstraintUse use : value.constraints()) {
        constraints
            .check(use.constraint(), kind, variable, constantName(value))
            .map(check -> use.messageText().map(check::saying).orElse(check))
            .ifPresent(checks::add);
      }
      return checks;
    }

    /** The constraint by which a value must not be there. */
    private Optional<ConstraintUse> absent(ValueShape value) {
      return depth == Depth.PRESENCE
          ? Optional.empty()
          : value.constraints().stream()
              .filter(use -> use.constraint() instanceof Constraint.Null)
              .findFirst();
    }

    /** What is said of a value that is required, but is not there. */
    private CodeBlock required(ValueShape value) {
      return depth == Depth.PRESENCE
          ? REQUIRED
          : value.constraints().stream()
              .filter(ConstraintUse::refusesNull)
              .filter(use -> use.message().isPresent())
              .findFirst()
              .map(use -> said(use, ""))
              .orElse(REQUIRED);
    }

    private static CodeBlock said(ConstraintUse use, String otherwise) {
      return CodeBlock.of("$S", use.messageText().orElse(otherwise));
    }

    private static String constantName(ValueShape value) {
      return value.path().replaceAll("[^A-Za-z0-9_]", "");
    }

    /** Writes all checks of a variable. */
    private void value(ValueShape value, String variable, ValuePath path, Scope scope) {
      switch (value.presence()) {
        case PRIMITIVE, WRAPPED -> present(value, variable, path, scope);
        case OPTIONAL -> optional(value, variable, path, scope);
        case NULLABLE -> {
          List<Check> checks = checks(value, variable);
          Optional<ConstraintUse> absent = absent(value);
          if (absent.isPresent()) {
            violation(
                CodeBlock.of("$N != null", variable),
                path,
                said(absent.get(), "must not be there"));
          } else if (checks.size() == 1 && !shapes.hasChecksInside(value, depth)) {
            Check only = checks.get(0);
            boolean either = only.broken().toString().contains("||");
            violation(
                CodeBlock.of(
                    either ? "$N != null && ($L)" : "$N != null && $L", variable, only.broken()),
                path,
                only.message());
          } else {
            out.beginControlFlow("if ($N != null)", variable);
            present(value, variable, path, scope.inner());
            out.endControlFlow();
          }
        }
        case REQUIRED -> {
          out.beginControlFlow("if ($N == null)", variable);
          add(path, required(value));
          List<Check> checks = checks(value, variable);
          boolean inside = shapes.hasChecksInside(value, depth);
          if (checks.size() == 1 && !inside) {
            out.nextControlFlow("else if ($L)", checks.get(0).broken());
            add(path, checks.get(0).message());
          } else if (!checks.isEmpty() || inside) {
            out.nextControlFlow("else");
            present(value, variable, path, scope.inner());
          }
          out.endControlFlow();
        }
      }
    }

    private void optional(ValueShape value, String variable, ValuePath path, Scope scope) {
      Scope inner = scope.inner();
      String content = inner.take("value");
      out.beginControlFlow("if ($N != null && $N.isPresent())", variable, variable);
      if (value.content() instanceof Content.Wrapped wrapped) {
        out.addStatement("$T $N = $N.get()", wrapped.value().type(), content, variable);
        present(wrapped.value(), content, path, inner);
      } else {
        String get =
            switch (value.kind()) {
              case OPTIONAL_INT -> "int $N = $N.getAsInt()";
              case OPTIONAL_LONG -> "long $N = $N.getAsLong()";
              default -> "double $N = $N.getAsDouble()";
            };
        out.addStatement(get, content, variable);
        present(value, content, path, inner);
      }
      out.endControlFlow();
    }

    private static ValueKind unwrappedKind(ValueKind kind) {
      return switch (kind) {
        case OPTIONAL_INT -> ValueKind.INT;
        case OPTIONAL_LONG -> ValueKind.LONG;
        case OPTIONAL_DOUBLE -> ValueKind.DOUBLE;
        default -> kind;
      };
    }

    /** Writes the checks of a variable that is not null. */
    private void present(ValueShape value, String variable, ValuePath path, Scope scope) {
      for (Check check : checks(value, variable)) {
        violation(check.broken(), path, check.message());
      }
      Content content = value.content();
      if (!shapes.hasChecksInside(value, depth)) {
        return;
      }
      if (content instanceof Content.Components components) {
        call(components.record(), Shapes.depthInside(value, depth), variable, path);
      } else if (content instanceof Content.Entries entries) {
        entries(entries.entry(), variable, path, scope);
      } else if (content instanceof Content.Mappings mappings) {
        mappings(mappings, variable, path, scope);
      } else if (content instanceof Content.Wrapped) {
        optional(value, variable, path, scope);
      }
    }

    private void entries(ValueShape entry, String variable, ValuePath path, Scope around) {
      Scope scope = around.inner();
      String index = scope.take("index");
      String element = scope.take("entry");
      String entryPath = scope.take("entryPath");
      out.addStatement("int $N = 0", index);
      out.beginControlFlow("for ($T $N : $N)", entry.type(), element, variable);
      out.addStatement("$T $N = $L", String.class, entryPath, path.entry(index));
      value(entry, element, ValuePath.in(entryPath), scope);
      out.addStatement("$N++", index);
      out.endControlFlow();
    }

    private void mappings(
        Content.Mappings mappings, String variable, ValuePath path, Scope around) {
      Scope scope = around.inner();
      String mapping = scope.take("entry");
      String key = scope.take("key");
      String element = scope.take("value");
      String entryPath = scope.take("entryPath");
      out.beginControlFlow("for (var $N : $N.entrySet())", mapping, variable);
      out.addStatement("$T $N = $N.getKey()", mappings.key().type(), key, mapping);
      if (shapes.hasChecks(mappings.key(), depth)) {
        value(mappings.key(), key, path.then("<key>"), scope);
      }
      if (shapes.hasChecks(mappings.value(), depth)) {
        out.addStatement("$T $N = $N.getValue()", mappings.value().type(), element, mapping);
        out.addStatement("$T $N = $L", String.class, entryPath, path.entry(key));
        value(mappings.value(), element, ValuePath.in(entryPath), scope);
      }
      out.endControlFlow();
    }

    private void violation(CodeBlock broken, ValuePath path, CodeBlock message) {
      out.beginControlFlow("if ($L)", broken);
      add(path, message);
      out.endControlFlow();
    }

    private void add(ValuePath path, CodeBlock message) {
      out.addStatement("$N.add($L, $L)", VIOLATIONS, path.expression(), message);
    }
  }
}
