package dev.tenon.jobs.processor.step;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.processor.check.Report;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import dev.tenon.jobs.processor.write.DefinitionWriter;
import dev.tenon.jobs.processor.write.SignalWriter;
import dev.tenon.jobs.processor.write.SourceFiles;
import dev.tenon.jobs.processor.write.StepsWriter;
import javax.lang.model.element.TypeElement;

/**
 * A kind of class that is generated for single classes with an annotation.
 *
 * @param <W> what is known of a class when it can be written
 */
interface DefinitionKind<W> {

  /** Reads and checks a class. */
  Outcome<W> process(TypeElement type, Report report);

  /** Returns whether the compiler does not show all annotations of what was compiled earlier. */
  boolean hidesAnnotations(W found);

  /** The generated class. */
  ClassName generated(W found);

  /** The place of a fault of the generated class. */
  SourcePosition position(W found);

  /** Writes the generated class. */
  void write(W found, TypeElement type);

  /** The definitions of job types. */
  static DefinitionKind<WritableJob> ofJobTypes(JobTypeStep step, SourceFiles files) {
    DefinitionWriter writer = new DefinitionWriter(files);
    return new DefinitionKind<>() {
      @Override
      public Outcome<WritableJob> process(TypeElement type, Report report) {
        return step.process(type, report);
      }

      @Override
      public boolean hidesAnnotations(WritableJob found) {
        return step.hidesAnnotations(found);
      }

      @Override
      public ClassName generated(WritableJob found) {
        return found.job().definition();
      }

      @Override
      public SourcePosition position(WritableJob found) {
        return found.job().position();
      }

      @Override
      public void write(WritableJob found, TypeElement type) {
        writer.write(found, type);
      }
    };
  }

  /** The definitions of signals. */
  static DefinitionKind<WritableSignal> ofSignals(SignalStep step, SourceFiles files) {
    SignalWriter writer = new SignalWriter(files);
    return new DefinitionKind<>() {
      @Override
      public Outcome<WritableSignal> process(TypeElement type, Report report) {
        return step.process(type, report);
      }

      @Override
      public boolean hidesAnnotations(WritableSignal found) {
        return step.hidesAnnotations(found);
      }

      @Override
      public ClassName generated(WritableSignal found) {
        return found.signal().definition();
      }

      @Override
      public SourcePosition position(WritableSignal found) {
        return found.signal().position();
      }

      @Override
      public void write(WritableSignal found, TypeElement type) {
        writer.write(found, type);
      }
    };
  }

  /** The steps of handlers. */
  static DefinitionKind<WritableSteps> ofHandlers(HandlerStep step, SourceFiles files) {
    StepsWriter writer = new StepsWriter(files);
    return new DefinitionKind<>() {
      @Override
      public Outcome<WritableSteps> process(TypeElement type, Report report) {
        return step.process(type, report);
      }

      @Override
      public boolean hidesAnnotations(WritableSteps found) {
        return step.hidesAnnotations(found);
      }

      @Override
      public ClassName generated(WritableSteps found) {
        return found.generated();
      }

      @Override
      public SourcePosition position(WritableSteps found) {
        return SourcePosition.of(found.handler().element());
      }

      @Override
      public void write(WritableSteps found, TypeElement type) {
        writer.write(found, type);
      }
    };
  }
}
