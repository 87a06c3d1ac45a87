package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.RecordShape.MisplacedConstraint;
import dev.tenon.jobs.processor.model.RecordShape.Place;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/**
 * Finds constraints of a record that a validation library would check but generated validators do
 * not: those on the record itself, on its methods, and on the parameters of its canonical
 * constructor. Constraints that Java copies there from the components are left out.
 */
final class MisplacedConstraints {

  private static final String VALID = "Valid";

  private MisplacedConstraints() {}

  /** The constraints in places where nothing is checked. */
  static List<MisplacedConstraint> of(TypeElement record, List<RecordShape.Component> components) {
    List<MisplacedConstraint> found = new ArrayList<>();
    String name = record.getSimpleName().toString();
    for (ConstraintUse use : ConstraintReader.constraints(record, record.asType(), record)) {
      found.add(new MisplacedConstraint(Place.RECORD, name, use.name(), use.position()));
    }
    onMethods(record, components, found);
    onParameters(record, components, found);
    return found;
  }

  private static void onMethods(
      TypeElement record, List<RecordShape.Component> components, List<MisplacedConstraint> found) {
    for (ExecutableElement method : ElementFilter.methodsIn(record.getEnclosedElements())) {
      if (!method.getModifiers().contains(Modifier.STATIC) && method.getParameters().isEmpty()) {
        boolean isAccessor =
            components.stream()
                .anyMatch(component -> method.getSimpleName().contentEquals(component.name()));
        add(
            isAccessor ? Place.ACCESSOR : Place.METHOD,
            method,
            method.getReturnType(),
            components,
            found);
      }
    }
  }

  private static void onParameters(
      TypeElement record, List<RecordShape.Component> components, List<MisplacedConstraint> found) {
    for (ExecutableElement constructor :
        ElementFilter.constructorsIn(record.getEnclosedElements())) {
      List<? extends VariableElement> parameters = constructor.getParameters();
      if (isCanonical(parameters, components)) {
        for (VariableElement parameter : parameters) {
          add(Place.PARAMETER, parameter, parameter.asType(), components, found);
        }
      }
    }
  }

  /**
   * Returns whether these are the parameters of the canonical constructor: only that must use the
   * names of the components.
   */
  private static boolean isCanonical(
      List<? extends VariableElement> parameters, List<RecordShape.Component> components) {
    return parameters.stream()
        .map(parameter -> parameter.getSimpleName().toString())
        .toList()
        .equals(components.stream().map(RecordShape.Component::name).toList());
  }

  /** Adds the constraints of a member that are not on the component of the same name. */
  private static void add(
      Place place,
      Element member,
      TypeMirror type,
      List<RecordShape.Component> components,
      List<MisplacedConstraint> found) {
    String name = member.getSimpleName().toString();
    List<RecordShape.Component> same =
        components.stream().filter(component -> component.name().equals(name)).toList();
    for (ConstraintUse use : ConstraintReader.constraints(member, type, member)) {
      if (same.stream().noneMatch(component -> has(component, use))) {
        found.add(new MisplacedConstraint(place, name, use.name(), use.position()));
      }
    }
    if (same.stream().allMatch(component -> component.value().valid().isEmpty())) {
      ConstraintReader.valid(member, member)
          .map(position -> new MisplacedConstraint(place, name, VALID, position))
          .ifPresent(found::add);
    }
  }

  private static boolean has(RecordShape.Component component, ConstraintUse use) {
    return component.value().constraints().stream()
        .anyMatch(
            other ->
                other.name().equals(use.name())
                    && (other.constraint().equals(use.constraint())
                        || use.constraint() instanceof Constraint.Checked));
  }
}
