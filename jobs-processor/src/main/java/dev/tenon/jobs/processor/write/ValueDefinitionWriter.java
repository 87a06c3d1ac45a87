package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import java.util.SortedSet;

/** Writes the definitions of values that are kept with a job, for one generated class. */
final class ValueDefinitionWriter {

  private final ClassName owner;
  private final CodecWriter codecs;
  private final ValidatorWriter validators;

  /**
   * Creates a writer.
   *
   * @param owner the generated class
   * @param codecs writes the codecs of the class
   * @param validators writes the validators of the class
   */
  ValueDefinitionWriter(ClassName owner, CodecWriter codecs, ValidatorWriter validators) {
    this.owner = owner;
    this.codecs = codecs;
    this.validators = validators;
  }

  /**
   * An expression for the definition of a value that JSON can carry.
   *
   * @param validator the name of the method that validates it, unless it already exists
   * @param parameter the name of the parameter of that method
   */
  CodeBlock expression(StoredValue value, String validator, String parameter) {
    TypeName type = CodecWriter.boxed(value.type());
    CodeBlock start =
        CodeBlock.of(
            "$T.builder($T.class, $L)",
            RuntimeTypes.VALUE_DEFINITION,
            erased(type),
            codecs.root(value.value(), value.shapes()));
    CodeBlock.Builder definition = CodeBlock.builder();
    validators
        .root(value, validator, parameter)
        .ifPresent(method -> definition.add("\n.validator($T::$N)", owner, method));
    value.upcasters().forEach(upcaster -> addUpcaster("upcaster", upcaster, codecs, definition));
    addSensitive("sensitive", value.sensitive(), definition);
    return definition.isEmpty()
        ? CodeBlock.of("$L.build()", start)
        : CodeBlock.of("$L$>$>$L\n.build()$<$<", start, definition.build());
  }

  /** A type without type arguments, as a class literal names it. */
  private static TypeName erased(TypeName type) {
    if (type instanceof ArrayTypeName array) {
      return ArrayTypeName.of(erased(array.componentType()));
    }
    return type instanceof ParameterizedTypeName generic ? generic.rawType() : type;
  }

  /** Adds the call that gives a definition an upcaster. */
  static void addUpcaster(
      String method, UpcasterMethod upcaster, CodecWriter codecs, CodeBlock.Builder builder) {
    builder.add("\n.$L($L, ", method, upcaster.from().value());
    upcaster
        .oldShape()
        .ifPresent(old -> builder.add("$T.class, $L, ", old.root(), codecs.root(old)));
    builder.add("$T::$L)", ClassName.get(upcaster.owner()), upcaster.name());
  }

  /** Adds the call that gives a definition its sensitive paths, if there are any. */
  static void addSensitive(String method, SortedSet<String> paths, CodeBlock.Builder builder) {
    if (!paths.isEmpty()) {
      builder.add(
          "\n.$L($L)",
          method,
          paths.stream().map(Literals::string).collect(CodeBlock.joining(",$W")));
    }
  }
}
