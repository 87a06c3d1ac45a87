package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;

/** Writes, per module, the class with the typed methods that submit and find jobs. */
public final class ApiWriter {

  private static final ParameterSpec SUBMITTED_BY =
      ParameterSpec.builder(String.class, "submittedBy").build();
  private static final ParameterSpec OPTIONS =
      ParameterSpec.builder(RuntimeTypes.SUBMIT_OPTIONS, "options").build();

  private final ClassName processor;
  private final Filer filer;

  /** A writer, on behalf of this processor. */
  public ApiWriter(ClassName processor, Filer filer) {
    this.processor = processor;
    this.filer = filer;
  }

  /** Writes the class of a module. */
  public void write(ModuleContents contents, List<Element> sources) {
    ClassName api = contents.module().api();
    TypeSpec.Builder type =
        TypeSpec.classBuilder(api)
            .addJavadoc(
                """
              Submits and finds the jobs of this module. Thread-safe; what {@link #in} gives is as
              thread-safe as the transaction.

              <p>Make one of the {@link $T} that the runtime gives.
              """,
                RuntimeTypes.JOB_SERVICE)
            .addAnnotation(SourceFiles.generatedBy(processor))
            .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
            .addField(privateField(RuntimeTypes.JOB_SERVICE, "service"))
            .addField(privateField(RuntimeTypes.JOB_SUBMITTER, "submitter"))
            .addMethod(publicConstructor())
            .addMethod(privateConstructor())
            .addMethod(
                in(
                    api,
                    RuntimeTypes.DSL_CONTEXT,
                    "transaction",
                    "the context of an open transaction"))
            .addMethod(
                in(
                    api,
                    ClassName.get(Connection.class),
                    "connection",
                    "a connection with auto-commit off; it is neither committed nor closed"));
    sources.forEach(type::addOriginatingElement);
    contents.types().forEach(job -> addMethods(job, type));
    SourceFiles.write(api.packageName(), type.build(), filer);
  }

  private static FieldSpec privateField(ClassName type, String name) {
    return FieldSpec.builder(type, name, Modifier.PRIVATE, Modifier.FINAL).build();
  }

  private static MethodSpec publicConstructor() {
    return MethodSpec.constructorBuilder()
        .addJavadoc("Submits each job in a transaction of its own.\n")
        .addModifiers(Modifier.PUBLIC)
        .addParameter(RuntimeTypes.JOB_SERVICE, "service")
        .addStatement("this(service, service)")
        .build();
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

  private static MethodSpec in(ClassName api, ClassName type, String name, String what) {
    return MethodSpec.methodBuilder("in")
        .addJavadoc(
            """
              The same methods, which submit in the caller's transaction: a job exists if, and only if,
              that commits. Finding still reads what is committed.

              @param $N $L
              """,
            name,
            what)
        .addModifiers(Modifier.PUBLIC)
        .addParameter(type, name)
        .returns(api)
        .addStatement("return new $T(service, service.in($N))", api, name)
        .build();
  }

  private static void addMethods(JobDeclaration job, TypeSpec.Builder type) {
    ParameterSpec payload = ParameterSpec.builder(job.payload(), "payload").build();
    ParameterSpec payloads =
        ParameterSpec.builder(
                ParameterizedTypeName.get(ClassName.get(List.class), job.payload()), "payloads")
            .build();
    ClassName id = ClassName.get(UUID.class);
    TypeName ids = ParameterizedTypeName.get(ClassName.get(List.class), id);
    type.addMethod(shortSubmit(job, "submit", payload, id))
        .addMethod(submit(job, "submit", payload, id))
        .addMethod(shortSubmit(job, "submitAll", payloads, ids))
        .addMethod(submit(job, "submitAll", payloads, ids))
        .addMethod(find(job));
  }

  private static MethodSpec shortSubmit(
      JobDeclaration job, String verb, ParameterSpec payload, TypeName returned) {
    return MethodSpec.methodBuilder(verb + job.methodSuffix())
        .addJavadoc(
            verb.equals("submit")
                ? "Submits a job of the type {@code $L}, due at once and with the type's priority.\n"
                : "Submits many jobs of the type {@code $L}, due at once and with the type's priority.\n",
            job.typeName())
        .addModifiers(Modifier.PUBLIC)
        .addParameter(payload)
        .addParameter(SUBMITTED_BY)
        .returns(returned)
        .addStatement(
            "return $L($N, $N, $T.defaults())",
            verb + job.methodSuffix(),
            payload,
            SUBMITTED_BY,
            RuntimeTypes.SUBMIT_OPTIONS)
        .build();
  }

  private static MethodSpec submit(
      JobDeclaration job, String verb, ParameterSpec payload, TypeName returned) {
    boolean one = verb.equals("submit");
    CodeBlock javadoc =
        CodeBlock.of(
            one
                ? """
              Submits a job of the type {@code $L}.

              @param payload what the job is to work on
              @param submittedBy a user's id, or the name of a program
              @param options what else is said of the job
              @return the id of the job
              @throws $T if the payload does not meet its constraints
              """
                : """
              Submits many jobs of the type {@code $L}: all of them or, if it throws, none.

              @param payloads what the jobs are to work on
              @param submittedBy a user's id, or the name of a program
              @param options what else is said of each job
              @return the ids of the jobs, in the order of the payloads
              @throws $T if a payload does not meet its constraints
              """,
            job.typeName(),
            RuntimeTypes.INVALID_PAYLOAD);
    return MethodSpec.methodBuilder(verb + job.methodSuffix())
        .addJavadoc(javadoc)
        .addModifiers(Modifier.PUBLIC)
        .addParameter(payload)
        .addParameter(SUBMITTED_BY)
        .addParameter(OPTIONS)
        .returns(returned)
        .addStatement(
            "return submitter.$L($T.DEFINITION, $N, $N, $N)",
            verb,
            job.definition(),
            payload,
            SUBMITTED_BY,
            OPTIONS)
        .build();
  }

  private static MethodSpec find(JobDeclaration job) {
    TypeName typedJob =
        ParameterizedTypeName.get(
            RuntimeTypes.TYPED_JOB, job.payload(), job.result().value().name().box());
    return MethodSpec.methodBuilder("find" + job.methodSuffix())
        .addJavadoc(
            "The job with this id, if it exists and is of the type {@code $L}.\n", job.typeName())
        .addModifiers(Modifier.PUBLIC)
        .addParameter(UUID.class, "jobId")
        .returns(ParameterizedTypeName.get(ClassName.get(Optional.class), typedJob))
        .addStatement("return service.find($T.DEFINITION, jobId)", job.definition())
        .build();
  }
}
