package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.stream.Stream;

/**
 * A record, or a sealed interface of records, as validators see it.
 *
 * @param type the record or interface
 * @param components the components of a record, in the order of the source
 * @param alternatives the records of an interface, in the order of the source
 * @param misplaced the constraints of a record that are not checked because of their place
 * @param jackson the Jackson annotations that require another JSON than what is stored
 */
public record RecordShape(
    TypeName type,
    List<Component> components,
    List<TypeName> alternatives,
    List<MisplacedConstraint> misplaced,
    List<JacksonUse> jackson) {

  /**
   * A component.
   *
   * @param name its name
   * @param jsonName the JSON property that holds it
   * @param aliases other JSON properties that it is read from
   * @param value its value
   * @param sensitive whether its value is hidden from people
   */
  public record Component(
      String name, String jsonName, List<String> aliases, ValueShape value, boolean sensitive) {

    /** All JSON properties that may hold it. */
    public List<String> jsonNames() {
      return Stream.concat(Stream.of(jsonName), aliases.stream()).toList();
    }
  }

  /**
   * A Jackson annotation that generated code does not follow.
   *
   * @param annotation the annotation, as messages show it: {@code @JsonFormat}
   * @param member the name of the component, method, constructor or record that it is on
   * @param advice the advice for what to do instead
   * @param position the annotation
   */
  public record JacksonUse(
      String annotation, String member, String advice, SourcePosition position) {}

  /** A place where constraints are not checked. */
  public enum Place {
    /** On the record itself. */
    RECORD,
    /** On the method that returns a component, and not on that component. */
    ACCESSOR,
    /** On another method. */
    METHOD,
    /** On a parameter of the constructor, and not on the component of that name. */
    PARAMETER
  }

  /**
   * A constraint in a place where constraints are not checked.
   *
   * @param place the place
   * @param member the name of the method, parameter or record
   * @param constraint the simple name of the annotation
   * @param position the annotation
   */
  public record MisplacedConstraint(
      Place place, String member, String constraint, SourcePosition position) {}
}
