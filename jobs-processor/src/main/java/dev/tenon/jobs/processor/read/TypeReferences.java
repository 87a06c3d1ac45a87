package dev.tenon.jobs.processor.read;

import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ErrorType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.SimpleTypeVisitor14;

/** A search in a type for the name of a type that does not exist (yet). */
final class TypeReferences extends SimpleTypeVisitor14<Boolean, Void> {

  private static final TypeReferences INSTANCE = new TypeReferences();

  private TypeReferences() {
    super(false);
  }

  /** Returns whether the type, its arguments or its bounds name a type that does not exist. */
  static boolean hasUnresolved(TypeMirror type) {
    return type.accept(INSTANCE, null);
  }

  @Override
  public Boolean visitError(ErrorType type, Void unused) {
    return true;
  }

  @Override
  public Boolean visitArray(ArrayType type, Void unused) {
    return hasUnresolved(type.getComponentType());
  }

  @Override
  public Boolean visitDeclared(DeclaredType type, Void unused) {
    return type.getTypeArguments().stream().anyMatch(TypeReferences::hasUnresolved);
  }

  @Override
  public Boolean visitWildcard(WildcardType type, Void unused) {
    TypeMirror upper = type.getExtendsBound();
    return upper != null && hasUnresolved(upper);
  }

  @Override
  public Boolean visitTypeVariable(TypeVariable type, Void unused) {
    return false;
  }
}
