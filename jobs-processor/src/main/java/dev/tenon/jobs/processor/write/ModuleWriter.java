package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import dev.tenon.jobs.processor.model.IncludedModule;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleContents;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;

/** Writes, for each module, the registry of its job types. */
public final class ModuleWriter {

  /** The number of types that one method looks up. Java limits the size of a method. */
  private static final int TYPES_A_METHOD = 1_000;

  private static final TypeName ANY_DEFINITION = anyOf(RuntimeTypes.JOB_DEFINITION);
  private static final TypeName ANY_SIGNAL =
      ParameterizedTypeName.get(
          RuntimeTypes.SIGNAL_DEFINITION, WildcardTypeName.subtypeOf(Object.class));
  private static final TypeName FOUND =
      ParameterizedTypeName.get(ClassName.get(Optional.class), ANY_DEFINITION);

  private static final TypeName ANY_CLASS =
      ParameterizedTypeName.get(
          ClassName.get(Optional.class),
          ParameterizedTypeName.get(
              ClassName.get(Class.class), WildcardTypeName.subtypeOf(Object.class)));

  private final SourceFiles files;

  /** Creates a writer of these files. */
  public ModuleWriter(SourceFiles files) {
    this.files = files;
  }

  /** The generic class with wildcards for both of its arguments. */
  static TypeName anyOf(ClassName type) {
    WildcardTypeName any = WildcardTypeName.subtypeOf(Object.class);
    return ParameterizedTypeName.get(type, any, any);
  }

  /**
   * Writes the registry of a module.
   *
   * @param hasApi whether the module has a class that submits and finds its jobs
   */
  public void write(ModuleContents contents, boolean hasApi, List<Element> sources) {
    ClassName module = contents.module().module();
    TypeSpec.Builder type =
        TypeSpec.classBuilder(module)
            .addJavadoc(
                """
                The $L of the module $L. Pass an instance to the runtime.
                """,
                contents.signals().isEmpty() ? "job types" : "job types and signals",
                contents.module().simpleName())
            .addAnnotation(files.generated())
            .addAnnotation(description(contents))
            .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
            .addSuperinterface(RuntimeTypes.MODULE_DEFINITION)
            .addField(definitions(contents))
            .addField(includes(contents))
            .addMethod(
                MethodSpec.constructorBuilder()
                    .addJavadoc("Creates the module.\n")
                    .addModifiers(Modifier.PUBLIC)
                    .build())
            .addMethod(
                getter("name", ClassName.get(String.class))
                    .addStatement("return $S", contents.module().simpleName())
                    .build())
            .addMethod(
                getter("definitions", listOf(ANY_DEFINITION))
                    .addStatement("return DEFINITIONS")
                    .build())
            .addMethod(
                getter("includes", listOf(RuntimeTypes.MODULE_DEFINITION))
                    .addStatement("return INCLUDES")
                    .build())
            .addMethods(find(contents));
    if (!contents.signals().isEmpty()) {
      type.addField(signals(contents))
          .addMethod(getter("signals", listOf(ANY_SIGNAL)).addStatement("return SIGNALS").build());
    }
    if (hasApi) {
      type.addJavadoc("\n@see $T\n", contents.module().api())
          .addMethod(generatedClass("jobsClass", contents.module().api()));
    }
    if (contents.module().handlersHere()) {
      type.addMethod(generatedClass("handlersClass", contents.module().handlers()));
    }
    files.write(module.packageName(), type, sources);
  }

  private static AnnotationSpec description(ModuleContents contents) {
    AnnotationSpec.Builder annotation =
        AnnotationSpec.builder(RuntimeTypes.GENERATED_JOB_MODULE)
            .addMember("payloads", classes(contents.types().stream().map(JobDeclaration::payload)));
    if (!contents.signals().isEmpty()) {
      annotation.addMember(
          "signals", classes(contents.signals().stream().map(SignalDeclaration::record)));
    }
    List<IncludedModule> includes = contents.module().includedModules();
    if (!includes.isEmpty()) {
      annotation.addMember("includes", classes(includes.stream().map(IncludedModule::name)));
    }
    if (contents.module().handlersHere()) {
      annotation.addMember("handlers", "$T.class", contents.module().handlers());
    }
    return annotation.build();
  }

  /** An array of classes as the value of an attribute. */
  static CodeBlock classes(Stream<ClassName> names) {
    return names
        .map(name -> CodeBlock.of("$T.class", name))
        .collect(CodeBlock.joining(", ", "{", "}"));
  }

  private static TypeName listOf(TypeName entry) {
    return ParameterizedTypeName.get(ClassName.get(List.class), entry);
  }

  private static FieldSpec definitions(ModuleContents contents) {
    CodeBlock constants =
        contents.types().stream()
            .map(job -> CodeBlock.of("$T.DEFINITION", job.definition()))
            .collect(CodeBlock.joining(",\n"));
    return list(ANY_DEFINITION, "DEFINITIONS", constants);
  }

  private static FieldSpec signals(ModuleContents contents) {
    CodeBlock constants =
        contents.signals().stream()
            .map(signal -> CodeBlock.of("$T.DEFINITION", signal.definition()))
            .collect(CodeBlock.joining(",\n"));
    return list(ANY_SIGNAL, "SIGNALS", constants);
  }

  private static FieldSpec includes(ModuleContents contents) {
    CodeBlock modules =
        contents.module().includedModules().stream()
            .map(module -> CodeBlock.of("new $T()", module.name()))
            .collect(CodeBlock.joining(",\n"));
    return list(RuntimeTypes.MODULE_DEFINITION, "INCLUDES", modules);
  }

  private static FieldSpec list(TypeName entry, String name, CodeBlock entries) {
    // The type is explicit, so that the compiler does not infer it from thousands of entries
    CodeBlock list =
        entries.isEmpty()
            ? CodeBlock.of("$T.of()", List.class)
            : CodeBlock.of("\n$>$>$T.<$T>of(\n$>$>$L)$<$<$<$<", List.class, entry, entries);
    return FieldSpec.builder(listOf(entry), name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer(list)
        .build();
  }

  private static MethodSpec.Builder getter(String name, TypeName returned) {
    return MethodSpec.methodBuilder(name)
        .addAnnotation(Override.class)
        .addModifiers(Modifier.PUBLIC)
        .returns(returned);
  }

  private static MethodSpec generatedClass(String method, ClassName generated) {
    return getter(method, ANY_CLASS)
        .addStatement("return $T.of($T.class)", Optional.class, generated)
        .build();
  }

  /** A name or an alias of a job type, and the class with its definition. */
  private record Named(String name, ClassName definition) {}

  /** The job types by all of their names, sorted by name. */
  private static List<Named> named(ModuleContents contents) {
    SortedMap<String, ClassName> names = new TreeMap<>();
    contents.types().forEach(job -> names.putIfAbsent(job.typeName(), job.definition()));
    for (JobDeclaration job : contents.types()) {
      job.aliasNames().forEach(alias -> names.putIfAbsent(alias, job.definition()));
    }
    return names.entrySet().stream()
        .map(entry -> new Named(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static List<MethodSpec> find(ModuleContents contents) {
    List<Named> types = named(contents);
    List<MethodSpec> methods = new ArrayList<>();
    MethodSpec.Builder find = getter("find", FOUND).addParameter(String.class, "type");
    boolean included = !contents.module().includedModules().isEmpty();
    CodeBlock otherwise =
        included ? CodeBlock.of("findIncluded(type)") : CodeBlock.of("$T.empty()", Optional.class);
    if (types.isEmpty()) {
      methods.add(find.addStatement("return $L", otherwise).build());
    } else if (types.size() <= TYPES_A_METHOD) {
      methods.add(find.addCode(lookUp(types, otherwise)).build());
    } else {
      addParts(types, otherwise, find, methods);
    }
    if (included) {
      methods.add(findIncluded());
    }
    return methods;
  }

  private static void addParts(
      List<Named> types, CodeBlock otherwise, MethodSpec.Builder find, List<MethodSpec> methods) {
    List<MethodSpec> parts = new ArrayList<>();
    for (int from = 0; from < types.size(); from += TYPES_A_METHOD) {
      int to = Math.min(from + TYPES_A_METHOD, types.size());
      MethodSpec part =
          MethodSpec.methodBuilder("find" + (parts.size() + 1))
              .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
              .addParameter(String.class, "type")
              .returns(FOUND)
              .addCode(lookUp(types.subList(from, to), otherwise))
              .build();
      parts.add(part);
      if (to < types.size()) {
        find.beginControlFlow("if (type.compareTo($S) < 0)", types.get(to).name())
            .addStatement("return $N(type)", part)
            .endControlFlow();
      } else {
        find.addStatement("return $N(type)", part);
      }
    }
    methods.add(find.build());
    methods.addAll(parts);
  }

  private static CodeBlock lookUp(List<Named> types, CodeBlock otherwise) {
    CodeBlock.Builder code = CodeBlock.builder().add("return switch (type) {\n$>");
    for (Named type : types) {
      code.add(
          "case $S -> $T.of($T.DEFINITION);\n", type.name(), Optional.class, type.definition());
    }
    return code.add("default -> $L;\n$<};\n", otherwise).build();
  }

  private static MethodSpec findIncluded() {
    return MethodSpec.methodBuilder("findIncluded")
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .addParameter(String.class, "type")
        .returns(FOUND)
        .beginControlFlow("for ($T module : INCLUDES)", RuntimeTypes.MODULE_DEFINITION)
        .addStatement("$T found = module.find(type)", FOUND)
        .beginControlFlow("if (found.isPresent())")
        .addStatement("return found")
        .endControlFlow()
        .endControlFlow()
        .addStatement("return $T.empty()", Optional.class)
        .build();
  }
}
