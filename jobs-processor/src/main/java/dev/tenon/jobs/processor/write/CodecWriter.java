package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.TypeNames;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.lang.model.element.Modifier;

/**
 * Writes the class of codecs in a definition's class: two methods for each record and sealed
 * interface, and a constant for each type that a component has.
 */
final class CodecWriter {

  /** The name of the nested class. */
  static final String CLASS = "Codecs";

  private final ClassName codecs;
  private final Scope constantNames = Scope.of();
  private final Scope methodNames = Scope.of();
  private final Map<TypeName, String> methodsOf = new HashMap<>();
  private final Map<String, String> constants = new HashMap<>();
  private final Deque<Runnable> toWrite = new ArrayDeque<>();

  /** The codecs of records, which come first: they depend on no constants before they are used. */
  private final List<FieldSpec> ofRecords = new ArrayList<>();

  private final List<FieldSpec> ofEnums = new ArrayList<>();

  /** The codecs of containers, which come last because they are made of others. */
  private final List<FieldSpec> ofContainers = new ArrayList<>();

  private final List<MethodSpec> methods = new ArrayList<>();

  /** Creates a writer of the codecs in the class of a definition. */
  CodecWriter(ClassName definition) {
    this.codecs = definition.nestedClass(CLASS);
  }

  /** The codec of the root of shapes, for use outside the nested class. */
  CodeBlock root(Shapes shapes) {
    return outside(record(shapes, shapes.root()));
  }

  /** The codec of a value, for use outside the nested class. */
  CodeBlock root(ValueShape value, Shapes shapes) {
    return outside(codec(value, shapes));
  }

  private CodeBlock outside(CodeBlock codec) {
    while (!toWrite.isEmpty()) {
      toWrite.remove().run();
    }
    return codec.toString().contains(".") ? codec : CodeBlock.of("$T.$L", codecs, codec);
  }

  /**
   * The nested class with all codecs that were asked for.
   *
   * @param what the values, for its Javadoc: {@code payloads and results}
   */
  TypeSpec type(String what) {
    return TypeSpec.classBuilder(codecs)
        .addJavadoc("Writes $L as JSON, and reads them.\n", what)
        .addAnnotation(
            AnnotationSpec.builder(SuppressWarnings.class)
                .addMember("value", "$S", "NullAway")
                .build())
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addFields(ofRecords)
        .addFields(ofEnums)
        .addFields(ofContainers)
        .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build())
        .addMethods(methods)
        .build();
  }

  /** The codec of a value that is not null, as a separate constant if it is not trivial. */
  CodeBlock codec(ValueShape value, Shapes shapes) {
    CodeBlock codec = new CodecExpression(this, shapes).of(value);
    boolean isContainer =
        value.content() instanceof Content.Wrapped
            || value.content() instanceof Content.Mappings
            || (value.content() instanceof Content.Entries && codec.toString().contains("("));
    return isContainer ? container(value, codec) : codec;
  }

  private CodeBlock container(ValueShape value, CodeBlock codec) {
    String name =
        constants.computeIfAbsent(
            codec.toString() + value.type(),
            added -> {
              String constant = constantNames.take(CodecNames.constant(value));
              ofContainers.add(constant(value.type(), constant, codec));
              return constant;
            });
    return CodeBlock.of("$N", name);
  }

  /** The codec of an enum. */
  CodeBlock ofEnum(TypeName type, Content.Constants constants) {
    String name =
        this.constants.computeIfAbsent(
            type.toString(),
            added -> {
              String constant = constantNames.take(CodecNames.constant(type));
              ofEnums.add(
                  constant(
                      RuntimeTypes.JSON_KEY_CODEC, type, constant, enumCodec(type, constants)));
              return constant;
            });
    return CodeBlock.of("$N", name);
  }

  private CodeBlock enumCodec(TypeName type, Content.Constants constants) {
    List<Content.Constants.Constant> renamed =
        constants.constants().stream()
            .filter(constant -> !constant.name().equals(constant.jsonName()))
            .toList();
    if (renamed.isEmpty()) {
      return CodeBlock.of("$T.enumOf($L)", RuntimeTypes.JSON_CODECS, values(type));
    }
    String method = "nameOf" + methodNames.take(CodecNames.joined(type));
    CodeBlock.Builder names = CodeBlock.builder().add("return switch (constant) {\n$>");
    renamed.forEach(
        constant ->
            names.add("case $L -> $L;\n", constant.name(), Literals.string(constant.jsonName())));
    names.add("default -> constant.name();\n$<};\n");
    methods.add(
        MethodSpec.methodBuilder(method)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
            .returns(String.class)
            .addParameter(type, "constant")
            .addCode(names.build())
            .build());
    return CodeBlock.of(
        "$T.enumOf($L, $T::$N)", RuntimeTypes.JSON_CODECS, values(type), codecs, method);
  }

  /**
   * All constants of an enum. A constant of generated code may hide a class whose name has only
   * capital letters, except in front of {@code .class}.
   */
  private static CodeBlock values(TypeName type) {
    String outermost = TypeNames.raw(type).topLevelClassName().simpleName();
    return outermost.equals(outermost.toUpperCase(Locale.ROOT))
        ? CodeBlock.of("$T.class.getEnumConstants()", type)
        : CodeBlock.of("$T.values()", type);
  }

  /** The codec of a record, or of a sealed interface. */
  CodeBlock record(Shapes shapes, TypeName record) {
    String name =
        constants.computeIfAbsent(
            record.toString(),
            added -> {
              String constant = constantNames.take(CodecNames.constant(record));
              ofRecords.add(
                  constant(
                      record,
                      constant,
                      CodeBlock.of(
                          "$T.of($T::$N, $T::$N)",
                          RuntimeTypes.JSON_CODEC,
                          codecs,
                          method("write", shapes, record),
                          codecs,
                          method("read", shapes, record))));
              return constant;
            });
    return CodeBlock.of("$N", name);
  }

  /** The name of the method that writes or reads a record. The method itself is generated later. */
  String method(String verb, Shapes shapes, TypeName record) {
    return verb
        + methodsOf.computeIfAbsent(
            record,
            added -> {
              String name = methodNames.take(CodecNames.joined(record));
              toWrite.add(() -> addMethods(shapes, record, name));
              return name;
            });
  }

  private void addMethods(Shapes shapes, TypeName record, String name) {
    RecordShape shape = shapes.get(record);
    CodecBody body = new CodecBody(this, shapes);
    Scope scope = Scope.of(CodecBody.JSON);
    String variable = scope.take(GeneratedNames.variable(TypeNames.raw(record).simpleName()));
    methods.add(
        MethodSpec.methodBuilder("write" + name)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
            .addParameter(RuntimeTypes.JSON_WRITER, CodecBody.JSON)
            .addParameter(record, variable)
            .addCode(body.write(shape, variable, scope))
            .build());
    methods.add(
        MethodSpec.methodBuilder("read" + name)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
            .returns(record)
            .addParameter(RuntimeTypes.JSON_READER, CodecBody.JSON)
            .addCode(body.read(shape))
            .build());
  }

  private static FieldSpec constant(TypeName type, String name, CodeBlock codec) {
    return constant(RuntimeTypes.JSON_CODEC, type, name, codec);
  }

  private static FieldSpec constant(ClassName kind, TypeName type, String name, CodeBlock codec) {
    return FieldSpec.builder(
            ParameterizedTypeName.get(kind, boxed(type)),
            name,
            Modifier.PRIVATE,
            Modifier.STATIC,
            Modifier.FINAL)
        .initializer(codec)
        .build();
  }

  /** A type as an argument of a generic class: {@code int} makes {@code Integer}. */
  static TypeName boxed(TypeName type) {
    return type instanceof ArrayTypeName ? type : type.box();
  }
}
