package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.TaskInputMethod;
import dev.tenon.jobs.processor.model.TaskInputMethod.Deprecation;
import dev.tenon.jobs.processor.model.TaskInputMethod.Parameter;
import dev.tenon.jobs.processor.model.TaskInputMethod.Returned;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes the constant that workflows use to name a method with {@code @FromResults}. */
final class TaskInputWriter {

  private static final List<String> SEVERAL = List.of("first", "second", "third");

  private final TaskInputMethod method;
  private final ClassName payload;

  private TaskInputWriter(TaskInputMethod method) {
    this.method = method;
    this.payload = ClassName.get(method.owner());
  }

  /** The constant. */
  static FieldSpec constant(TaskInputMethod method) {
    return new TaskInputWriter(method).constant();
  }

  private FieldSpec constant() {
    FieldSpec.Builder constant =
        FieldSpec.builder(
                type(), method.constant(), Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
            .addJavadoc(javadoc())
            .initializer(
                "$T.$L($S, $L)", RuntimeTypes.TASK_INPUT, factory(), method.name(), function());
    if (method.deprecation() == Deprecation.ORDINARY) {
      constant.addAnnotation(Deprecated.class);
    } else if (method.deprecation() == Deprecation.FOR_REMOVAL) {
      constant
          .addAnnotation(
              AnnotationSpec.builder(Deprecated.class).addMember("forRemoval", "true").build())
          .addAnnotation(
              AnnotationSpec.builder(SuppressWarnings.class)
                  .addMember("value", "$S", "removal")
                  .build());
    }
    return constant.build();
  }

  private boolean isForEach() {
    return method.returned() == Returned.LIST;
  }

  private TypeName type() {
    List<TypeName> arguments = new ArrayList<>();
    method.results().forEach(result -> arguments.add(result.type()));
    arguments.add(payload);
    TypeName input =
        ParameterizedTypeName.get(
            RuntimeTypes.TASK_INPUT.nestedClass(
                isForEach() ? "EachFrom" : "From" + method.results().size()),
            arguments.toArray(TypeName[]::new));
    return method.takesDraft()
        ? ParameterizedTypeName.get(RuntimeTypes.TASK_INPUT.nestedClass("Draft"), payload, input)
        : input;
  }

  private String factory() {
    String kind = isForEach() ? "eachFrom" : "from" + method.results().size();
    return method.takesDraft()
        ? "draft" + Character.toUpperCase(kind.charAt(0)) + kind.substring(1)
        : kind;
  }

  /** The function that returns a list of payloads, whatever the method returns. */
  private CodeBlock function() {
    if (isForEach()) {
      return CodeBlock.of("$T::$L", payload, method.name());
    }
    List<String> names = names();
    String arguments = String.join(", ", names);
    CodeBlock call = CodeBlock.of("$T.$L($L)", payload, method.name(), arguments);
    return CodeBlock.of(
        "$L -> $L",
        names.size() == 1 ? arguments : "(" + arguments + ")",
        method.returned() == Returned.OPTIONAL
            ? CodeBlock.of("$L.stream().toList()", call)
            : CodeBlock.of("$T.of($L)", List.class, call));
  }

  /** The names of the parameters: those in a class file may be lost. */
  private List<String> names() {
    // A variable with the name of the class would change the meaning of the call
    Scope scope = Scope.of(payload.topLevelClassName().simpleName());
    List<String> names = new ArrayList<>();
    if (method.takesDraft()) {
      names.add(scope.take("draft"));
    }
    List<Parameter> results = method.results();
    for (int i = 0; i < results.size(); i++) {
      names.add(scope.take(results.size() > 1 ? SEVERAL.get(i) : nameOf(results.get(0))));
    }
    return names;
  }

  private static String nameOf(Parameter result) {
    return result.isList() ? "results" : "result";
  }

  private CodeBlock javadoc() {
    String results =
        method.results().size() == 1
            ? "the result of an earlier task"
            : "the results of earlier tasks";
    return CodeBlock.of(
        "The $L that {@link $T#$L} makes from $L$L.\n",
        isForEach() ? "payloads" : "payload",
        payload,
        method.name(),
        method.takesDraft() ? "a draft and " : "",
        results);
  }
}
