package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.StepParameter;
import dev.tenon.jobs.processor.model.WaitDeclaration;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.Elements;

/** Translates the steps, waits and cursor of a handler to the contents of the lock file. */
final class HandlerTranslator {

  /** All whole numbers make the same keys. */
  private static final String NUMBER = "number";

  private static final Set<String> NOT_NUMBERS = Set.of("java.lang.String", "java.util.UUID");

  private final ShapeTranslator shapes;

  private HandlerTranslator(ShapeTranslator shapes) {
    this.shapes = shapes;
  }

  /**
   * The entry of a handler in the file.
   *
   * @param job the type of its jobs
   * @param module the class of its module
   * @param sources the names of the classes in the sources
   */
  static LockedHandler translate(
      WritableSteps steps,
      JobDeclaration job,
      String module,
      Elements elements,
      Set<String> sources) {
    return new HandlerTranslator(new ShapeTranslator(elements, sources))
        .translate(steps, job, module);
  }

  private LockedHandler translate(WritableSteps steps, JobDeclaration job, String module) {
    SortedMap<String, LockedHandler.Step> ofSteps = new TreeMap<>();
    for (WritableSteps.Step step : steps.steps()) {
      ofSteps.put(
          step.declaration().name().value(),
          new LockedHandler.Step(
              sorted(step.declaration().aliasNames()),
              step.declaration().repeatable().value(),
              step.method().key().map(this::key),
              step.declaration().result().map(shapes::add)));
    }
    SortedMap<String, LockedHandler.Wait> ofWaits = new TreeMap<>();
    SortedMap<String, LockedHandler.Sleep> ofSleeps = new TreeMap<>();
    for (WaitDeclaration wait : steps.waits()) {
      List<String> aliases = sorted(wait.aliasNames());
      if (wait.isSleep()) {
        ofSleeps.put(wait.name().value(), new LockedHandler.Sleep(aliases));
      } else {
        SortedSet<String> signals = new TreeSet<>();
        wait.signals().forEach(signal -> signals.add(signal.value().name().orElseThrow()));
        ofWaits.put(wait.name().value(), new LockedHandler.Wait(aliases, signals));
      }
    }
    Optional<LockedValue> cursor = steps.cursor().map(shapes::add);
    return new LockedHandler(
        module,
        job.version().value(),
        ofSteps,
        ofWaits,
        ofSleeps,
        cursor,
        new TreeSet<>(),
        shapes.shapes());
  }

  private static List<String> sorted(List<String> names) {
    return names.stream().sorted().toList();
  }

  /** The key of a step, by the form of its strings. */
  private LockedValue key(StepParameter key) {
    if (!(key.mirror() instanceof DeclaredType declared)) {
      return LockedValue.leaf(NUMBER);
    }
    TypeElement element = (TypeElement) declared.asElement();
    if (element.getKind() == ElementKind.ENUM) {
      return shapes.ofEnum(element);
    }
    String name = element.getQualifiedName().toString();
    return LockedValue.leaf(NOT_NUMBERS.contains(name) ? LockedValue.simple(name) : NUMBER);
  }
}
