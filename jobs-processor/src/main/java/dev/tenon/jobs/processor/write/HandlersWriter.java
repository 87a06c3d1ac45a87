package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.HandlerDeclaration;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;

/** Writes, for each module with handlers, the class that asks for every handler by its type. */
public final class HandlersWriter {

  /**
   * The number of handlers that one constructor takes. Java allows 255 parameters, but nobody reads
   * that many.
   */
  private static final int HANDLERS_A_GROUP = 100;

  private static final String ORDER =
      """
      Takes the handlers$L, sorted by job type. Renaming a class does not change this order.
      """;

  private static final TypeName ANY_BINDING = ModuleWriter.anyOf(RuntimeTypes.JOB_BINDING);
  private static final TypeName BINDINGS =
      ParameterizedTypeName.get(ClassName.get(List.class), ANY_BINDING);

  private final SourceFiles files;

  /** Creates a writer of these files. */
  public HandlersWriter(SourceFiles files) {
    this.files = files;
  }

  /** A job type with the handler that runs its jobs. */
  private record Assignment(JobDeclaration job, HandlerDeclaration declaration) {
    ClassName handler() {
      return declaration.handler();
    }
  }

  /**
   * Writes the handlers class of a module.
   *
   * @param inject the annotation that marks the constructor for containers; empty without one
   * @return the constructor's parameters
   */
  public List<ParameterSpec> write(
      ModuleContents contents, Optional<ClassName> inject, List<Element> sources) {
    ClassName handlers = contents.module().handlers();
    List<Assignment> assignments = assignments(contents);
    List<ClassName> included =
        contents.handledModules().stream()
            .map(handled -> handled.module().handlers().orElseThrow())
            .toList();
    TypeSpec.Builder type =
        TypeSpec.classBuilder(handlers)
            .addJavadoc(
                """
                All handlers of the module $L. Create an instance and pass it to the runtime.
                """,
                contents.module().simpleName())
            .addAnnotation(files.generated())
            .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
            .addSuperinterface(RuntimeTypes.JOB_HANDLERS)
            .addField(
                FieldSpec.builder(BINDINGS, "bindings", Modifier.PRIVATE, Modifier.FINAL).build());
    MethodSpec.Builder constructor = constructor(inject);
    if (assignments.size() <= HANDLERS_A_GROUP) {
      addHandlers(assignments, included, constructor);
    } else {
      addGroups(handlers, inject, assignments, included, type, constructor);
    }
    MethodSpec written = constructor.build();
    type.addMethod(written)
        .addMethod(
            getter("module", RuntimeTypes.MODULE_DEFINITION)
                .addStatement("return new $T()", contents.module().module())
                .build())
        .addMethod(getter("bindings", BINDINGS).addStatement("return bindings").build());
    files.write(handlers.packageName(), type, sources);
    return written.parameters();
  }

  private static List<Assignment> assignments(ModuleContents contents) {
    Map<String, HandlerDeclaration> handlers = contents.handlersByType();
    List<Assignment> assignments = new ArrayList<>();
    for (ModuleContents.Member member : contents.openTypes()) {
      HandlerDeclaration handler = handlers.get(member.job().typeName());
      if (handler != null) {
        assignments.add(new Assignment(member.job(), handler));
      }
    }
    return assignments;
  }

  private static MethodSpec.Builder getter(String name, TypeName returned) {
    return MethodSpec.methodBuilder(name)
        .addAnnotation(Override.class)
        .addModifiers(Modifier.PUBLIC)
        .returns(returned);
  }

  private static MethodSpec.Builder constructor(Optional<ClassName> inject) {
    MethodSpec.Builder constructor = MethodSpec.constructorBuilder().addModifiers(Modifier.PUBLIC);
    inject.ifPresent(constructor::addAnnotation);
    return constructor;
  }

  private static void addHandlers(
      List<Assignment> assignments, List<ClassName> included, MethodSpec.Builder constructor) {
    constructor.addJavadoc(ORDER, "");
    Scope names = Scope.of("bindings");
    List<CodeBlock> bindings = bindings(assignments, names, constructor);
    if (included.isEmpty()) {
      constructor.addStatement("this.bindings =\n$L", listOf(bindings));
    } else {
      constructor.addStatement("$T bindings = new $T<>()", BINDINGS, ArrayList.class);
      bindings.forEach(binding -> constructor.addStatement("bindings.add($L)", binding));
      addAll(included, names, constructor);
      addSorted(constructor);
    }
  }

  private static CodeBlock listOf(List<CodeBlock> bindings) {
    return bindings.isEmpty()
        ? CodeBlock.of("$T.of()", List.class)
        : CodeBlock.of(
            "$T.<$T>of(\n$>$>$L$<$<)", List.class, ANY_BINDING, CodeBlock.join(bindings, ",\n"));
  }

  private static List<CodeBlock> bindings(
      List<Assignment> assignments, Scope names, MethodSpec.Builder constructor) {
    List<CodeBlock> bindings = new ArrayList<>();
    for (Assignment assignment : assignments) {
      ParameterSpec parameter =
          ParameterSpec.builder(
                  assignment.handler(),
                  names.take(GeneratedNames.variable(assignment.handler().simpleName())))
              .build();
      constructor
          .addJavadoc(
              "\n@param $N handles jobs of type {@code $L}", parameter, assignment.job().typeName())
          .addParameter(parameter);
      CodeBlock.Builder binding =
          CodeBlock.builder()
              .add(
                  "new $T<>($T.DEFINITION, $N",
                  RuntimeTypes.JOB_BINDING,
                  assignment.job().definition(),
                  parameter);
      assignment.declaration().steps().ifPresent(steps -> binding.add(", $T.DEFINITION", steps));
      batch(assignment).ifPresent(rule -> binding.add(", $L", rule));
      bindings.add(binding.add(")").build());
    }
    return bindings;
  }

  /** The rule for gathering the batches of a handler; empty if it has none. */
  private static Optional<CodeBlock> batch(Assignment assignment) {
    HandlerDeclaration handler = assignment.declaration();
    if (handler.form() != HandlerDeclaration.Form.BATCH) {
      return Optional.empty();
    }
    return handler
        .batch()
        .map(
            batch ->
                CodeBlock.builder()
                    .add(
                        "$T.of($L, $L",
                        RuntimeTypes.BATCH_RULE,
                        batch.jobs(),
                        SourceFiles.duration(batch.longestWait()))
                    .add(
                        batch
                            .property()
                            .map(
                                property ->
                                    CodeBlock.of(
                                        ", $S, ($T payload) -> payload.$L()",
                                        property,
                                        assignment.job().payload(),
                                        batch.by().value()))
                            .orElse(CodeBlock.of("")))
                    .add(")")
                    .build());
  }

  private static void addAll(
      List<ClassName> included, Scope names, MethodSpec.Builder constructor) {
    for (ClassName handlers : included) {
      ParameterSpec parameter =
          ParameterSpec.builder(
                  handlers, names.take(GeneratedNames.variable(handlers.simpleName())))
              .build();
      constructor
          .addJavadoc("\n@param $N the handlers of an included module", parameter)
          .addParameter(parameter)
          .addStatement("bindings.addAll($N.bindings())", parameter);
    }
  }

  private static void addSorted(MethodSpec.Builder constructor) {
    constructor
        .addStatement(
            "bindings.sort($T.comparing(binding -> binding.definition().type()))", Comparator.class)
        .addStatement("this.bindings = $T.copyOf(bindings)", List.class);
  }

  private static void addGroups(
      ClassName handlers,
      Optional<ClassName> inject,
      List<Assignment> assignments,
      List<ClassName> included,
      TypeSpec.Builder type,
      MethodSpec.Builder constructor) {
    constructor
        .addJavadoc(ORDER, " in groups")
        .addStatement("$T bindings = new $T<>()", BINDINGS, ArrayList.class);
    Scope names = Scope.of("bindings");
    int number = 1;
    for (int from = 0; from < assignments.size(); from += HANDLERS_A_GROUP) {
      int to = Math.min(from + HANDLERS_A_GROUP, assignments.size());
      ClassName group = handlers.nestedClass("Group" + number++);
      type.addType(group(group, inject, assignments.subList(from, to)));
      ParameterSpec parameter =
          ParameterSpec.builder(group, names.take(GeneratedNames.variable(group.simpleName())))
              .build();
      constructor
          .addJavadoc("\n@param $N some of the handlers", parameter)
          .addParameter(parameter)
          .addStatement("bindings.addAll($N.bindings)", parameter);
    }
    addAll(included, names, constructor);
    addSorted(constructor);
  }

  private static TypeSpec group(
      ClassName name, Optional<ClassName> inject, List<Assignment> assignments) {
    String first = assignments.get(0).job().typeName();
    String last = assignments.get(assignments.size() - 1).job().typeName();
    MethodSpec.Builder constructor = constructor(inject);
    addHandlers(assignments, List.of(), constructor);
    return TypeSpec.classBuilder(name)
        .addJavadoc("The handlers from {@code $L} to {@code $L}.\n", first, last)
        .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
        .addField(FieldSpec.builder(BINDINGS, "bindings", Modifier.PRIVATE, Modifier.FINAL).build())
        .addMethod(constructor.build())
        .build();
  }
}
