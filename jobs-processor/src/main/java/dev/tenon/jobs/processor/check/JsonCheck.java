package dev.tenon.jobs.processor.check;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.RecordShape;
import dev.tenon.jobs.processor.model.Shapes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StoredValue;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.TypeElement;

/** The check that a payload or a result can be written as JSON and read back. */
public final class JsonCheck {

  /** The JSON property that says which record of a sealed interface a value is. */
  private static final String TAG = "type";

  private final Report report;
  private final Set<String> sources;
  private final Set<String> faultyEnums = new HashSet<>();

  /**
   * A check that adds to a report.
   *
   * @param sources the names of the classes in the sources
   */
  public JsonCheck(Report report, Set<String> sources) {
    this.report = report;
    this.sources = sources;
  }

  /**
   * Checks a record or sealed interface, and all records reachable from it.
   *
   * @param use the place where the sources name it
   */
  public void check(Shapes shapes, SourcePosition use) {
    Walk walk = new Walk(shapes);
    walk.checkTags(shapes.root(), use);
    walk.record(shapes.root(), DisplayNames.simple(shapes.root()));
    walk.endless();
  }

  /**
   * Checks a value that is kept with a job, and all records reachable from it.
   *
   * @param around the words that precede its name in messages, such as {@code "the result of "}
   */
  public void check(StoredValue stored, String around) {
    if (stored.isRecord()) {
      check(stored.shapes(), stored.value().position());
    } else {
      Walk walk = new Walk(stored.shapes());
      walk.value(stored.value(), around + stored.value().path(), around);
      walk.endless();
    }
  }

  /** Checks a result that is not a record, and all records reachable from it. */
  public void check(ValueShape result, Shapes shapes) {
    Walk walk = new Walk(shapes);
    walk.value(result, "The result", "The result.");
    walk.endless();
  }

  /** A walk from a root that visits each record once. */
  private final class Walk {
    private final Shapes shapes;
    private final Set<TypeName> seen = new HashSet<>();

    private Walk(Shapes shapes) {
      this.shapes = shapes;
    }

    /** Checks a record that was found at this path. */
    private void record(TypeName type, String path) {
      if (!seen.add(type)) {
        return;
      }
      RecordShape shape = shapes.get(type);
      checkNames(shape);
      for (RecordShape.JacksonUse use : shape.jackson()) {
        report.add(
            Diagnostic.JACKSON, use.position(), use.annotation(), use.member(), use.advice());
      }
      for (RecordShape.Component component : shape.components()) {
        value(component.value(), path + "." + component.value().path(), path + ".");
      }
      shape.alternatives().forEach(alternative -> record(alternative, path));
    }

    /** Checks that each property belongs to one component. */
    private void checkNames(RecordShape shape) {
      Map<String, RecordShape.Component> byName = new HashMap<>();
      for (RecordShape.Component component : shape.components()) {
        for (String name : jsonNames(component)) {
          RecordShape.Component other = byName.putIfAbsent(name, component);
          if (other != null && !other.equals(component)) {
            report.add(
                Diagnostic.JSON_NAME,
                component.value().position(),
                other.name(),
                component.name(),
                DisplayNames.simple(shape.type()),
                name);
          }
        }
      }
    }

    private void value(ValueShape value, String path, String around) {
      if (value.content() instanceof Content.NotJson not && not.neverNull()) {
        report.add(
            Diagnostic.CONTRADICTION,
            value.position(),
            "@Nullable allows null, but %s has the type %s, which is never null"
                .formatted(path, DisplayNames.simple(value.type())),
            not.reason());
      } else if (value.content() instanceof Content.NotJson not) {
        notJson(value, path, not);
      } else if (value.content() instanceof Content.Components components) {
        checkTags(components.record(), value.position());
        record(components.record(), path);
      }
      for (ValueShape inside : value.content().values()) {
        value(inside, around + inside.path(), around);
      }
    }

    private void notJson(ValueShape value, String path, Content.NotJson not) {
      if (not.enumeration().isPresent()) {
        faulty(not.enumeration().get(), value.position(), not.reason());
        return;
      }
      report.add(
          Diagnostic.JSON,
          value.position(),
          "%s, which has the type %s".formatted(path, DisplayNames.simple(value.type())),
          not.reason());
    }

    /** Reports a faulty enum once: where it is declared, or else where it is first used. */
    private void faulty(TypeElement enumeration, SourcePosition use, String reason) {
      String name = enumeration.getQualifiedName().toString();
      boolean isSource = sources.contains(name);
      if (faultyEnums.add(name) || isSource) {
        report.add(
            Diagnostic.JSON,
            isSource ? SourcePosition.of(enumeration) : use,
            DisplayNames.name(enumeration),
            reason);
      }
    }

    /**
     * Checks that a property with their simple names distinguishes the records of a sealed
     * interface.
     */
    private void checkTags(TypeName union, SourcePosition use) {
      Map<String, TypeName> bySimpleName = new HashMap<>();
      for (TypeName alternative : shapes.get(union).alternatives()) {
        String simpleName = ((ClassName) alternative).simpleName();
        TypeName other = bySimpleName.putIfAbsent(simpleName, alternative);
        if (other != null) {
          report.add(
              Diagnostic.UNION,
              use,
              DisplayNames.simple(union),
              "%s and %s have the same simple name".formatted(other, alternative));
        }
        for (RecordShape.Component component : shapes.get(alternative).components()) {
          if (jsonNames(component).contains(TAG)) {
            report.add(
                Diagnostic.UNION,
                component.value().position(),
                DisplayNames.simple(union),
                "%s has a component named 'type'".formatted(DisplayNames.simple(alternative)));
          }
        }
      }
    }

    /**
     * Reports components that make a record impossible to create, because each instance needs
     * another one.
     */
    private void endless() {
      Set<TypeName> finite = finite();
      for (RecordShape shape : shapes.records().values()) {
        for (RecordShape.Component component : shape.components()) {
          List<TypeName> required = required(component.value());
          if (!finite.containsAll(required)
              && required.stream().anyMatch(next -> leadsTo(next, shape.type(), new HashSet<>()))) {
            report.add(
                Diagnostic.ENDLESS,
                component.value().position(),
                DisplayNames.simple(shape.type()),
                component.name());
          }
        }
      }
    }

    /** The records that have finite values. */
    private Set<TypeName> finite() {
      Set<TypeName> finite = new HashSet<>();
      boolean changed = true;
      while (changed) {
        changed = false;
        for (RecordShape shape : shapes.records().values()) {
          boolean ends =
              shape.alternatives().isEmpty()
                  ? shape.components().stream()
                      .allMatch(component -> finite.containsAll(required(component.value())))
                  : shape.alternatives().stream().anyMatch(finite::contains);
          changed |= ends && finite.add(shape.type());
        }
      }
      return finite;
    }

    private boolean leadsTo(TypeName from, TypeName to, Set<TypeName> visited) {
      if (from.equals(to)) {
        return true;
      }
      if (!visited.add(from)) {
        return false;
      }
      List<TypeName> next = new ArrayList<>(shapes.get(from).alternatives());
      shapes.get(from).components().forEach(component -> next.addAll(required(component.value())));
      return next.stream().anyMatch(type -> leadsTo(type, to, visited));
    }
  }

  private static List<String> jsonNames(RecordShape.Component component) {
    List<String> names = new ArrayList<>(component.aliases());
    names.add(0, component.jsonName());
    return names;
  }

  /** The record that every such value needs. */
  private static List<TypeName> required(ValueShape value) {
    return value.presence() == Presence.REQUIRED
            && value.content() instanceof Content.Components components
        ? List.of(components.record())
        : List.of();
  }
}
