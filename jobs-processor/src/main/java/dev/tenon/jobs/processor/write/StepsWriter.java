package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.StepMethod;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** Writes, for each handler with steps, waits or a cursor, the class whose methods it calls. */
public final class StepsWriter {

  private static final String DEFINITION = "DEFINITION";
  private static final String CURSOR = "CURSOR";
  private static final String HANDLER = "handler";
  private static final String EXECUTOR = "executor";

  private final SourceFiles files;

  /** Creates a writer of these files. */
  public StepsWriter(SourceFiles files) {
    this.files = files;
  }

  /**
   * Writes the class of a handler.
   *
   * @param source the handler
   */
  public void write(WritableSteps steps, TypeElement source) {
    ClassName name = steps.generated();
    List<FieldSpec> constants = new ArrayList<>();
    CodeBlock.Builder definition =
        CodeBlock.builder()
            .add(
                "\n$>$>$T.builder($S)$>$>",
                RuntimeTypes.STEPS_DEFINITION,
                steps.handler().typeName());
    Map<WritableSteps.Step, String> ofSteps = new TreeMap<>(WritableSteps.BY_NAME);
    Map<WaitDeclaration, String> ofWaits = new TreeMap<>(WaitDeclaration.BY_NAME);
    List<String> taken = names(steps, ofSteps, ofWaits);
    CodecWriter codecs = new CodecWriter(name);
    ValidatorWriter validators = new ValidatorWriter(taken);
    ValueDefinitionWriter values = new ValueDefinitionWriter(name, codecs, validators);
    ofSteps.forEach(
        (step, constant) -> {
          constants.add(step(step.declaration(), constant, values));
          definition.add("\n.step($N)", constant);
        });
    ofWaits.forEach(
        (wait, constant) -> {
          constants.add(wait(wait, constant));
          definition.add("\n.wait($N)", constant);
        });
    steps
        .cursor()
        .ifPresent(
            cursor -> {
              constants.add(cursor(cursor, values));
              definition.add("\n.cursor($L)", CURSOR);
            });
    TypeSpec.Builder type =
        TypeSpec.classBuilder(name)
            .addJavadoc(javadoc(steps))
            .addAnnotation(files.generated())
            .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
            .addFields(constants)
            .addField(
                constant(RuntimeTypes.STEPS_DEFINITION, DEFINITION, Modifier.PUBLIC)
                    .addJavadoc("What is kept with the jobs of the handler.\n")
                    .initializer(definition.add("\n.build()$<$<$<$<").build())
                    .build())
            .addFields(validators.constants())
            .addField(steps.handler().handler(), HANDLER, Modifier.PRIVATE, Modifier.FINAL)
            .addField(RuntimeTypes.STEP_EXECUTOR, EXECUTOR, Modifier.PRIVATE, Modifier.FINAL)
            .addMethod(constructor(steps))
            .addMethod(factory(steps));
    ofSteps.forEach(
        (step, constant) -> type.addMethod(new StepMethodWriter(steps, step, constant).method()));
    ofWaits.forEach((wait, constant) -> type.addMethods(WaitMethods.of(wait, constant)));
    type.addMethods(WaitMethods.tokens(steps));
    steps.cursor().ifPresent(cursor -> type.addMethods(WaitMethods.cursor(cursor, CURSOR)));
    type.addMethods(validators.methods());
    if (steps.values().findAny().isPresent()) {
      type.addType(codecs.type("results of steps and cursors"));
    }
    files.write(name.packageName(), type, List.of(source));
  }

  /** Gives each step and wait the name of a constant, and returns all names. */
  private static List<String> names(
      WritableSteps steps,
      Map<WritableSteps.Step, String> ofSteps,
      Map<WaitDeclaration, String> ofWaits) {
    Scope scope = Scope.of(DEFINITION, CURSOR, CodecWriter.CLASS);
    List<String> taken = new ArrayList<>(List.of(CURSOR));
    for (WritableSteps.Step step : steps.steps()) {
      String name = scope.take(GeneratedNames.constant(step.method().name()));
      ofSteps.put(step, name);
      taken.add(name);
    }
    for (WaitDeclaration wait : steps.waits()) {
      String name = scope.take(GeneratedNames.constant(wait.name().value()));
      ofWaits.put(wait, name);
      taken.add(name);
    }
    return taken;
  }

  private static CodeBlock javadoc(WritableSteps steps) {
    return CodeBlock.of(
        """
        The steps and waits of {@link $1T}, which are kept with jobs of the type {@code $2L}. In \
        {@code execute}, call {@code $3T.of(this, context)}, and then its methods instead of \
        those of the handler.

        <p>Each method returns when its record is committed. In later attempts at the same job, it \
        returns what is recorded. A method can be called once in an attempt, or once for each key.

        <p>The methods throw {@link $4T} if a record cannot be read or written. Those that wait \
        throw {@link $5T} to end the attempt; the handler lets it pass.
        """,
        steps.handler().handler(),
        steps.handler().typeName(),
        steps.generated(),
        RuntimeTypes.JOB_STORE_EXCEPTION,
        RuntimeTypes.JOB_SUSPENDED);
  }

  private static FieldSpec.Builder constant(TypeName type, String name, Modifier access) {
    return FieldSpec.builder(type, name, access, Modifier.STATIC, Modifier.FINAL);
  }

  private static FieldSpec step(StepMethod step, String constant, ValueDefinitionWriter values) {
    CodeBlock name = Literals.string(step.name().value());
    List<CodeBlock> calls = calls(step);
    CodeBlock definition =
        step.result()
            .map(
                result ->
                    ofResult(
                        name,
                        values.expression(
                            result, "validate" + CodecNames.joined(result.type()), "result"),
                        calls))
            .orElseGet(
                () ->
                    chain(
                        CodeBlock.of("$T.of($L)", RuntimeTypes.STEP_DEFINITION, name),
                        true,
                        calls));
    TypeName result = CodecWriter.boxed(step.method().returnedType());
    return constant(
            ParameterizedTypeName.get(RuntimeTypes.STEP_DEFINITION, result),
            constant,
            Modifier.PUBLIC)
        .addJavadoc(
            "The step {@code $L}; tests give its result by this constant.\n", step.name().value())
        .initializer(definition)
        .build();
  }

  private static CodeBlock ofResult(CodeBlock name, CodeBlock value, List<CodeBlock> calls) {
    CodeBlock.Builder definition = CodeBlock.builder().add("\n$>$>");
    if (calls.isEmpty()) {
      definition.add("$T.of(\n$>$>$L,\n$L)$<$<", RuntimeTypes.STEP_DEFINITION, name, value);
    } else {
      definition.add("$T.of(\n$>$>$>$>$L,\n$L)$<$<", RuntimeTypes.STEP_DEFINITION, name, value);
      calls.forEach(call -> definition.add("\n.$L", call));
      definition.add("$<$<");
    }
    return definition.add("$<$<").build();
  }

  /**
   * A call with further calls on its result, in one line if it is short.
   *
   * @param isShort whether the first call is
   */
  private static CodeBlock chain(CodeBlock start, boolean isShort, List<CodeBlock> calls) {
    if (calls.isEmpty() || (isShort && calls.size() == 1)) {
      CodeBlock.Builder line = CodeBlock.builder().add(start);
      calls.forEach(call -> line.add(".$L", call));
      return line.build();
    }
    CodeBlock.Builder lines = CodeBlock.builder().add("\n$>$>$L$>$>", start);
    calls.forEach(call -> lines.add("\n.$L", call));
    return lines.add("$<$<$<$<").build();
  }

  private static List<CodeBlock> calls(StepMethod step) {
    List<CodeBlock> calls = new ArrayList<>(aliases(step.aliasNames()));
    if (step.method().isTransactional()) {
      calls.add(CodeBlock.of("inTransaction()"));
    } else if (!step.repeatable().value()) {
      calls.add(CodeBlock.of("notRepeatable()"));
    }
    step.timeoutDuration()
        .ifPresent(
            timeout -> calls.add(CodeBlock.of("withTimeout($L)", SourceFiles.duration(timeout))));
    if (step.maxAttempts().value() > 0) {
      List<CodeBlock> arguments = new ArrayList<>();
      arguments.add(CodeBlock.of("$L", step.maxAttempts().value()));
      step.usedRetryDelays().forEach(delay -> arguments.add(SourceFiles.duration(delay)));
      calls.add(
          CodeBlock.of(
              "withRetryPolicy($T.of($L))",
              RuntimeTypes.RETRY_POLICY,
              CodeBlock.join(arguments, ", ")));
    }
    return calls;
  }

  private static List<CodeBlock> aliases(List<String> aliases) {
    return aliases.isEmpty()
        ? List.of()
        : List.of(
            CodeBlock.of(
                "withAliases($L)",
                aliases.stream().map(Literals::string).collect(CodeBlock.joining(", "))));
  }

  private static FieldSpec wait(WaitDeclaration wait, String constant) {
    TypeName returned = wait.isSleep() ? TypeName.VOID.box() : wait.returned();
    CodeBlock name = Literals.string(wait.name().value());
    CodeBlock definition =
        wait.isSleep()
            ? CodeBlock.of("$T.ofTime($L)", RuntimeTypes.WAIT_DEFINITION, name)
            : CodeBlock.of(
                "$T.<$T>ofSignals($L, $L)",
                RuntimeTypes.WAIT_DEFINITION,
                returned,
                name,
                wait.signals().stream()
                    .map(
                        signal ->
                            CodeBlock.of(
                                "$T.$L",
                                GeneratedNames.signal(signal.value().recordName()),
                                DEFINITION))
                    .collect(CodeBlock.joining(", ")));
    return constant(
            ParameterizedTypeName.get(RuntimeTypes.WAIT_DEFINITION, returned),
            constant,
            Modifier.PRIVATE)
        .initializer(chain(definition, wait.isSleep(), aliases(wait.aliasNames())))
        .build();
  }

  private static FieldSpec cursor(StoredValue cursor, ValueDefinitionWriter values) {
    return constant(
            ParameterizedTypeName.get(RuntimeTypes.VALUE_DEFINITION, cursor.type()),
            CURSOR,
            Modifier.PUBLIC)
        .addJavadoc("The cursor; tests give its value by this constant.\n")
        .initializer(
            CodeBlock.of(
                "\n$>$>$L$<$<",
                values.expression(cursor, "validate" + CodecNames.joined(cursor.type()), "cursor")))
        .build();
  }

  private static MethodSpec constructor(WritableSteps steps) {
    return MethodSpec.constructorBuilder()
        .addModifiers(Modifier.PRIVATE)
        .addParameter(steps.handler().handler(), HANDLER)
        .addParameter(RuntimeTypes.STEP_EXECUTOR, EXECUTOR)
        .addStatement("this.$1L = $1L", HANDLER)
        .addStatement("this.$1L = $1L", EXECUTOR)
        .build();
  }

  private static MethodSpec factory(WritableSteps steps) {
    return MethodSpec.methodBuilder("of")
        .addJavadoc(
            """
            The steps of one attempt.

            @param handler the handler that runs the attempt
            @param context the context that it was given
            @return an object for this attempt; like the context, threads may share it
            """)
        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
        .returns(steps.generated())
        .addParameter(steps.handler().handler(), HANDLER)
        .addParameter(RuntimeTypes.JOB_CONTEXT, "context")
        .addStatement(
            "return new $T($L, context.steps($L))", steps.generated(), HANDLER, DEFINITION)
        .build();
  }
}
