package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;

/** The names of declared types. */
public final class TypeNames {

  private TypeNames() {}

  /** The class of a declared type, without type arguments. */
  public static ClassName raw(TypeName type) {
    return type instanceof ParameterizedTypeName generic ? generic.rawType() : (ClassName) type;
  }
}
