package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.UpcasterMethod;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/** The rules for the upcasters of one class. */
final class UpcasterCheck {

  private final Report report;
  private final Elements elements;
  private final Set<String> sources;

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   */
  UpcasterCheck(Report report, Elements elements, Set<String> sources) {
    this.report = report;
    this.elements = elements;
    this.sources = sources;
  }

  /**
   * The owner of a version.
   *
   * @param type the class that declares the version; generated code is in its package
   * @param version its version
   */
  record Subject(ClassName type, int version) {

    /** The version of what several classes share, each with its own version. */
    static final int ANY = Integer.MAX_VALUE;
  }

  /**
   * Checks upcasters.
   *
   * @param upcasters the methods with {@code @Upcaster} of one class
   * @param isOwn whether the version is that of the class alone, so that an upcaster for a later
   *     one is wrong; otherwise it may belong to another class with the same part
   * @return those that generated code can call, sorted by version
   */
  List<UpcasterMethod> usable(Subject subject, List<UpcasterMethod> upcasters, boolean isOwn) {
    int version = subject.version();
    SortedMap<Integer, UpcasterMethod> usable = new TreeMap<>();
    for (UpcasterMethod upcaster : upcasters) {
      boolean fits = checkForm(upcaster, subject.type().packageName());
      int from = upcaster.from().value();
      if (from < 1 || (isOwn && from >= version)) {
        report.add(
            Diagnostic.UPCASTER_VERSION, upcaster.from().position(), notEarlier(from, subject));
        continue;
      }
      UpcasterMethod other = from < version ? usable.putIfAbsent(from, upcaster) : null;
      if (other != null) {
        report.add(
            Diagnostic.UPCASTER_VERSION,
            upcaster.from().position(),
            "%2$s and %3$s both read version %1$d. Remove one of them"
                .formatted(from, other.name(), upcaster.name()));
      }
      if (!fits) {
        usable.remove(from, upcaster);
      }
    }
    return usable.values().stream()
        .sorted(Comparator.comparing(upcaster -> upcaster.from().value()))
        .toList();
  }

  private static String notEarlier(int from, Subject subject) {
    int version = subject.version();
    String type = DisplayNames.simple(subject.type());
    if (version == Subject.ANY) {
      return ("from = %d is not a version, because versions are counted from 1. Write the version that "
              + "the method reads")
          .formatted(from);
    }
    return version > 1
        ? "from = %d is not an earlier version, because %s is at version %d. Write %s"
            .formatted(
                from, type, version, version == 2 ? "1" : "a number from 1 to " + (version - 1))
        : ("from = %d is not an earlier version, because %s is at version 1. Write "
                + "version = 2 if the record has changed, or remove the method")
            .formatted(from, type);
  }

  /** Returns whether generated code can call an upcaster. */
  private boolean checkForm(UpcasterMethod upcaster, String packageName) {
    Optional<String> fault = fault(upcaster, packageName);
    fault.ifPresent(
        text -> report.add(Diagnostic.UPCASTER, SourcePosition.of(upcaster.method()), text));
    if (fault.isPresent() || upcaster.oldShape().isEmpty()) {
      return fault.isEmpty();
    }
    Shapes old = upcaster.oldShape().get();
    new JsonCheck(report, sources).check(old, SourcePosition.of(upcaster.method()));
    boolean isAccessible = true;
    for (String type : new TreeSet<>(old.classes())) {
      TypeElement element = elements.getTypeElement(type);
      // Constraints of earlier versions are not checked
      Optional<String> hindrance =
          element == null || element.getKind() == ElementKind.ANNOTATION_TYPE
              ? Optional.empty()
              : Accessibility.hindrance(element, packageName);
      if (hindrance.isPresent()) {
        boolean isRoot = type.equals(((ClassName) old.root()).canonicalName());
        report.add(
            Diagnostic.NOT_ACCESSIBLE,
            SourcePosition.of(upcaster.method()),
            packageName,
            (isRoot ? "%s, the parameter of %s" : "%s, which the parameter of %s contains")
                .formatted(DisplayNames.name(element), upcaster.name()),
            hindrance.get());
        isAccessible = false;
      }
    }
    return isAccessible;
  }

  private static Optional<String> fault(UpcasterMethod upcaster, String packageName) {
    String name = upcaster.name();
    String owner = upcaster.owner().getSimpleName().toString();
    TypeName returned = TypeName.get(upcaster.method().getReturnType());
    boolean elsewhere =
        !Accessibility.packageOf(upcaster.owner()).getQualifiedName().contentEquals(packageName);
    if (upcaster.method().getModifiers().contains(Modifier.PRIVATE)) {
      return Optional.of(name + " is private. Remove 'private'");
    }
    if (elsewhere && !upcaster.method().getModifiers().contains(Modifier.PUBLIC)) {
      return Optional.of(
          "%s is called from package %s. Make it public".formatted(name, packageName));
    }
    if (!upcaster.method().getModifiers().contains(Modifier.STATIC)) {
      return Optional.of(name + " is not static. Make it static");
    }
    if (!upcaster.method().getTypeParameters().isEmpty()) {
      return Optional.of(name + " has type parameters. Name the types");
    }
    if (upcaster.parameter().isEmpty()) {
      return Optional.of(
          "%s has %d parameters. Give it one"
              .formatted(name, upcaster.method().getParameters().size()));
    }
    boolean plainRecord =
        upcaster.oldShape().isPresent() && upcaster.oldShape().get().root() instanceof ClassName;
    if (!plainRecord && !upcaster.takesJson()) {
      return Optional.of(
          "%s takes %s. Let it take a record without type parameters, or a String"
              .formatted(name, DisplayNames.simple(upcaster.parameter().get())));
    }
    if (!returned.equals(ClassName.get(upcaster.owner()))) {
      return Optional.of(
          "%s returns %s. Let it return %s".formatted(name, DisplayNames.simple(returned), owner));
    }
    return upcaster.thrown().isEmpty()
        ? Optional.empty()
        : Optional.of(
            ("%s throws the checked exception %s. Throw an unchecked one, which fails the job for "
                    + "good")
                .formatted(name, DisplayNames.simple(upcaster.thrown().get(0))));
  }
}
