package dev.tenon.jobs.quarkus.deployment;

import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;
import org.jboss.jandex.Type;

/**
 * Finds what the annotation processor has written for the modules of an application: the classes
 * that submit jobs, and those that take the handlers, which name each handler.
 */
final class GeneratedClasses {

  private static final DotName PRODUCES =
      DotName.createSimple("jakarta.enterprise.inject.Produces");

  /**
   * The end of the name of a generated module; without it, it is the class that submits its jobs.
   */
  private static final String MODULE_SUFFIX = "Module";

  private final IndexView index;
  private final Set<DotName> produced = new TreeSet<>();
  private final Set<DotName> generated = new TreeSet<>();
  private final Set<DotName> handlers = new TreeSet<>();

  private GeneratedClasses(IndexView index) {
    this.index = index;
  }

  /** Reads the index of the application. A class that the application produces is left out. */
  static GeneratedClassesBuildItem find(IndexView index) {
    GeneratedClasses found = new GeneratedClasses(index);
    found.readProducers();
    for (AnnotationInstance module : index.getAnnotations(TypeNames.GENERATED_MODULE)) {
      found.add(module);
    }
    return new GeneratedClassesBuildItem(found.generated, found.handlers, found.produced);
  }

  private void readProducers() {
    for (AnnotationInstance producer : index.getAnnotations(PRODUCES)) {
      AnnotationTarget target = producer.target();
      if (target.kind() == AnnotationTarget.Kind.METHOD) {
        produced.add(target.asMethod().returnType().name());
      } else if (target.kind() == AnnotationTarget.Kind.FIELD) {
        produced.add(target.asField().type().name());
      }
    }
  }

  private void add(AnnotationInstance module) {
    String name = module.target().asClass().name().toString();
    DotName jobs = DotName.createSimple(name.substring(0, name.length() - MODULE_SUFFIX.length()));
    if (index.getClassByName(jobs) != null) {
      addGenerated(jobs);
    }
    AnnotationValue value = module.value("handlers");
    ClassInfo taker = value == null ? null : index.getClassByName(value.asClass().name());
    if (taker != null) {
      addTaker(taker);
    }
  }

  /** A module with very many handlers takes them in groups, which are nested classes. */
  private void addTaker(ClassInfo taker) {
    if (!addGenerated(taker.name())) {
      return;
    }
    for (Type taken : taken(taker)) {
      ClassInfo type = index.getClassByName(taken.name());
      if (type != null && taker.name().equals(type.enclosingClass())) {
        addTaker(type);
      } else if (!produced.contains(taken.name())) {
        handlers.add(taken.name());
      }
    }
  }

  private boolean addGenerated(DotName name) {
    return !produced.contains(name) && generated.add(name);
  }

  private static List<Type> taken(ClassInfo taker) {
    return taker.constructors().stream()
        .filter(GeneratedClasses::isPublic)
        .findFirst()
        .map(MethodInfo::parameterTypes)
        .orElse(List.of());
  }

  static boolean isPublic(MethodInfo method) {
    return Modifier.isPublic(method.flags());
  }
}
