package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.model.StoredValue;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The rules for values that are kept with a job: signals, results of steps, and cursors. */
public final class StoredValueCheck {

  private final JsonCheck jsonCheck;
  private final ShapeCheck shapeCheck;
  private final UpcasterCheck upcasterCheck;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   * @param packageName the package of the generated code
   */
  public StoredValueCheck(
      Report report, Elements elements, Types types, Set<String> sources, String packageName) {
    this.jsonCheck = new JsonCheck(report, sources);
    this.shapeCheck = new ShapeCheck(report, elements, types, sources, packageName);
    this.upcasterCheck = new UpcasterCheck(report, elements, sources);
  }

  /**
   * The owner of a value.
   *
   * @param type the class in whose package the generated code is, and which messages name
   * @param version the version of the values
   * @param isOwn whether the class alone decides the version, so that an upcaster for a later one
   *     is wrong
   */
  public record Owner(ClassName type, int version, boolean isOwn) {}

  /**
   * Checks a value.
   *
   * @param around the words that precede its name in messages, such as {@code "the result of "}
   * @return the value with the upcasters that generated code can call; empty if generated code
   *     cannot name it
   */
  public Optional<StoredValue> check(StoredValue value, String around, Owner owner) {
    shapeCheck.check(value, around);
    // The access to the class that declares itself to be stored is checked there
    if (!value.type().equals(owner.type())) {
      shapeCheck.checkAccess(value, around);
    }
    jsonCheck.check(value, around);
    StoredValue usable =
        value.withUpcasters(
            upcasterCheck.usable(
                new UpcasterCheck.Subject(owner.type(), owner.version()),
                value.upcasters(),
                owner.isOwn()));
    return shapeCheck.isAccessible(value) ? Optional.of(usable) : Optional.empty();
  }
}
