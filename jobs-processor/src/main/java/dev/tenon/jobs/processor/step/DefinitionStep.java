package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Diagnostic;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.RuntimeTypes;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.read.JobTypeReader;
import dev.tenon.jobs.processor.round.AnnotatedTypes;
import dev.tenon.jobs.processor.round.IncrementalCompilation;
import dev.tenon.jobs.processor.write.SourceFiles;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;

/**
 * Checks each class that has an annotation, and writes the class that is generated for it.
 *
 * @param <W> what is known of a class when it can be written
 */
public final class DefinitionStep<W> {

  private final Elements elements;
  private final AnnotatedTypes waiting;
  private final DefinitionKind<W> kind;
  private final Set<ClassName> written = new HashSet<>();
  private final Set<String> outdated = new HashSet<>();
  private final Set<String> warned = new TreeSet<>();

  private DefinitionStep(Elements elements, AnnotatedTypes waiting, DefinitionKind<W> kind) {
    this.elements = elements;
    this.waiting = waiting;
    this.kind = kind;
  }

  /**
   * Creates a step that checks classes with {@code @JobType}, and writes the definitions of job
   * types.
   */
  public static DefinitionStep<WritableJob> ofJobTypes(
      ClassName processor, ProcessingEnvironment environment) {
    AnnotatedTypes waiting =
        new AnnotatedTypes(environment.getElementUtils(), RuntimeTypes.JOB_TYPE);
    JobTypeStep step = new JobTypeStep(environment, reader(environment), waiting);
    return new DefinitionStep<>(
        environment.getElementUtils(),
        waiting,
        DefinitionKind.ofJobTypes(step, new SourceFiles(processor, environment)));
  }

  /**
   * Creates a step that checks classes with {@code @Signal}, and writes the definitions of signals.
   */
  public static DefinitionStep<WritableSignal> ofSignals(
      ClassName processor, ProcessingEnvironment environment) {
    AnnotatedTypes waiting = new AnnotatedTypes(environment.getElementUtils(), RuntimeTypes.SIGNAL);
    SignalStep step = new SignalStep(environment, reader(environment), waiting);
    return new DefinitionStep<>(
        environment.getElementUtils(),
        waiting,
        DefinitionKind.ofSignals(step, new SourceFiles(processor, environment)));
  }

  /**
   * Creates a step that checks the steps, waits and cursors of handlers, and writes the classes
   * that handlers call.
   */
  public static DefinitionStep<WritableSteps> ofHandlers(
      ClassName processor, ProcessingEnvironment environment) {
    AnnotatedTypes waiting =
        new AnnotatedTypes(environment.getElementUtils(), RuntimeTypes.JOB_TYPE);
    HandlerStep step = new HandlerStep(environment, reader(environment), waiting);
    return new DefinitionStep<>(
        environment.getElementUtils(),
        waiting,
        DefinitionKind.ofHandlers(step, new SourceFiles(processor, environment)));
  }

  private static JobTypeReader reader(ProcessingEnvironment environment) {
    return new JobTypeReader(environment.getElementUtils(), environment.getTypeUtils());
  }

  /** Adds the classes of a round. */
  public void add(RoundEnvironment round) {
    Set<String> unused = waiting.add(round);
  }

  /** The classes that are not finished yet. */
  public List<TypeElement> waiting() {
    return waiting.types();
  }

  /** The names of all classes in the sources of all rounds. */
  public Set<String> sources() {
    return waiting.sources();
  }

  /**
   * Checks and writes everything that can be done in this round.
   *
   * @param changed the classes that are not compiled this time, although something in them has
   *     changed
   */
  public void process(Set<String> changed, Report report) {
    changed.stream().filter(outdated::add).forEach(waiting::addCompiled);
    waiting.types().forEach(type -> process(type, report));
  }

  /**
   * Reports the warnings, in the last round. With {@code -Werror} javac treats a warning as an
   * error, and forgets the classes that were generated in the previous round.
   */
  public void reportWarnings(Report report) {
    for (String name : warned) {
      Report faults = new Report();
      Outcome<W> unused = kind.process(elements.getTypeElement(name), faults);
      report.addWarnings(faults);
    }
  }

  private void process(TypeElement type, Report report) {
    String name = type.getQualifiedName().toString();
    try {
      if (IncrementalCompilation.isCompiled(type, elements) && !outdated.contains(name)) {
        waiting.remove(type);
        return;
      }
      Report faults = new Report();
      Outcome<W> outcome = kind.process(type, faults);
      if (outcome instanceof Outcome.Writable<W> writable) {
        if (outdated.contains(name) && kind.hidesAnnotations(writable.found())) {
          // Its module is not complete, which the module's processor reports
          waiting.remove(type);
          return;
        }
        write(type, writable.found(), report);
      }
      if (!(outcome instanceof Outcome.Deferred<W>)) {
        waiting.remove(type);
      }
      if (faults.hasWarnings()) {
        warned.add(name);
      }
      report.addErrors(faults);
    } catch (RuntimeException e) {
      report.addInternalError(SourcePosition.of(type), type, e);
      waiting.remove(type);
    }
  }

  private void write(TypeElement type, W found, Report report) {
    ClassName definition = kind.generated(found);
    if (waiting.sources().contains(definition.canonicalName())) {
      report.add(
          Diagnostic.NAME_CLASH,
          kind.position(found),
          "%s generates the class %s, which already exists"
              .formatted(type.getSimpleName(), definition.simpleName()));
    } else if (written.add(definition)) {
      kind.write(found, type);
    }
  }
}
