package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.Shapes.Depth;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import dev.tenon.jobs.processor.write.ConstraintWriter.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the body of a method that validates a record. */
final class ValidatorBody {
  private static final CodeBlock REQUIRED = CodeBlock.of("$S", "is required");

  private final ValidatorWriter methods;
  private final ConstraintWriter constraints;
  private final Shapes shapes;
  private final Depth depth;
  private final CodeBlock.Builder out = CodeBlock.builder();

  /** The variable that violations are added to. */
  private String violations = ValidatorWriter.VIOLATIONS;

  /**
   * Creates a writer of one body.
   *
   * @param methods the writer that names the methods that the body calls, and writes them
   * @param constraints the writer that turns constraints into conditions
   * @param shapes the shapes that the record belongs to
   * @param depth the checks that are made on the record
   */
  ValidatorBody(ValidatorWriter methods, ConstraintWriter constraints, Shapes shapes, Depth depth) {
    this.methods = methods;
    this.constraints = constraints;
    this.shapes = shapes;
    this.depth = depth;
  }

  /** Returns the code that checks the record in a variable. */
  CodeBlock record(RecordShape record, String variable, ValuePath path, Scope scope) {
    if (record.alternatives().isEmpty()) {
      components(record, variable, path, scope);
    } else {
      alternatives(record, variable, path, scope);
    }
    return out.build();
  }

  /** Returns the code that checks the value in a variable that is not null. */
  CodeBlock present(ValueShape value, String variable, Scope scope) {
    if (value.presence() == Presence.OPTIONAL) {
      optional(value, variable, ValuePath.ROOT, scope);
    } else {
      present(value, variable, ValuePath.ROOT, scope);
    }
    return out.build();
  }

  /** Writes the checks of a value of a sealed interface, by the record that it is. */
  private void alternatives(RecordShape union, String variable, ValuePath path, Scope scope) {
    boolean isFirst = true;
    for (TypeName alternative : union.alternatives()) {
      if (!shapes.hasChecks(alternative, depth)) {
        continue;
      }
      Scope inner = scope.inner();
      String name = inner.take(GeneratedNames.variable(ValidatorWriter.simpleName(alternative)));
      CodeBlock condition = CodeBlock.of("if ($N instanceof $T $N)", variable, alternative, name);
      if (isFirst) {
        out.beginControlFlow("$L", condition);
      } else {
        out.nextControlFlow("else $L", condition);
      }
      isFirst = false;
      call(alternative, depth, name, path);
    }
    if (!isFirst) {
      out.endControlFlow();
    }
  }

  private void call(TypeName record, Depth how, String variable, ValuePath path) {
    out.addStatement(
        "$N($N, $L, $N)",
        methods.nested(shapes, record, how),
        variable,
        path.expression(),
        violations);
  }

  private void components(RecordShape record, String variable, ValuePath path, Scope scope) {
    for (RecordShape.Component component : record.components()) {
      if (shapes.hasChecks(component.value(), depth)) {
        component(component, variable, path.then(component.jsonName()), scope);
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
    if (component.sensitive() && shapes.hasMap(value)) {
      withoutKeys(value, local, path, scope);
    } else {
      value(value, local, path, scope);
    }
  }

  /** Writes the checks of a sensitive value; paths do not contain the keys of its maps. */
  private void withoutKeys(ValueShape value, String variable, ValuePath path, Scope scope) {
    String around = violations;
    violations = scope.take("hidden");
    out.addStatement(
        "$T $N = $N.at($L)", RuntimeTypes.VIOLATIONS, violations, around, path.expression());
    value(value, variable, path, scope);
    violations = around;
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
    ValueKind kind = value.kind().withoutOptional();
    List<Check> checks = new ArrayList<>();
    for (ConstraintUse use : value.constraints()) {
      constraints
          .check(use.constraint(), kind, variable, constantName(value))
          .map(check -> use.messageText().map(check::saying).orElse(check))
          .ifPresent(checks::add);
    }
    return checks;
  }

  /** The constraint that requires a value to be null. */
  private Optional<ConstraintUse> absent(ValueShape value) {
    return depth == Depth.PRESENCE
        ? Optional.empty()
        : value.constraints().stream()
            .filter(use -> use.constraint() instanceof Constraint.Null)
            .findFirst();
  }

  /** The message for a required value that is null. */
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
    return Literals.string(use.messageText().orElse(otherwise));
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
              CodeBlock.of("$N != null", variable), path, said(absent.get(), "must not be there"));
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

  /** Writes the checks of a variable that is not null. */
  private void present(ValueShape value, String variable, ValuePath path, Scope scope) {
    for (Check check : checks(value, variable)) {
      violation(check.broken(), path, check.message());
    }
    if (shapes.hasChecksInside(value, depth)) {
      CodeBlock.Builder unused = value.content().accept(new Inside(value, variable, path, scope));
    }
  }

  /** Writes the checks of the content of a value. */
  private final class Inside implements Content.Visitor<CodeBlock.Builder> {
    private final ValueShape value;
    private final String variable;
    private final ValuePath path;
    private final Scope scope;

    private Inside(ValueShape value, String variable, ValuePath path, Scope scope) {
      this.value = value;
      this.variable = variable;
      this.path = path;
      this.scope = scope;
    }

    @Override
    public CodeBlock.Builder nothing() {
      return out;
    }

    @Override
    public CodeBlock.Builder notJson(Content.NotJson notJson) {
      return out;
    }

    @Override
    public CodeBlock.Builder constants(Content.Constants constants) {
      return out;
    }

    @Override
    public CodeBlock.Builder components(Content.Components components) {
      call(components.record(), Shapes.depthInside(value, depth), variable, path.inside());
      return out;
    }

    @Override
    public CodeBlock.Builder entries(Content.Entries entries) {
      ValueShape entry = entries.entry();
      Scope inner = scope.inner();
      String index = inner.take("index");
      String element = inner.take("entry");
      String entryPath = inner.take("entryPath");
      out.addStatement("int $N = 0", index);
      out.beginControlFlow("for ($T $N : $N)", entry.type(), element, variable);
      out.addStatement("$T $N = $L", String.class, entryPath, path.entry(index));
      value(entry, element, ValuePath.in(entryPath), inner);
      out.addStatement("$N++", index);
      return out.endControlFlow();
    }

    @Override
    public CodeBlock.Builder mappings(Content.Mappings mappings) {
      Scope inner = scope.inner();
      String mapping = inner.take("entry");
      String key = inner.take("key");
      String element = inner.take("value");
      String entryPath = inner.take("entryPath");
      out.beginControlFlow("for (var $N : $N.entrySet())", mapping, variable);
      out.addStatement("$T $N = $N.getKey()", mappings.key().type(), key, mapping);
      if (shapes.hasChecks(mappings.key(), depth)) {
        value(mappings.key(), key, path.then("<key>"), inner);
      }
      if (shapes.hasChecks(mappings.value(), depth)) {
        out.addStatement("$T $N = $N.getValue()", mappings.value().type(), element, mapping);
        out.addStatement("$T $N = $L", String.class, entryPath, path.entry(key));
        value(mappings.value(), element, ValuePath.in(entryPath), inner);
      }
      return out.endControlFlow();
    }

    @Override
    public CodeBlock.Builder wrapped(Content.Wrapped wrapped) {
      optional(value, variable, path, scope);
      return out;
    }
  }

  private void violation(CodeBlock broken, ValuePath path, CodeBlock message) {
    out.beginControlFlow("if ($L)", broken);
    add(path, message);
    out.endControlFlow();
  }

  private void add(ValuePath path, CodeBlock message) {
    out.addStatement("$N.add($L, $L)", violations, path.expression(), message);
  }
}
