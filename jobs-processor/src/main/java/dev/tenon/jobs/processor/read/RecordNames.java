package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;

/**
 * The names of records and sealed interfaces, with the annotations of their type arguments that
 * change what their components require: {@code Page<String>} and {@code Page<@Nullable String>} are
 * checked and stored differently.
 */
final class RecordNames {

  private RecordNames() {}

  /** The name of a type; what is on the type as a whole is not part of it. */
  static TypeName of(TypeMirror type) {
    if (type instanceof DeclaredType declared && !declared.getTypeArguments().isEmpty()) {
      return ParameterizedTypeName.get(
          ClassName.get((TypeElement) declared.asElement()),
          declared.getTypeArguments().stream()
              .map(RecordNames::annotated)
              .toArray(TypeName[]::new));
    }
    return type instanceof ArrayType array
        ? ArrayTypeName.of(annotated(array.getComponentType()))
        : TypeName.get(type);
  }

  private static TypeName annotated(TypeMirror type) {
    List<AnnotationSpec> annotations =
        Stream.concat(
                Annotations.nullable(type), Annotations.find(type, ConstraintReader.VALID).stream())
            .map(
                mirror ->
                    AnnotationSpec.builder(ClassName.get(Annotations.element(mirror))).build())
            .toList();
    return annotations.isEmpty() ? of(type) : of(type).annotated(annotations);
  }
}
