package dev.tenon.jobs.api;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.TypeVariable;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public and protected classes and members of a package, as text. */
final class ApiListing {

  private final String packageName;
  private final Map<String, Class<?>> classes;

  private ApiListing(String packageName, Map<String, Class<?>> classes) {
    this.packageName = packageName;
    this.classes = classes;
  }

  /** The listing of a package on the class path, without those below it. */
  static ApiListing of(String packageName) throws Exception {
    ClassLoader loader = ApiListing.class.getClassLoader();
    Map<String, Class<?>> classes = new TreeMap<>();
    for (URL folder : Collections.list(loader.getResources(packageName.replace('.', '/')))) {
      for (String name : classNames(folder.toURI())) {
        Class<?> type = Class.forName(packageName + "." + name, false, loader);
        if (isVisible(type)) {
          classes.put(name, type);
        }
      }
    }
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("No class on the class path is in " + packageName + ".");
    }
    return new ApiListing(packageName, classes);
  }

  private static List<String> classNames(URI folder) throws IOException {
    if (!folder.getScheme().equals("jar")) {
      return classNames(Path.of(folder));
    }
    try (FileSystem jar = FileSystems.newFileSystem(folder, Map.of())) {
      String uri = folder.toString();
      return classNames(jar.getPath(uri.substring(uri.indexOf('!') + 1)));
    }
  }

  private static List<String> classNames(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
          // What Micronaut's processor generates, for Micronaut alone
          .filter(name -> !name.startsWith("$"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .toList();
    }
  }

  private static boolean isVisible(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getDeclaringClass()) {
      if (!isVisible(each.getModifiers()) || each.isAnonymousClass() || each.isSynthetic()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  /** The classes, by their names. */
  Collection<Class<?>> types() {
    return classes.values();
  }

  /** Adds the listing to a text. */
  void appendTo(StringBuilder text) {
    text.append(text.isEmpty() ? "" : "\n").append("package ").append(packageName).append('\n');
    classes.forEach(
        (name, type) -> {
          text.append('\n').append(head(name, type)).append('\n');
          members(type).forEach(member -> text.append("  ").append(member).append('\n'));
        });
  }

  private String head(String name, Class<?> type) {
    List<String> words = new ArrayList<>();
    if (type.isAnnotation()) {
      Target target = type.getAnnotation(Target.class);
      Retention retention = type.getAnnotation(Retention.class);
      words.add("@Target(" + (target == null ? "any" : Arrays.toString(target.value())) + ")");
      words.add("@Retention(" + (retention == null ? "CLASS" : retention.value()) + ")");
    }
    String modifiers =
        Modifier.toString(
            type.getModifiers()
                & (type.isInterface() || type.isEnum() || type.isRecord()
                    ? 0
                    : Modifier.classModifiers())
                & ~Modifier.PUBLIC
                & ~Modifier.STATIC);
    if (!modifiers.isEmpty()) {
      words.add(modifiers);
    }
    if (type.isSealed()) {
      words.add("sealed");
    }
    words.add(
        type.isAnnotation()
            ? "annotation"
            : type.isInterface()
                ? "interface"
                : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class");
    words.add(name.replace('$', '.') + parameters(type.getTypeParameters()));
    if (type.getSuperclass() != null && !type.isEnum() && !type.isRecord()) {
      AnnotatedType superclass = type.getAnnotatedSuperclass();
      if (superclass.getType() != Object.class) {
        words.add("extends " + ApiTypes.text(superclass));
      }
    }
    String interfaces =
        type.isAnnotation() ? "" : ApiTypes.texts(type.getAnnotatedInterfaces(), ", ");
    if (!interfaces.isEmpty()) {
      words.add((type.isInterface() ? "extends " : "implements ") + interfaces);
    }
    return String.join(" ", words);
  }

  private static List<String> members(Class<?> type) {
    List<String> members = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (isListed(type, field)) {
        members.add(
            modifiers(field)
                + ApiTypes.text(field.getAnnotatedType())
                + " "
                + field.getName()
                + value(field));
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isListed(type, constructor)) {
        members.add(modifiers(constructor) + "new" + arguments(constructor));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isListed(type, method) && !method.isBridge()) {
        String parameters = parameters(method.getTypeParameters());
        members.add(
            modifiers(method)
                + (method.isDefault() ? "default " : "")
                + (parameters.isEmpty() ? "" : parameters + " ")
                + ApiTypes.text(method.getAnnotatedReturnType())
                + " "
                + method.getName()
                + arguments(method)
                + (method.getDefaultValue() == null
                    ? ""
                    : " default " + constant(method.getDefaultValue())));
      }
    }
    Collections.sort(members);
    return members;
  }

  /** What is protected in a class that nobody can extend is nobody's business. */
  static boolean isListed(Class<?> type, Member member) {
    return !member.isSynthetic()
        && (Modifier.isPublic(member.getModifiers())
            || (Modifier.isProtected(member.getModifiers())
                && !Modifier.isFinal(type.getModifiers())));
  }

  private static String modifiers(Member member) {
    int kept = Modifier.PROTECTED | Modifier.STATIC;
    if (!member.getDeclaringClass().isInterface()) {
      kept |= Modifier.ABSTRACT;
    }
    if (!(member instanceof Method)
        || !Modifier.isFinal(member.getDeclaringClass().getModifiers())) {
      kept |= Modifier.FINAL;
    }
    String modifiers = Modifier.toString(member.getModifiers() & kept);
    return modifiers.isEmpty() ? "" : modifiers + " ";
  }

  private static String parameters(TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables)
            .map(
                variable -> {
                  String bounds = ApiTypes.texts(variable.getAnnotatedBounds(), " & ");
                  return variable.getName()
                      + (bounds.equals("Object") || bounds.isEmpty() ? "" : " extends " + bounds);
                })
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private static String arguments(Executable executable) {
    String arguments = ApiTypes.texts(executable.getAnnotatedParameterTypes(), ", ");
    if (executable.isVarArgs()) {
      arguments = arguments.substring(0, arguments.length() - "[]".length()) + "...";
    }
    String thrown = ApiTypes.texts(executable.getAnnotatedExceptionTypes(), ", ");
    return "(" + arguments + ")" + (thrown.isEmpty() ? "" : " throws " + thrown);
  }

  /** The compiler copies constants into the classes of callers. */
  private static String value(Field field) {
    int modifiers = field.getModifiers();
    boolean isConstant =
        Modifier.isStatic(modifiers)
            && Modifier.isFinal(modifiers)
            && (field.getType().isPrimitive() || field.getType() == String.class);
    try {
      return isConstant ? " = " + field.get(null) : "";
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String constant(Object value) {
    if (value.getClass().isArray()) {
      return "{"
          + Arrays.stream((Object[]) value)
              .map(ApiListing::constant)
              .collect(Collectors.joining(", "))
          + "}";
    }
    return value instanceof String ? '"' + value.toString() + '"' : value.toString();
  }
}
