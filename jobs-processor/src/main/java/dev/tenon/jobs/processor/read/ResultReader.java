package dev.tenon.jobs.processor.read;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.SimpleResult;
import java.util.Locale;
import javax.lang.model.element.Element;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads results that are not records: simple values, enums and arrays, which have no validator. */
public final class ResultReader {

  private final Elements elements;
  private final Types types;
  private final ShapeReader shapes;

  /** Creates a reader. */
  public ResultReader(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
    this.shapes = new ShapeReader(elements, types);
  }

  /**
   * Reads a result.
   *
   * @param type its type, which exists
   * @param declaration the payload whose declaration names it
   */
  public SimpleResult read(TypeName type, Element declaration) {
    StoredValueReader.Read read = shapes.read(mirror(type), "result", declaration);
    return new SimpleResult(read.value(), read.shapes());
  }

  private TypeMirror mirror(TypeName type) {
    if (type instanceof ArrayTypeName array) {
      return types.getArrayType(mirror(array.componentType()));
    }
    return type instanceof ClassName name
        ? types.erasure(elements.getTypeElement(name.canonicalName()).asType())
        : types.getPrimitiveType(TypeKind.valueOf(type.toString().toUpperCase(Locale.ROOT)));
  }
}
