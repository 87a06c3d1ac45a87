package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the bodies of the two methods that write and read a record, or a sealed interface. */
final class CodecBody {

  /** The name of the generated parameter. */
  static final String JSON = "json";

  private static final String TAG = "type";
  private static final int MAX_LISTED = 10;

  private final CodecWriter codecs;
  private final Shapes shapes;

  CodecBody(CodecWriter codecs, Shapes shapes) {
    this.codecs = codecs;
    this.shapes = shapes;
  }

  /** Writes the code that writes the value of a variable. */
  CodeBlock write(RecordShape shape, String variable, Scope scope) {
    return shape.alternatives().isEmpty()
        ? writeComponents(shape, variable)
        : writeAlternatives(shape, variable, scope);
  }

  private CodeBlock writeComponents(RecordShape shape, String variable) {
    CodeBlock.Builder out = CodeBlock.builder().addStatement("$N.startObject()", JSON);
    for (RecordShape.Component component : shape.components()) {
      ValueShape value = component.value();
      if (value.presence() == Presence.PRIMITIVE) {
        out.addStatement(
            "$N.property($L, $N.$N())",
            JSON,
            Literals.string(component.jsonName()),
            variable,
            component.name());
      } else {
        out.addStatement(
            "$N.property($L, $N.$N(), $L)",
            JSON,
            Literals.string(component.jsonName()),
            variable,
            component.name(),
            codecs.codec(value, shapes));
      }
    }
    return out.addStatement("$N.endObject()", JSON).build();
  }

  private CodeBlock writeAlternatives(RecordShape union, String variable, Scope scope) {
    CodeBlock.Builder out = CodeBlock.builder();
    boolean isFirst = true;
    for (TypeName alternative : union.alternatives()) {
      String simpleName = TypeNames.raw(alternative).simpleName();
      String name = scope.inner().take(GeneratedNames.variable(simpleName));
      CodeBlock condition = CodeBlock.of("if ($N instanceof $T $N)", variable, alternative, name);
      if (isFirst) {
        out.beginControlFlow("$L", condition);
      } else {
        out.nextControlFlow("else $L", condition);
      }
      isFirst = false;
      out.addStatement("$N.tag($S, $S)", JSON, TAG, simpleName);
      out.addStatement("$N($N, $N)", codecs.method("write", shapes, alternative), JSON, name);
    }
    return out.endControlFlow().build();
  }

  /** Writes the code that reads and returns a value. */
  CodeBlock read(RecordShape shape) {
    return shape.alternatives().isEmpty() ? readComponents(shape) : readAlternatives(shape);
  }

  private CodeBlock readAlternatives(RecordShape union) {
    CodeBlock.Builder out = CodeBlock.builder().add("return switch ($N.tag($S)) {\n$>", JSON, TAG);
    List<String> names = new ArrayList<>();
    for (TypeName alternative : union.alternatives()) {
      String simpleName = TypeNames.raw(alternative).simpleName();
      names.add(simpleName);
      out.add("case $S -> $N($N);\n", simpleName, codecs.method("read", shapes, alternative), JSON);
    }
    String listed =
        names.stream().limit(MAX_LISTED).collect(Collectors.joining(", ", "one of ", ""))
            + (names.size() > MAX_LISTED ? " …" : "");
    return out.add("default -> throw $N.mismatch($S);\n$<};\n", JSON, listed).build();
  }

  private CodeBlock readComponents(RecordShape shape) {
    CodeBlock.Builder out = CodeBlock.builder();
    Scope scope = Scope.of(JSON);
    List<String> variables = new ArrayList<>();
    for (RecordShape.Component component : shape.components()) {
      String variable = scope.take(variable(component.name()));
      variables.add(variable);
      ValueShape value = component.value();
      if (value.presence() == Presence.OPTIONAL) {
        out.addStatement("$T $N = $T.empty()", value.type(), variable, TypeNames.raw(value.type()));
      } else {
        out.addStatement("$T $N = null", boxed(value), variable);
      }
    }
    String property = scope.take("property");
    out.addStatement("$N.startObject()", JSON);
    out.beginControlFlow(
        "for ($T $N = $N.nextName(); $N != null; $N = $N.nextName())",
        String.class,
        property,
        JSON,
        property,
        property,
        JSON);
    if (variables.isEmpty()) {
      out.addStatement("$N.skipValue()", JSON);
    } else {
      addCases(shape, variables, property, out);
    }
    out.endControlFlow();
    return out.addStatement("return new $T($L)", shape.type(), arguments(shape, variables)).build();
  }

  private void addCases(
      RecordShape shape, List<String> variables, String property, CodeBlock.Builder out) {
    out.beginControlFlow("switch ($N)", property);
    for (int i = 0; i < variables.size(); i++) {
      RecordShape.Component component = shape.components().get(i);
      CodeBlock.Builder names = CodeBlock.builder().add(Literals.string(component.jsonName()));
      component.aliases().stream()
          .filter(alias -> !alias.equals(component.jsonName()))
          .distinct()
          .forEach(alias -> names.add(", $L", Literals.string(alias)));
      out.add(
          "case $L -> $N = $L;\n", names.build(), variables.get(i), readValue(component.value()));
    }
    out.add("default -> $N.skipValue();\n", JSON);
    out.endControlFlow();
  }

  private CodeBlock readValue(ValueShape value) {
    return switch (value.presence()) {
      case PRIMITIVE -> CodeBlock.of("$N.$LValue()", JSON, value.type());
      case OPTIONAL -> CodeBlock.of("$L.read($N)", codecs.codec(value, shapes), JSON);
      default -> CodeBlock.of("$N.nullable($L)", JSON, codecs.codec(value, shapes));
    };
  }

  private static CodeBlock arguments(RecordShape shape, List<String> variables) {
    List<CodeBlock> arguments = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      RecordShape.Component component = shape.components().get(i);
      arguments.add(
          component.value().presence() == Presence.PRIMITIVE
              ? CodeBlock.of(
                  "$N.required($L, $N)",
                  JSON,
                  Literals.string(component.jsonName()),
                  variables.get(i))
              : CodeBlock.of("$N", variables.get(i)));
    }
    return CodeBlock.join(arguments, ", ");
  }

  private static TypeName boxed(ValueShape value) {
    return value.presence() == Presence.PRIMITIVE ? value.type().box() : value.type();
  }

  /**
   * Returns a name for a variable: constants and classes start with a capital, and no variable may
   * hide them.
   */
  private static String variable(String component) {
    return Character.isUpperCase(component.charAt(0)) ? component + "Value" : component;
  }
}
