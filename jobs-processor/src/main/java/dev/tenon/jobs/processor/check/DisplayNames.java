package dev.tenon.jobs.processor.check;

import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** The names of things in messages. */
final class DisplayNames {

  private static final Pattern PACKAGES =
      Pattern.compile("\\b(?:[a-z_][A-Za-z0-9_]*\\.)+(?=[A-Z])");
  private static final Pattern ANNOTATIONS = Pattern.compile("@[\\w.]+(?:\\([^)]*\\))?,? ?");

  private DisplayNames() {}

  /** A type without its packages and annotations: {@code Map<String, Item>}. */
  static String simple(Object type) {
    String plain = ANNOTATIONS.matcher(type.toString()).replaceAll("");
    return PACKAGES.matcher(plain).replaceAll("").replaceAll(",(?=\\S)", ", ");
  }

  /** The handler interface for a payload and a result: {@code JobHandler<Import, Void>}. */
  static String handlerOf(Object payload, Object result) {
    return handlerOf("JobHandler", payload, result);
  }

  /** A handler interface for a payload and a result: {@code BatchJobHandler<Import, Void>}. */
  static String handlerOf(String handler, Object payload, Object result) {
    return handler + "<" + simple(payload) + ", " + simple(result) + ">";
  }

  /** The name of a class or package, preceded by its enclosing classes. */
  static String name(Element element) {
    return element instanceof TypeElement type
        ? simple(type.getQualifiedName())
        : "package " + element;
  }
}
