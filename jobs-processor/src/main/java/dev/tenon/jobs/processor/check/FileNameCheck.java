package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.GeneratedNames;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ModuleDeclaration;
import dev.tenon.jobs.processor.model.SignalDeclaration;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.nio.charset.StandardCharsets;

/** The rule that file systems can name the files of generated classes. */
public final class FileNameCheck {

  private static final int MAX_BYTES = 255;

  /** The longest suffix that a generated file adds to the payload's name. */
  private static final String OF_PAYLOAD = "Job$Codecs.class";

  /** The longest suffix that a generated file adds to the name of a signal's record. */
  private static final String OF_SIGNAL = "Signal$Codecs.class";

  /** The longest suffix of a file that is generated for the steps of a handler. */
  private static final String OF_HANDLER = "$Codecs.class";

  /** The longest suffix that a generated file adds to the module's name. */
  private static final String OF_MODULE = "Handlers$Group999.class";

  private final Report report;

  /** A check that adds to a report. */
  public FileNameCheck(Report report) {
    this.report = report;
  }

  /** Checks the payload of a declaration. */
  void check(JobDeclaration job, SourcePosition position) {
    if (!isNameable(job)) {
      String around = job.payload().simpleNames().size() > 1 ? ", with its enclosing classes," : "";
      report("the payload" + around, bytes(job), position);
    }
  }

  /** Checks the record of a signal. */
  void check(SignalDeclaration signal, SourcePosition position) {
    if (!isNameable(signal)) {
      String around =
          signal.record().simpleNames().size() > 1 ? ", with its enclosing classes," : "";
      report("the signal" + around, bytes(signal), position);
    }
  }

  /** Checks a handler with steps, and returns whether its generated class can be a file. */
  boolean check(WritableSteps steps) {
    int bytes = bytes(steps.generated().simpleName() + OF_HANDLER);
    if (bytes > MAX_BYTES) {
      report("the handler", bytes, SourcePosition.of(steps.handler().element()));
    }
    return bytes <= MAX_BYTES;
  }

  /** Checks the name of a module. */
  void check(ModuleDeclaration module) {
    if (!isNameable(module)) {
      report("the module", bytes(module), module.name().position());
    }
  }

  private void report(String what, int bytes, SourcePosition position) {
    report.add(Diagnostic.NAME_LENGTH, position, what, bytes, MAX_BYTES, bytes - MAX_BYTES);
  }

  /** Returns whether the names of a payload's generated classes are short enough for file names. */
  static boolean isNameable(JobDeclaration job) {
    return bytes(job) <= MAX_BYTES;
  }

  /** Returns whether the generated classes of a signal can be files. */
  static boolean isNameable(SignalDeclaration signal) {
    return bytes(signal) <= MAX_BYTES;
  }

  /** Returns whether a module's generated classes can be files. */
  public static boolean isNameable(ModuleDeclaration module) {
    return bytes(module) <= MAX_BYTES;
  }

  private static int bytes(JobDeclaration job) {
    return bytes(GeneratedNames.joined(job.payload()) + OF_PAYLOAD);
  }

  private static int bytes(SignalDeclaration signal) {
    return bytes(GeneratedNames.joined(signal.record()) + OF_SIGNAL);
  }

  private static int bytes(ModuleDeclaration module) {
    return bytes(module.simpleName() + OF_MODULE);
  }

  private static int bytes(String fileName) {
    return fileName.getBytes(StandardCharsets.UTF_8).length;
  }
}
