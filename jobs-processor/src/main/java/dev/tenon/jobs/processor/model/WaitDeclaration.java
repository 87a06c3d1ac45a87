package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/**
 * A wait of a handler: {@code @Awaits} or {@code @Sleeps}. The attributes are as written and may be
 * wrong.
 *
 * @param position the annotation
 * @param name the name of the wait; empty if several signals have none
 * @param aliases its earlier names
 * @param isSleep whether it waits only for the time
 * @param signals the signals that end it, in the order of the source
 * @param common the most specific interfaces that all of several signals implement; the record of
 *     the only signal
 */
public record WaitDeclaration(
    SourcePosition position,
    Attribute<String> name,
    List<Attribute<String>> aliases,
    boolean isSleep,
    List<Attribute<SignalUse>> signals,
    List<TypeMirror> common) {

  /** The order of waits, whose names are different. */
  public static final Comparator<WaitDeclaration> BY_NAME =
      Comparator.comparing(wait -> wait.name().value());

  /**
   * A class that a wait names.
   *
   * @param written the class, as messages show it
   * @param record the class; empty if it is a primitive or an array
   * @param name the name of the signal; empty if the class is not a signal
   */
  public record SignalUse(String written, Optional<TypeElement> record, Optional<String> name) {

    /** The name of the record, which exists. */
    public ClassName recordName() {
      return ClassName.get(record.orElseThrow());
    }
  }

  /** Earlier names of the wait. */
  public List<String> aliasNames() {
    return aliases.stream().map(Attribute::value).toList();
  }

  /** The type that the wait returns, as generated code names it. */
  public TypeName returned() {
    return TypeName.get(common.get(0));
  }

  /** The name of the wait at the end of the name of a method. */
  public String capitalisedName() {
    return GeneratedNames.capitalised(name.value());
  }
}
