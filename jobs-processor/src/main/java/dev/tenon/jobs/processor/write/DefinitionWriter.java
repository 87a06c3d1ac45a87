package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.TaskInputMethod;
import dev.tenon.jobs.processor.model.Upcasters;
import dev.tenon.jobs.processor.model.WritableJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** Writes, for each job type, the class that holds its definition, validators and codecs. */
public final class DefinitionWriter {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  private static final int DELAYS_A_LINE = 3;

  private static final String EMITTED = "EMITTED";

  private final SourceFiles files;

  /** Creates a writer of these files. */
  public DefinitionWriter(SourceFiles files) {
    this.files = files;
  }

  /**
   * Writes the definition of a job type. It contains no codecs for types that JSON cannot carry;
   * these are reported.
   *
   * @param source the payload
   */
  public void write(WritableJob type, TypeElement source) {
    JobDeclaration job = type.job();
    CodecWriter codecs = new CodecWriter(job.definition());
    CodeBlock.Builder ofValues = CodeBlock.builder();
    CodeBlock.Builder versions = CodeBlock.builder();
    boolean isJson = type.isJson();
    if (isJson) {
      ofValues.add("\n.payloadCodec($L)", codecs.root(type.payload()));
      type.result().ifPresent(shapes -> ofValues.add("\n.resultCodec($L)", codecs.root(shapes)));
      type.simpleResult()
          .ifPresent(
              simple ->
                  ofValues.add("\n.resultCodec($L)", codecs.root(simple.value(), simple.shapes())));
      addVersions(job, type.upcasters(), codecs, versions);
    }
    List<String> inputs =
        Stream.concat(
                type.inputs().stream().map(TaskInputMethod::constant),
                type.emitted().stream().map(value -> EMITTED))
            .toList();
    ValidatorWriter validators = new ValidatorWriter(inputs);
    Optional<String> payloadValidator = validators.root(type.payload(), "validate", "payload");
    Optional<String> resultValidator =
        type.result().flatMap(result -> validators.root(result, "validateResult", "result"));
    ValueDefinitionWriter values = new ValueDefinitionWriter(job.definition(), codecs, validators);
    Optional<FieldSpec> emitted =
        type.emitted().filter(value -> isJson).map(value -> emitted(value, values));
    emitted.ifPresent(constant -> versions.add("\n.emitted($N)", constant));
    TypeSpec.Builder definition =
        TypeSpec.classBuilder(job.definition())
            .addJavadoc(javadoc(job))
            .addAnnotation(files.generated())
            .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
            .addFields(type.inputs().stream().map(TaskInputWriter::constant).toList())
            .addFields(emitted.stream().toList())
            .addField(
                definition(
                    type, ofValues.build(), versions.build(), payloadValidator, resultValidator))
            .addFields(validators.constants())
            .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build())
            .addMethods(validators.methods());
    if (isJson) {
      definition.addType(
          codecs.type(
              emitted.isPresent()
                  ? "payloads, results and emitted values"
                  : "payloads and results"));
    }
    files.write(job.definition().packageName(), definition, List.of(source));
  }

  private static FieldSpec emitted(StoredValue value, ValueDefinitionWriter values) {
    return FieldSpec.builder(
            ParameterizedTypeName.get(RuntimeTypes.VALUE_DEFINITION, value.type()),
            EMITTED,
            Modifier.PUBLIC,
            Modifier.STATIC,
            Modifier.FINAL)
        .addJavadoc("The values that the jobs emit while they run.\n")
        .initializer(
            CodeBlock.of("\n$>$>$L$<$<", values.expression(value, "validateEmitted", "emitted")))
        .build();
  }

  private static CodeBlock javadoc(JobDeclaration job) {
    return CodeBlock.of(
        """
        The job type {@code $L}, generated from {@link $T}. Submit its jobs with {@code $L()} \
        of the module's class.
        """,
        job.typeName(),
        job.payload(),
        job.accessor());
  }

  private static FieldSpec definition(
      WritableJob type,
      CodeBlock codecs,
      CodeBlock versions,
      Optional<String> payloadValidator,
      Optional<String> resultValidator) {
    JobDeclaration job = type.job();
    TypeName result = job.result().value().name();
    CodeBlock.Builder builder =
        CodeBlock.builder()
            .add(
                "\n$>$>$T.builder($S, $T.class, $T.class)",
                RuntimeTypes.JOB_DEFINITION,
                job.typeName(),
                job.payload(),
                result)
            .add("$>$>")
            .add(codecs)
            .add("\n.label($L)", Literals.string(job.labelOrDefault()));
    if (job.routingKey().explicit()) {
      builder.add("\n.routingKey($L)", Literals.string(job.routingKey().value()));
    }
    builder
        .add("\n.timeout($L)", SourceFiles.duration(job.timeoutDuration().orElse(DEFAULT_TIMEOUT)))
        .add(retryPolicy(job))
        .add("\n.priority($T.$L)", RuntimeTypes.JOB_PRIORITY, job.priority().value());
    if (job.retention().explicit()) {
      job.retentionDuration()
          .ifPresent(retention -> builder.add("\n.retention($L)", SourceFiles.duration(retention)));
    }
    job.retentionOfFailedDuration()
        .ifPresent(
            retention -> builder.add("\n.retentionOfFailed($L)", SourceFiles.duration(retention)));
    job.startWithinDuration()
        .ifPresent(within -> builder.add("\n.startWithin($L)", SourceFiles.duration(within)));
    builder.add(FlowWriter.calls(job, type.payload()));
    if (job.isExternal()) {
      builder.add("\n.external(true)");
    }
    builder.add(versions);
    type.inputs().forEach(input -> builder.add("\n.input($N)", input.constant()));
    ValueDefinitionWriter.addSensitive("sensitivePayload", type.sensitivePayload(), builder);
    ValueDefinitionWriter.addSensitive("sensitiveResult", type.sensitiveResult(), builder);
    payloadValidator.ifPresent(
        method -> builder.add("\n.payloadValidator($T::$N)", job.definition(), method));
    resultValidator.ifPresent(
        method -> builder.add("\n.resultValidator($T::$N)", job.definition(), method));
    builder.add("\n.build()$<$<$<$<");
    return FieldSpec.builder(
            ParameterizedTypeName.get(RuntimeTypes.JOB_DEFINITION, job.payload(), result.box()),
            "DEFINITION",
            Modifier.PUBLIC,
            Modifier.STATIC,
            Modifier.FINAL)
        .addJavadoc("The definition of the job type.\n")
        .initializer(builder.build())
        .build();
  }

  private static void addVersions(
      JobDeclaration job, Upcasters upcasters, CodecWriter codecs, CodeBlock.Builder builder) {
    if (job.version().value() > 1) {
      builder.add("\n.version($L)", job.version().value());
    }
    if (!job.aliases().isEmpty()) {
      builder.add(
          "\n.aliases($L)",
          job.aliasNames().stream()
              .map(alias -> CodeBlock.of("$S", alias))
              .collect(CodeBlock.joining(",$W")));
    }
    upcasters
        .payload()
        .forEach(
            upcaster -> ValueDefinitionWriter.addUpcaster("upcaster", upcaster, codecs, builder));
    upcasters
        .result()
        .forEach(
            upcaster ->
                ValueDefinitionWriter.addUpcaster("resultUpcaster", upcaster, codecs, builder));
  }

  private static CodeBlock retryPolicy(JobDeclaration job) {
    List<CodeBlock> arguments = new ArrayList<>();
    arguments.add(CodeBlock.of("$L", job.maxAttempts().value()));
    job.retryDelayDurations().forEach(delay -> arguments.add(SourceFiles.duration(delay)));
    CodeBlock.Builder policy =
        CodeBlock.builder()
            .add("$T.of($L)", RuntimeTypes.RETRY_POLICY, CodeBlock.join(arguments, ",$W"));
    if (job.jitter().explicit()) {
      policy.add("\n$>$>.withJitter($L)$<$<", job.jitter().value());
    }
    if (!job.noRetryOn().isEmpty()) {
      List<CodeBlock> exceptions =
          job.noRetryOn().stream()
              .map(exception -> CodeBlock.of("$T.class", ClassName.get(exception.value())))
              .toList();
      policy.add("\n$>$>.withNoRetryOn($L)$<$<", CodeBlock.join(exceptions, ",$W"));
    }
    boolean isShort =
        arguments.size() <= DELAYS_A_LINE && !job.jitter().explicit() && job.noRetryOn().isEmpty();
    return isShort
        ? CodeBlock.of("\n.retryPolicy($L)", policy.build())
        : CodeBlock.of("\n.retryPolicy(\n$>$>$L$<$<)", policy.build());
  }
}
