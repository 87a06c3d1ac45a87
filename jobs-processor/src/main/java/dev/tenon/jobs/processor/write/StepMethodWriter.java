package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.HandlerMethod;
import dev.tenon.jobs.processor.model.StepParameter;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Writes the method that runs one step. */
final class StepMethodWriter {

  private final WritableSteps steps;
  private final WritableSteps.Step step;
  private final String constant;
  private final HandlerMethod method;
  private final Scope scope = Scope.of();
  private final Map<String, ParameterSpec> parameters = new TreeMap<>();
  private final List<ParameterSpec> ordered = new ArrayList<>();

  /**
   * Creates a writer.
   *
   * @param constant the constant with the definition of the step
   */
  StepMethodWriter(WritableSteps steps, WritableSteps.Step step, String constant) {
    this.steps = steps;
    this.step = step;
    this.constant = constant;
    this.method = step.method();
    for (StepParameter parameter : method.parameters()) {
      if (parameter.isGiven()) {
        ParameterSpec.Builder written =
            ParameterSpec.builder(parameter.type(), scope.take(parameter.name()));
        parameter.nullable().ifPresent(written::addAnnotation);
        ParameterSpec spec = written.build();
        parameters.put(parameter.name(), spec);
        ordered.add(spec);
      }
    }
  }

  /** The method. */
  MethodSpec method() {
    List<TypeName> thrown = thrown();
    MethodSpec.Builder written =
        MethodSpec.methodBuilder(method.name())
            .addJavadoc(javadoc(thrown))
            .addModifiers(Modifier.PUBLIC)
            .returns(method.returnedType())
            .addParameters(ordered)
            .addExceptions(thrown)
            .varargs(isVarargs());
    String run = scope.take("step");
    CodeBlock body;
    String verb;
    if (method.isTransactional()) {
      verb = "runInTransaction";
      String connection = scope.take("transaction");
      body =
          lambda(CodeBlock.of("($N, $N)", run, connection), call(method, run, connection), method);
    } else {
      verb = step.inDoubt().isPresent() ? "runOnce" : "run";
      body = lambda(CodeBlock.of("$N", run), call(method, run, run), method);
    }
    CodeBlock types =
        thrown.isEmpty()
            ? CodeBlock.of("")
            : CodeBlock.of("<$T, $T>", CodecWriter.boxed(method.returnedType()), thrown.get(0));
    CodeBlock.Builder arguments = CodeBlock.builder();
    String separator = method.isVoid() ? ",\n" : ", ";
    arguments.add("$N$L$L$L$L", constant, separator, key(), separator, body);
    step.inDoubt()
        .ifPresent(finder -> arguments.add("$L$N -> $L", separator, run, call(finder, run, run)));
    CodeBlock executor = field("executor");
    if (method.isVoid()) {
      written.addCode("$L.$L$L(\n$>$>$L);\n$<$<", executor, types, verb, arguments.build());
    } else {
      written.addStatement(
          "return $T.requireNonNull($L.$L$L($L))",
          Objects.class,
          executor,
          types,
          verb,
          arguments.build());
    }
    return written.build();
  }

  private boolean isVarargs() {
    List<StepParameter> all = method.parameters();
    return method.implementation().isVarArgs()
        && all.get(all.size() - 1).isGiven()
        && all.get(all.size() - 1).mirror() instanceof ArrayType;
  }

  private static CodeBlock lambda(CodeBlock parameters, CodeBlock call, HandlerMethod method) {
    return method.isVoid()
        ? CodeBlock.of("$L -> {\n$>$L;\nreturn null;\n$<}", parameters, call)
        : CodeBlock.of("$L -> $L", parameters, call);
  }

  private CodeBlock call(HandlerMethod called, String run, String connection) {
    List<CodeBlock> arguments = new ArrayList<>();
    int given = 0;
    for (StepParameter parameter : called.parameters()) {
      arguments.add(
          switch (parameter.role()) {
            case CONTEXT -> CodeBlock.of("$N", run);
            case CONNECTION -> CodeBlock.of("$N", connection);
            case ARGUMENT, KEY -> CodeBlock.of("$N", ordered.get(given++));
          });
    }
    return CodeBlock.of(
        "$L.$N($L)", field("handler"), called.name(), CodeBlock.join(arguments, ", "));
  }

  /** A field, which a parameter may hide. */
  private CodeBlock field(String name) {
    boolean isHidden = ordered.stream().anyMatch(parameter -> parameter.name().equals(name));
    return CodeBlock.of(isHidden ? "this.$L" : "$L", name);
  }

  private CodeBlock key() {
    return method.key().map(this::key).orElse(CodeBlock.of("$S", ""));
  }

  private CodeBlock key(StepParameter key) {
    ParameterSpec parameter = Objects.requireNonNull(parameters.get(key.name()));
    TypeMirror type = key.mirror();
    if (type.getKind().isPrimitive()) {
      Class<?> box = type.getKind() == TypeKind.LONG ? Long.class : Integer.class;
      return CodeBlock.of("$T.toString($N)", box, parameter);
    }
    return switch (((TypeElement) ((DeclaredType) type).asElement())
        .getQualifiedName()
        .toString()) {
      case "java.lang.String" -> CodeBlock.of("$N", parameter);
      case "java.util.UUID",
          "java.lang.Long",
          "java.lang.Integer",
          "java.lang.Short",
          "java.lang.Byte" ->
          CodeBlock.of("$N.toString()", parameter);
      default -> CodeBlock.of("$N.name()", parameter);
    };
  }

  /** The exceptions of the generated method: at most one, because the executor declares one. */
  private List<TypeName> thrown() {
    List<TypeName> thrown =
        Stream.concat(
                method.thrown().stream(),
                step.inDoubt().stream().flatMap(finder -> finder.thrown().stream()))
            .map(TypeName::get)
            .distinct()
            .toList();
    return thrown.size() > 1 ? List.of(TypeName.get(Exception.class)) : thrown;
  }

  private CodeBlock javadoc(List<TypeName> thrown) {
    CodeBlock.Builder text =
        CodeBlock.builder()
            .add(
                "Runs the step {@code $L}, which is {@link $T#$L}, unless it is recorded.",
                step.declaration().name().value(),
                steps.handler().handler(),
                method.name());
    if (method.isTransactional()) {
      text.add(" What it writes and its record are committed together.");
    } else if (step.inDoubt().isPresent()) {
      text.add(
          " If it has begun and has no record, {@link $T#$L} finds out what became of it.",
          steps.handler().handler(),
          step.inDoubt().get().name());
    }
    text.add("\n");
    if (!ordered.isEmpty() || !method.isVoid() || !thrown.isEmpty()) {
      text.add("\n");
    }
    for (StepParameter parameter : method.parameters()) {
      if (parameter.isGiven()) {
        text.add(
            parameter.role() == StepParameter.Role.KEY
                ? "@param $N passed to the step, and the key of its record\n"
                : "@param $N passed to the step\n",
            Objects.requireNonNull(parameters.get(parameter.name())));
      }
    }
    if (!method.isVoid()) {
      text.add("@return what the step returned in this attempt or an earlier one\n");
    }
    thrown.forEach(exception -> text.add("@throws $T if the step fails\n", exception));
    return text.build();
  }
}
