package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;

/**
 * Writes, for each module, the class with one method per job type that returns its typed jobs, and
 * one per signal that returns its sender.
 */
public final class ApiWriter {

  private final SourceFiles files;

  /** Creates a writer of these files. */
  public ApiWriter(SourceFiles files) {
    this.files = files;
  }

  /**
   * Writes the class of a module.
   *
   * @param inject the annotation that marks the constructor for containers; empty without one
   */
  public void write(ModuleContents contents, Optional<ClassName> inject, List<Element> sources) {
    ClassName api = contents.module().api();
    TypeSpec.Builder type =
        TypeSpec.classBuilder(api)
            .addJavadoc(
                """
                $L of this module. Thread-safe;
                what {@link #in} returns is only as thread-safe as its transaction.

                <p>Pass the {@link $T} of the runtime to the constructor.
                """,
                contents.signals().isEmpty()
                    ? "Submits and finds jobs, with one method for each job type"
                    : "Submits and finds jobs, and sends signals, with one method for each job type"
                        + " and signal",
                RuntimeTypes.JOB_SERVICE)
            .addAnnotation(files.generated())
            .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
            .addField(privateField(RuntimeTypes.JOB_SERVICE, "service"))
            .addField(privateField(RuntimeTypes.JOB_SUBMITTER, "submitter"))
            .addMethod(publicConstructor(inject))
            .addMethod(privateConstructor())
            .addMethod(in(api))
            .addMethod(inWithCommit(api));
    contents.types().forEach(job -> type.addMethod(typedJobs(job)));
    contents.signals().forEach(signal -> type.addMethod(typedSignals(signal)));
    files.write(api.packageName(), type, sources);
  }

  private static FieldSpec privateField(ClassName type, String name) {
    return FieldSpec.builder(type, name, Modifier.PRIVATE, Modifier.FINAL).build();
  }

  private static MethodSpec publicConstructor(Optional<ClassName> inject) {
    MethodSpec.Builder constructor =
        MethodSpec.constructorBuilder()
            .addJavadoc(
                """
                Submits each job in its own transaction.

                @param service the service that stores the jobs
                """)
            .addModifiers(Modifier.PUBLIC)
            .addParameter(RuntimeTypes.JOB_SERVICE, "service")
            .addStatement("this(service, service)");
    inject.ifPresent(constructor::addAnnotation);
    return constructor.build();
  }

  private static MethodSpec privateConstructor() {
    return MethodSpec.constructorBuilder()
        .addModifiers(Modifier.PRIVATE)
        .addParameter(RuntimeTypes.JOB_SERVICE, "service")
        .addParameter(RuntimeTypes.JOB_SUBMITTER, "submitter")
        .addStatement("this.service = service")
        .addStatement("this.submitter = submitter")
        .build();
  }

  private static MethodSpec in(ClassName api) {
    return MethodSpec.methodBuilder("in")
        .addJavadoc(
            """
            Returns the same methods for the caller's transaction: a job exists if, and only if, the transaction commits. Finding still reads only committed jobs.

            @param connection a connection with auto-commit off; it is neither committed nor closed
            @return the methods for that transaction
            """)
        .addModifiers(Modifier.PUBLIC)
        .addParameter(Connection.class, "connection")
        .returns(api)
        .addStatement("return new $T(service, service.in(connection))", api)
        .build();
  }

  private static MethodSpec inWithCommit(ClassName api) {
    return MethodSpec.methodBuilder("in")
        .addJavadoc(
            """
            Like {@link #in(Connection)}, but the jobs start as soon as the transaction has committed.

            @param connection a connection with auto-commit off; it is neither committed nor closed
            @param afterCommit takes an action to run once the transaction has committed, but not if it is rolled back; each submit calls it
            @return the methods for that transaction
            """)
        .addModifiers(Modifier.PUBLIC)
        .addParameter(Connection.class, "connection")
        .addParameter(ParameterizedTypeName.get(Consumer.class, Runnable.class), "afterCommit")
        .returns(api)
        .addStatement("return new $T(service, service.in(connection, afterCommit))", api)
        .build();
  }

  private static MethodSpec typedJobs(JobDeclaration job) {
    return MethodSpec.methodBuilder(job.accessor())
        .addJavadoc(
            """
            The jobs of type {@code $L}, whose payload is {@link $T}.

            @return the methods that submit and find them
            """,
            job.typeName(),
            job.payload())
        .addModifiers(Modifier.PUBLIC)
        .returns(typedJobs(job, job.result().value().name().box()))
        .addStatement(newTypedJobs(job))
        .build();
  }

  private static TypeName typedJobs(JobDeclaration job, TypeName result) {
    return job.emitted()
        .map(
            emitted ->
                ParameterizedTypeName.get(
                    RuntimeTypes.EMITTING_JOBS, job.payload(), result, emitted))
        .orElseGet(() -> ParameterizedTypeName.get(RuntimeTypes.TYPED_JOBS, job.payload(), result));
  }

  private static CodeBlock newTypedJobs(JobDeclaration job) {
    return job.emitted().isPresent()
        ? CodeBlock.of(
            "return new $1T<>($2T.DEFINITION, $2T.EMITTED, service, submitter)",
            RuntimeTypes.EMITTING_JOBS,
            job.definition())
        : CodeBlock.of(
            "return new $T<>($T.DEFINITION, service, submitter)",
            RuntimeTypes.TYPED_JOBS,
            job.definition());
  }

  private static MethodSpec typedSignals(SignalDeclaration signal) {
    return MethodSpec.methodBuilder(signal.accessor())
        .addJavadoc(
            """
            The signal {@code $L}, whose record is {@link $T}.

            @return the methods that send it
            """,
            signal.signalName(),
            signal.record())
        .addModifiers(Modifier.PUBLIC)
        .returns(ParameterizedTypeName.get(RuntimeTypes.TYPED_SIGNALS, signal.record()))
        .addStatement(
            "return new $T<>($T.DEFINITION, submitter)",
            RuntimeTypes.TYPED_SIGNALS,
            signal.definition())
        .build();
  }
}
