package dev.tenon.jobs.processor.check;

import java.util.Objects;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;

/** Finds out whether generated code can name a type. */
final class Accessibility {

  private Accessibility() {}

  /**
   * Returns why code in a package cannot name a type, such as {@code private}, or empty if it can.
   *
   * @param type the type
   * @param packageName the package of the code
   */
  static Optional<String> hindrance(TypeElement type, String packageName) {
    boolean samePackage = packageOf(type).getQualifiedName().contentEquals(packageName);
    for (Element e = type;
        e != null && e.getKind() != ElementKind.PACKAGE;
        e = e.getEnclosingElement()) {
      String what = e.equals(type) ? "" : "in " + e.getSimpleName() + ", which is ";
      if (e.getModifiers().contains(Modifier.PRIVATE)) {
        return Optional.of(what + "private");
      }
      if (!samePackage && !e.getModifiers().contains(Modifier.PUBLIC)) {
        String other =
            e.getModifiers().contains(Modifier.PROTECTED) ? "protected" : "package-private";
        return Optional.of(what + other + " in package " + packageOf(type));
      }
    }
    return Optional.empty();
  }

  static PackageElement packageOf(Element element) {
    Element e = element;
    while (!(e instanceof PackageElement found)) {
      e = Objects.requireNonNull(e.getEnclosingElement());
    }
    return found;
  }
}
