package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.Injection;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;

/**
 * Writes, for each module with Dagger on its class path, the Dagger module that provides its
 * handlers class and its submit class.
 */
public final class DaggerWriter {

  private final SourceFiles files;

  /** Creates a writer of these files. */
  public DaggerWriter(SourceFiles files) {
    this.files = files;
  }

  /**
   * Writes the Dagger module.
   *
   * @param hasApi whether the module has a submit class
   * @param handlers the parameters of the handlers class's constructor; empty if there is no such
   *     class
   */
  public void write(
      ModuleDeclaration module,
      Injection.Dagger dagger,
      boolean hasApi,
      Optional<List<ParameterSpec>> handlers,
      List<Element> sources) {
    List<ClassName> submitClasses = new ArrayList<>(dagger.submitClasses());
    if (hasApi) {
      submitClasses.add(0, module.api());
    }
    TypeSpec.Builder type =
        TypeSpec.interfaceBuilder(module.daggerModule())
            .addJavadoc(
                """
                Tells Dagger how to make the classes of the module $L. Name it in
                {@code @Component(modules = $L.class)}.
                """,
                module.simpleName(),
                module.daggerModule().simpleName())
            .addAnnotation(files.generated())
            .addAnnotation(annotation(dagger))
            .addModifiers(Modifier.PUBLIC);
    if (handlers.isPresent()) {
      type.addJavadoc(
          """

          <p>Dagger creates each handler with its {@code @Inject} constructor, unless one of your methods provides it.
          """);
    }
    if (!submitClasses.isEmpty()) {
      type.addJavadoc(
          """

          <p>To submit jobs, a component needs the runtime's {@link $T}.
          """,
          RuntimeTypes.JOB_SERVICE);
    }
    Scope names = Scope.of();
    handlers.ifPresent(
        parameters -> type.addMethod(handlers(module.handlers(), parameters, names)));
    submitClasses.forEach(submitClass -> type.addMethod(submitClass(submitClass, names)));
    files.write(module.packageName(), type, sources);
  }

  private static AnnotationSpec annotation(Injection.Dagger dagger) {
    AnnotationSpec.Builder annotation = AnnotationSpec.builder(Injection.DAGGER_MODULE);
    if (!dagger.includes().isEmpty()) {
      annotation.addMember("includes", ModuleWriter.classes(dagger.includes().stream()));
    }
    return annotation.build();
  }

  private static MethodSpec handlers(
      ClassName handlers, List<ParameterSpec> parameters, Scope names) {
    MethodSpec.Builder method =
        provides(handlers, names).addJavadoc("Provides all handlers of the module.\n");
    for (ParameterSpec parameter : parameters) {
      method.addJavadoc("\n@param $N created by Dagger", parameter);
    }
    return method
        .addJavadoc("\n@return the handlers, to start a worker with")
        .addParameters(parameters)
        .addStatement(
            "return new $T($L)",
            handlers,
            parameters.stream()
                .map(parameter -> CodeBlock.of("$N", parameter))
                .collect(CodeBlock.joining(", ")))
        .build();
  }

  private static MethodSpec submitClass(ClassName type, Scope names) {
    return provides(type, names)
        .addJavadoc(
            """
            Provides the class that submits and finds jobs.

            @param service what stores the jobs
            @return the methods for each job type
            """)
        .addParameter(RuntimeTypes.JOB_SERVICE, "service")
        .addStatement("return new $T(service)", type)
        .build();
  }

  private static MethodSpec.Builder provides(ClassName type, Scope names) {
    return MethodSpec.methodBuilder(names.take(GeneratedNames.variable(type.simpleName())))
        .addAnnotation(Injection.DAGGER_PROVIDES)
        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
        .returns(type);
  }
}
