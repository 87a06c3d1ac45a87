package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import dev.tenon.jobs.processor.model.ValueShape;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Reads values that are kept with a job: signals, results of steps, and cursors. */
public final class StoredValueReader {

  private final ShapeReader shapes;
  private final UpcasterReader upcasters;

  /** Creates a reader. */
  public StoredValueReader(Elements elements, Types types) {
    this.shapes = new ShapeReader(elements, types);
    this.upcasters = new UpcasterReader(elements, types);
  }

  /** A value as it was read. */
  record Read(ValueShape value, Shapes shapes, boolean isResolved) {}

  /**
   * Reads a value, with all upcasters of its record, usable or not.
   *
   * @param type its type
   * @param name its name, for messages and the names of constants
   * @param declaration the element to report faults on
   * @return the value; empty if it names a type that does not exist yet
   */
  public Optional<StoredValue> read(TypeMirror type, String name, Element declaration) {
    Read read = shapes.read(type, name, declaration);
    StoredValue value = new StoredValue(read.value(), read.shapes(), List.of());
    if (!read.isResolved()) {
      return Optional.empty();
    }
    if (value.isRecord() && ((DeclaredType) type).asElement() instanceof TypeElement record) {
      Optional<List<UpcasterMethod>> found = upcasters.read(record);
      return found.map(value::withUpcasters);
    }
    return Optional.of(value);
  }
}
